/** The OpenAPI document, made of the descriptions of all operations and so always true. */

import { z } from 'zod';
import type { App } from '../app.ts';
import { describeProblem, Problem } from '../errors.ts';
import about from '../about.json' with { type: 'json' };
import type { Gate } from '../routes.ts';
import type { Description, Success } from './operations.ts';
import { component, components, uuid } from './schemas.ts';

const EXAMPLE_ID = '019aab5f-3c00-7000-8000-000000000001';
const EXAMPLE_REQUEST_ID = '5f0c3f3e-8a57-4b0c-9a53-0d6f2f6f2a10';

const problemShape = {
  type: z.string().meta({ format: 'uri-reference' }),
  title: z.string(),
  status: z.number().meta({ type: 'integer' }),
  detail: z.string(),
  instance: z.string().meta({ format: 'uri-reference' }),
  request_id: z.string(),
};

component('Problem', z.strictObject(problemShape));
component(
  'ValidationProblem',
  z.strictObject({
    ...problemShape,
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
  }),
);

const headers = {
  ETag: { description: 'The version of what is answered.', schema: { type: 'string' } },
  Location: {
    description: 'The address of the new one.',
    schema: { type: 'string', format: 'uri-reference' },
  },
  'Retry-After': {
    description: 'The seconds after which to try again.',
    schema: { type: 'integer' },
  },
  'WWW-Authenticate': {
    description: 'What a request has to bring.',
    schema: { type: 'string' },
  },
  'X-Request-Id': {
    description: 'The id under which the log speaks of this request.',
    schema: { type: 'string' },
  },
};

const conditions = {
  'If-Match': 'Entity tags of which one must be the current one.',
  'If-None-Match': 'Entity tags that the client has already.',
};

interface Described {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}

/** Writes the document of an application. */
export function writeDocument(app: App) {
  const descriptions = app.descriptions ?? [];
  const paths: Record<string, Record<string, unknown>> = {};
  for (const description of descriptions) {
    paths[description.path] ??= {};
    Object.assign(paths[description.path] as object, {
      [description.method.toLowerCase()]: describeOperation(app, description),
    });
  }
  return {
    openapi: '3.1.1',
    info: { title: about.name, version: about.version, description: about.description },
    tags: [...new Set(descriptions.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas: writeComponents(), ...writeSchemes(app) },
  };
}

function describeOperation(app: App, description: Description) {
  const parameters = parametersOf(description);
  return {
    operationId: description.id,
    tags: [description.tag],
    summary: description.summary,
    ...securityOf(app, description),
    ...(parameters.length > 0 && { parameters }),
    ...(description.body && {
      requestBody: {
        required: true,
        content: { 'application/json': content(description.body.schema, description.body.example) },
      },
    }),
    responses: Object.fromEntries([
      ...Object.entries(description.answers).map(([status, success]) => [status, answer(success)]),
      ...problemsOf(app, description).map((problem) => [
        problem.status,
        problemAnswer(problem, description),
      ]),
    ]),
  };
}

function parametersOf({ path, query, condition }: Description) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: describeSchema(uuid()),
    example: EXAMPLE_ID,
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: describeSchema(schema as z.ZodType),
  }));
  const inHeader = condition
    ? [
        {
          name: condition,
          in: 'header',
          required: false,
          description: conditions[condition],
          schema: { type: 'string' },
        },
      ]
    : [];
  return [...inPath, ...inQuery, ...inHeader];
}

/** The gates that a request for an operation has to pass. */
function gatesOf(app: App, { method, path }: Description): Gate[] {
  return app.gates.filter((gate) => gate.guards(method, path));
}

/** What a request for an operation has to bring, by name. */
function securityOf(app: App, description: Description) {
  const names = gatesOf(app, description).flatMap(({ scheme }) => scheme?.name ?? []);
  return names.length > 0 && { security: names.map((name) => ({ [name]: [] })) };
}

/** The meanings of those names. */
function writeSchemes(app: App) {
  const schemes = app.gates.flatMap(({ scheme }) => scheme ?? []);
  const named = schemes.map(({ name, meaning }) => [name, meaning]);
  return named.length > 0 && { securitySchemes: Object.fromEntries(named) };
}

/** What can go wrong with an operation: what its input allows, its own problems, and the unexpected. */
function problemsOf(app: App, description: Description): Problem[] {
  const { body, query, fault, problems, fallible } = description;
  const gates = gatesOf(app, description);
  const found: Problem[] = [];
  if (body) {
    found.push(
      new Problem(400, 'The request body is not valid JSON.'),
      new Problem(413, 'The request body is larger than 1 MiB.'),
      new Problem(415, 'The request body must be application/json.'),
    );
  }
  if (body || query) {
    found.push(new Problem(422, 'The request is not valid.', { errors: fault ? [fault] : [] }));
  }
  found.push(...gates.map((gate) => gate.problem));
  for (const [status, problem] of Object.entries(problems ?? {})) {
    found.push(typeof problem === 'string' ? new Problem(Number(status), problem) : problem);
  }
  if (fallible) {
    found.push(new Problem(500, 'Something went wrong on our side.'));
    if (app.outages.length > 0 || gates.length > 0) {
      found.push(
        new Problem(503, 'The service is temporarily unavailable.', {
          headers: { 'Retry-After': '5' },
        }),
      );
    }
  }
  return found;
}

function answer({ description, schema, example, headers = [], mediaType }: Success) {
  return {
    description,
    headers: describeHeaders(headers),
    ...(schema && { content: { [mediaType ?? 'application/json']: content(schema, example) } }),
  };
}

function problemAnswer(problem: Problem, { path }: Description) {
  const instance = path.replace(/\{\w+\}/g, EXAMPLE_ID);
  const name = problem.errors ? 'ValidationProblem' : 'Problem';
  return {
    description: problem.message,
    headers: describeHeaders(Object.keys(problem.headers)),
    content: {
      'application/problem+json': {
        schema: { $ref: `#/components/schemas/${name}` },
        example: describeProblem(problem, instance, EXAMPLE_REQUEST_ID),
      },
    },
  };
}

function describeHeaders(names: string[]) {
  return Object.fromEntries(
    [...names, 'X-Request-Id'].map((name) => [name, headers[name as keyof typeof headers]]),
  );
}

function content(schema: z.ZodType, example: unknown) {
  const name = components.get(schema)?.id;
  return {
    schema: name ? { $ref: `#/components/schemas/${name}` } : describeSchema(schema),
    ...(example !== undefined && { example }),
  };
}

function writeComponents() {
  const { schemas } = z.toJSONSchema(components, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override: simplify,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  );
}

function describeSchema(schema: z.ZodType) {
  const { $schema, ...described } = z.toJSONSchema(schema, { io: 'input', override: simplify });
  return described;
}

/** Says by two types what may be null, and keeps the default that zod leaves out of what it transforms. */
function simplify({ zodSchema, jsonSchema }: Described): void {
  const [given, nothing] = jsonSchema.anyOf ?? [];
  if (typeof given === 'object' && typeof nothing === 'object' && nothing.type === 'null') {
    const { type, ...rest } = given;
    delete jsonSchema.anyOf;
    Object.assign(jsonSchema, { type: [type, 'null'], ...rest });
  }
  const fallback = z.globalRegistry.get(zodSchema)?.default;
  if (fallback !== undefined) jsonSchema.default = fallback;
}
