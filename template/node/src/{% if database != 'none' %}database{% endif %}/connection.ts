/** The database: one connection pool for all features, ready once their migrations are applied. */

import { Kysely } from 'kysely';
import type { App } from '../app.ts';
import { isOutage, openDialect } from './dialect.ts';
import { isPrepared, migrate, missingMigrations } from './migrations.ts';

/** The tables; a feature adds its own where it uses them. */
// biome-ignore lint/suspicious/noEmptyInterface: features fill it through declaration merging
export interface Tables {}

/** The connection through which the features speak with the database. */
export type Database = Kysely<Tables>;

declare module '../app.ts' {
  interface App {
    readonly database: Database;
  }
}

/** Opens the database of an address. */
export function connect(address: string): Database {
  return new Kysely<Tables>({ dialect: openDialect(address) });
}

/** Gives the application its database; except in production the tables are brought up to date. */
export async function database(app: App): Promise<void> {
  const connection = connect(app.config.DATABASE_URL);
  Object.assign(app, { database: connection });
  app.closers.push(() => connection.destroy());
  app.outages.push(isOutage);
  app.checks.set('database', async () => {
    if (!(await isPrepared(connection))) throw new Error('migrations were never applied');
    const missing = await missingMigrations(connection);
    if (missing.length > 0) throw new Error(`migrations are missing: ${missing.join(', ')}`);
  });
  if (app.config.APP_ENV !== 'production') await migrate(connection);
}
