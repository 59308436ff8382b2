/** The entry of the project: sees that Node is new enough to read the rest, then runs it. */

import './interpreter.js';

await import('./main.ts');
