/** Reads the body of a request as JSON, within limits. */

import type { Request } from 'express';
import { Problem } from '../errors.ts';

const LIMIT = 1024 * 1024;
const JSON_TYPE = /^application\/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i;

// The brackets and texts of a JSON document; a text before a colon is a name.
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A body that was read: its value, and the fields of an object in the order in which they were sent. */
export interface Body {
  value: unknown;
  fields: () => string[];
}

/** Returns what the body of a request says, or refuses it. */
export async function readJson(request: Request): Promise<Body> {
  const coding = request.get('Content-Encoding') ?? 'identity';
  if (coding.toLowerCase() !== 'identity' || !JSON_TYPE.test(request.get('Content-Type') ?? '')) {
    throw new Problem(415, 'The request body must be application/json.');
  }
  const bytes = await readBytes(request);
  try {
    const text = decoder.decode(bytes);
    return { value: JSON.parse(text), fields: () => fieldsIn(text) };
  } catch {
    throw new Problem(400, 'The request body is not valid JSON.');
  }
}

async function readBytes(request: Request): Promise<Buffer> {
  const tooLarge = () => new Problem(413, 'The request body is larger than 1 MiB.');
  if (Number(request.get('Content-Length') ?? 0) > LIMIT) throw tooLarge();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > LIMIT) {
      // The rest is read and dropped, so that the client can hear the answer.
      request.removeAllListeners('data').resume();
      reject(tooLarge());
    } else {
      chunks.push(chunk);
    }
  });
  request.on('end', () => resolve(Buffer.concat(chunks)));
  request.on('error', () => reject(new Problem(400, 'The request is not valid HTTP.')));
  return promise;
}

/** JavaScript puts fields that look like numbers first; the text still knows their order. */
function fieldsIn(json: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  for (const [token, name] of json.matchAll(TOKENS)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (name !== undefined && depth === 1) fields.push(JSON.parse(name));
  }
  return fields;
}
