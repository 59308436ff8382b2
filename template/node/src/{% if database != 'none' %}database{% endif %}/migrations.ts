/**
 * Migrations: every feature keeps its own in `migrations/`, a chain that no other feature disturbs.
 *
 * `notes/migrations/notes_0001.ts` is the first one of the notes. A database may have been looked
 * after by Alembic before: what its ledger says is applied under the same names counts here too.
 */

import { globSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Migration, type MigrationResultSet, Migrator } from 'kysely/migration';
import type { Database } from './connection.ts';

declare module './connection.ts' {
  interface Tables {
    kysely_migration: { name: string; timestamp: string };
    alembic_version: { version_num: string };
  }
}

const LEDGER = 'kysely_migration';
const ALEMBIC = 'alembic_version';

/** Names of migrations and their files, oldest first within a feature. */
type Migrations = Map<string, string>;

/** Finds the migrations of all features in a folder. */
export function findMigrations(folder: string): Migrations {
  const files = globSync('*/migrations/*.ts', { cwd: folder });
  const named = files.map((file) => [path.basename(file, '.ts'), path.join(folder, file)] as const);
  return new Map(named.toSorted());
}

const own = findMigrations(path.join(import.meta.dirname, '..'));

/** Applies what is missing and returns its names; running it again changes nothing. */
export async function migrate(database: Database, known = own): Promise<string[]> {
  const migrator = await prepare(database, known);
  return namesOf(await migrator.migrateToLatest());
}

/** Takes back the migration that was applied last and returns its name, if there is one. */
export async function takeBack(database: Database, known = own): Promise<string[]> {
  const migrator = await prepare(database, known);
  const names = namesOf(await migrator.migrateDown());
  if (await hasTable(database, ALEMBIC)) {
    for (const name of names) await forget(database, known, name);
  }
  return names;
}

/** Whether migrations were ever applied, even if there were none. */
export async function isPrepared(database: Database): Promise<boolean> {
  return (await hasTable(database, LEDGER)) || (await hasTable(database, ALEMBIC));
}

/** The names of the migrations that have not been applied. */
export async function missingMigrations(database: Database, known = own): Promise<string[]> {
  const applied = [...(await appliedHere(database)), ...(await appliedByAlembic(database, known))];
  return [...known.keys()].filter((name) => !applied.includes(name));
}

async function prepare(database: Database, known: Migrations): Promise<Migrator> {
  await adopt(database, known);
  const applied = await appliedHere(database);
  return new Migrator({
    db: database,
    allowUnorderedMigrations: true,
    provider: {
      async getMigrations() {
        const migrations: Record<string, Migration> = {};
        // A feature that was taken out leaves its tables, and their names in the ledger.
        for (const name of applied) migrations[name] = { up: async () => {} };
        for (const [name, file] of known) {
          migrations[name] = await import(pathToFileURL(file).href);
        }
        return migrations;
      },
    },
  });
}

function namesOf({ error, results = [] }: MigrationResultSet): string[] {
  if (error) throw error;
  return results.map((result) => result.migrationName);
}

async function appliedHere(database: Database): Promise<string[]> {
  if (!(await hasTable(database, LEDGER))) return [];
  const rows = await database.selectFrom(LEDGER).select('name').execute();
  return rows.map((row) => row.name);
}

/** Alembic keeps the newest migration of each chain, which stands for all before it. */
async function appliedByAlembic(database: Database, known: Migrations): Promise<string[]> {
  if (!(await hasTable(database, ALEMBIC))) return [];
  const rows = await database.selectFrom(ALEMBIC).select('version_num').execute();
  return [...known.keys()].filter((name) =>
    rows.some((row) => chainOf(row.version_num) === chainOf(name) && name <= row.version_num),
  );
}

/** Writes into this ledger what only Alembic's has. */
async function adopt(database: Database, known: Migrations): Promise<void> {
  const here = await appliedHere(database);
  const names = (await appliedByAlembic(database, known)).filter((name) => !here.includes(name));
  if (names.length === 0) return;
  await database.schema
    .createTable(LEDGER)
    .ifNotExists()
    .addColumn('name', 'varchar(255)', (column) => column.notNull().primaryKey())
    .addColumn('timestamp', 'varchar(255)', (column) => column.notNull())
    .execute();
  const timestamp = new Date().toISOString();
  await database
    .insertInto(LEDGER)
    .values(names.map((name) => ({ name, timestamp })))
    .execute();
}

/** Takes a name out of Alembic's ledger, which then points at the one before it. */
async function forget(database: Database, known: Migrations, name: string): Promise<void> {
  const before = [...known.keys()].filter(
    (other) => chainOf(other) === chainOf(name) && other < name,
  );
  const previous = before.at(-1);
  const row = database.updateTable(ALEMBIC).where('version_num', '=', name);
  if (previous) await row.set({ version_num: previous }).execute();
  else await database.deleteFrom(ALEMBIC).where('version_num', '=', name).execute();
}

function chainOf(name: string): string {
  return name.slice(0, name.lastIndexOf('_'));
}

async function hasTable(database: Database, name: string): Promise<boolean> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  return tables.some((table) => table.name === name);
}
