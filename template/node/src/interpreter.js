/**
 * Stops in one line where Node is too old for this project.
 *
 * Plain JavaScript that any Node can read: the package manager runs it before it installs, and
 * `start.js` before anything else is loaded. The version is the one that package.json asks for.
 */

import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = engines.node.replace('>=', '');
const [major, minor] = needed.split('.').map(Number);
const [currentMajor, currentMinor] = process.versions.node.split('.').map(Number);

if (currentMajor < major || (currentMajor === major && currentMinor < minor)) {
  process.stderr.write(
    `This project needs Node ${needed} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}
