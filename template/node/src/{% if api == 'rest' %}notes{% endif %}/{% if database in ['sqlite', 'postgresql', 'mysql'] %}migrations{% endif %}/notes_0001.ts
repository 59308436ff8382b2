/** The table of the notes. */

import type { Kysely } from 'kysely';
import { columns, tableOptions } from '../../database/dialect.ts';

/** Makes the table. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('notes')
    .addColumn('id', columns.id, (column) => column.notNull().primaryKey())
    .addColumn('title', 'varchar(200)', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('author_id', columns.id)
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', columns.time, (column) => column.notNull())
    .addColumn('updated_at', columns.time, (column) => column.notNull())
    .modifyEnd(tableOptions)
    .execute();
}

/** Drops the table. */
export async function down(database: Kysely<unknown>): Promise<void> {
  await database.schema.dropTable('notes').execute();
}
