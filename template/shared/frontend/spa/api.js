/** Writes src/core/schema.d.ts: the types of what the running application takes and gives. */

import { execSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const TOOL =
  'npx --yes --package=openapi-typescript@7.13.0 --package=typescript@5 openapi-typescript --alphabetize';

/** What is called from here, by how its path begins. */
const CALLED = /^\/(api\/v|auth\/)/;

const application = process.env.APP_URL ?? 'http://127.0.0.1:8000';
const answer = await fetch(new URL('/api/openapi.json', application));
const document = await answer.json();

// Problems are all alike: src/core/problems.ts knows them.
const paths = Object.fromEntries(
  Object.entries(document.paths).filter(([path]) => CALLED.test(path)),
);
for (const { responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
  for (const status of Object.keys(responses ?? {})) {
    if (Number(status) >= 400) delete responses[status];
  }
}
const schemas = {};
let before = -1;
while (Object.keys(schemas).length > before) {
  before = Object.keys(schemas).length;
  const text = JSON.stringify([paths, schemas]);
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (text.includes(`"#/components/schemas/${name}"`)) schemas[name] = schema;
  }
}

const input = JSON.stringify({ ...document, paths, components: { schemas } });
const types = execSync(TOOL, { input, encoding: 'utf8' });

// What is said in words is read in the document; what cannot be given need not be named.
const short = types
  .replaceAll(/\/\*\*.*?\*\/\n?/gs, '')
  .replaceAll(/^\s*\w+\?: never;\n/gm, '')
  .replaceAll(/^\s*parameters: \{\s*\};\n/gm, '');
const note = '/** The types of the API, as `api.js` writes them anew. */\n\n';
writeFileSync(new URL('src/core/schema.d.ts', import.meta.url), note + short);
