/** A migration for the tests. */

import type { Kysely } from 'kysely';

/** What has to be there first. */
export const needs = ['orders_0001'];

/** Makes a table. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.createTable('orders_2').addColumn('number', 'integer').execute();
}

/** Drops the table. */
export async function down(database: Kysely<unknown>): Promise<void> {
  await database.schema.dropTable('orders_2').execute();
}
