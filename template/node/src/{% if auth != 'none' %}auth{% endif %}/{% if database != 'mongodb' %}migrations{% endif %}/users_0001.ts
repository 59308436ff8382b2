/** The tables of the accounts, and of the attempts to sign in that failed. */

import type { Kysely } from 'kysely';
import { columns, tableOptions } from '../../database/dialect.ts';

/** Makes the tables. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('users')
    .addColumn('id', columns.id, (column) => column.notNull().primaryKey())
    .addColumn('email', 'varchar(254)', (column) => column.notNull())
    .addColumn('email_key', 'varchar(254)', (column) => column.notNull())
    .addColumn('name', 'varchar(64)', (column) => column.notNull())
    .addColumn('password_hash', 'varchar(255)', (column) => column.notNull())
    .addColumn('created_at', columns.time, (column) => column.notNull())
    .addColumn('updated_at', columns.time, (column) => column.notNull())
    .modifyEnd(tableOptions)
    .execute();
  await database.schema
    .createIndex('users_email_key')
    .unique()
    .on('users')
    .column('email_key')
    .execute();
  await database.schema
    .createTable('sign_in_failures')
    .addColumn('id', columns.id, (column) => column.notNull().primaryKey())
    .addColumn('subject', 'char(64)', (column) => column.notNull())
    .addColumn('at', columns.time, (column) => column.notNull())
    .modifyEnd(tableOptions)
    .execute();
  await database.schema
    .createIndex('sign_in_failures_subject_at')
    .on('sign_in_failures')
    .columns(['subject', 'at'])
    .execute();
}

/** Drops the tables. */
export async function down(database: Kysely<unknown>): Promise<void> {
  await database.schema.dropTable('sign_in_failures').execute();
  await database.schema.dropTable('users').execute();
}
