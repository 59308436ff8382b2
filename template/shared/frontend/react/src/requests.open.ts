/** Requests: as they are, for nobody has to say who it is. */

/** Sends a request. */
export function send(request: Request): Promise<Response> {
  return fetch(request);
}
