/** Reads the body of a request as JSON, within limits. */

import type { Request } from 'express';
import { Problem } from '../errors.ts';

const LIMIT = 1024 * 1024;
const JSON_TYPE = /^application\/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns what the body of a request says, or refuses it. */
export async function readJson(request: Request): Promise<unknown> {
  const coding = request.get('Content-Encoding') ?? 'identity';
  if (coding.toLowerCase() !== 'identity' || !JSON_TYPE.test(request.get('Content-Type') ?? '')) {
    throw new Problem(415, 'The request body must be application/json.');
  }
  const bytes = await readBytes(request);
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new Problem(400, 'The request body is not valid JSON.');
  }
}

/** Returns the body of a request, or refuses it where it is too large. */
export async function readBytes(request: Request): Promise<Buffer> {
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
