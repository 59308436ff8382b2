/** Problems: what the server answers where something cannot be done (RFC 9457), and its silence. */

/** A problem as the server writes it. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  request_id: string;
  /** What is wrong with which field, by JSON Pointers. */
  errors?: { path: string; message: string }[];
}

/** The server refused; the message is its own words. */
export class Problem extends Error {
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    super(details.detail);
    this.name = 'Problem';
    this.details = details;
  }

  /** The status of HTTP that it came with. */
  get status(): number {
    return this.details.status;
  }
}

/** The server did not answer. */
export class Silence extends Error {
  constructor() {
    super('The server does not answer. Try again.');
    this.name = 'Silence';
  }
}

/** Makes an error of an answer's body; one that is no problem was not written by the server. */
export function problemIn(body: unknown): Problem | Silence {
  return isProblem(body) ? new Problem(body) : new Silence();
}

/** Returns what is wrong with each field, by its name, the first complaint about each. */
export function fieldErrors(error: unknown): Record<string, string> {
  const errors = error instanceof Problem ? (error.details.errors ?? []) : [];
  const named = errors.map(({ path, message }) => [nameIn(path), message] as const);
  return Object.fromEntries(named.reverse());
}

/** Says in one sentence what has gone wrong. */
export function explain(error: unknown): string {
  if (error instanceof Problem) {
    return error.details.errors?.length ? 'Please correct what is marked.' : error.message;
  }
  return new Silence().message;
}

/** The name of the field that a JSON Pointer means (RFC 6901). */
function nameIn(pointer: string): string {
  const [, name = ''] = pointer.split('/');
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isProblem(body: unknown): body is ProblemDetails {
  const { status, detail } = Object(body) as Record<string, unknown>;
  return typeof status === 'number' && typeof detail === 'string';
}
