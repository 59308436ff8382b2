/** The command `npm run migrate`: applies the missing migrations, or with `down` takes back the last one. */

import { readConfigOrExit } from '../config.ts';
import { connect } from './connection.ts';
import { migrate, takeBack } from './migrations.ts';

const database = connect(readConfigOrExit().DATABASE_URL);
const down = process.argv[2] === 'down';
try {
  const names = down ? await takeBack(database) : await migrate(database);
  const lines = names.map((name) => `${down ? 'Took back' : 'Applied'} ${name}.`);
  process.stdout.write(`${lines.join('\n') || 'There was nothing to do.'}\n`);
} finally {
  await database.destroy();
}
