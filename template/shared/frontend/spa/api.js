/** Writes the types of what the running application takes and gives: src/core/schema, a file a subject. */

import { execSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const TOOL =
  'npx --yes --package=openapi-typescript@7.13.0 --package=typescript@5 openapi-typescript --alphabetize';

/** What a path is of: /api/v1/notes/{id} is of the notes. */
const SUBJECT = /^\/(?:api\/v\d+\/)?([\w-]+)/;

/** What is not called from here. */
const OTHERS = ['api', 'health'];

const application = process.env.APP_URL ?? 'http://127.0.0.1:8000';
const answer = await fetch(new URL('/api/openapi.json', application));
const document = await answer.json();

/** The paths of every subject. */
const subjects = {};
for (const [path, operations] of Object.entries(document.paths)) {
  const [begin, name] = SUBJECT.exec(path) ?? [];
  if (name === undefined || OTHERS.includes(name)) continue;
  subjects[name] ??= { begin, paths: {} };
  subjects[name].paths[path] = operations;
  // Problems are all alike: src/core/problems.ts knows them.
  for (const { responses } of Object.values(operations)) {
    for (const status of Object.keys(responses ?? {})) {
      if (Number(status) >= 400) delete responses[status];
    }
  }
}

for (const [name, { begin, paths }] of Object.entries(subjects)) {
  const input = JSON.stringify({ ...document, paths, components: { schemas: schemasOf(paths) } });
  const types = execSync(TOOL, { input, encoding: 'utf8' });

  // What is said in words is read in the document; what cannot be given need not be named.
  const short = types
    .replaceAll(/\/\*\*.*?\*\/\n?/gs, '')
    .replaceAll(/^\s*\w+\?: never;\n/gm, '')
    .replaceAll(/^\s*parameters: \{\s*\};\n/gm, '');
  const file = new URL(`src/core/schema/${name}.d.ts`, import.meta.url);
  writeFileSync(file, `/** The types of ${begin}. */\n\n${short}`);
}

/** Returns the schemas that some paths name, and those that these name. */
function schemasOf(paths) {
  const schemas = {};
  let before = -1;
  while (Object.keys(schemas).length > before) {
    before = Object.keys(schemas).length;
    const text = JSON.stringify([paths, schemas]);
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      if (text.includes(`"#/components/schemas/${name}"`)) schemas[name] = schema;
    }
  }
  return schemas;
}
