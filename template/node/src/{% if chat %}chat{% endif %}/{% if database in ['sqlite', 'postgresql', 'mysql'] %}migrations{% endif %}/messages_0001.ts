/** The table of the messages. */

import type { Kysely } from 'kysely';
import { columns, tableOptions, word } from '../../database/dialect.ts';

/** Makes the table. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('messages')
    .addColumn('id', columns.id, (column) => column.notNull().primaryKey())
    .addColumn('room', word(64), (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('author', 'varchar(64)', (column) => column.notNull())
    .addColumn('author_id', columns.id)
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('created_at', columns.time, (column) => column.notNull())
    .modifyEnd(tableOptions)
    .execute();
  await database.schema
    .createIndex('messages_room_number')
    .unique()
    .on('messages')
    .columns(['room', 'number'])
    .execute();
}

/** Drops the table. */
export async function down(database: Kysely<unknown>): Promise<void> {
  await database.schema.dropTable('messages').execute();
}
