/** How an answer is written: compact JSON, its media type without a charset. */

import type { Response } from 'express';

/** Sends a value as JSON. */
export function sendJson(
  response: Response,
  status: number,
  value: unknown,
  mediaType = 'application/json',
): void {
  const body = Buffer.from(JSON.stringify(value));
  response.statusCode = status;
  response.setHeader('Content-Type', mediaType);
  response.setHeader('Content-Length', body.length);
  response.end(body);
}
