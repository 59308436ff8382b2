/** The words in which the API speaks of values: each checks what comes in and describes itself. */

import { z } from 'zod';

/** The schemas that have a name of their own in the document. */
export const components = z.registry<{ id: string }>();

/** Gives a schema its name in the document. */
export function component<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  components.add(schema, { id });
  return schema;
}

/** Tells what is wrong with a value that is not of its type. */
const mustBe =
  (what: string) =>
  ({ input }: { input?: unknown }) =>
    input === undefined ? 'This field is required.' : `This must be ${what}.`;

interface TextLimits {
  least?: number;
  most: number;
  /** What the document says besides the limits. */
  pattern: string;
  /** What is done to the text before it is measured. */
  clean?: (text: string) => string;
}

/** A text that a client writes; its length is counted in code points. */
export function text({ least = 0, most, pattern, clean = (given) => given }: TextLimits) {
  return z
    .string({ error: mustBe('a string') })
    .overwrite(clean)
    .check((context) => {
      const message = faultOf(context.value, least, most);
      if (message) context.issues.push({ code: 'custom', input: context.value, message });
    })
    .meta({ ...(least > 0 && { minLength: least }), maxLength: most, pattern });
}

function faultOf(value: string, least: number, most: number): string | undefined {
  if (!value.isWellFormed()) return 'This must be well-formed Unicode.';
  if (value.includes('\0')) return 'This must not contain the NUL character.';
  const length = [...value].length;
  if (length < least) return `This must have at least ${least} character${least === 1 ? '' : 's'}.`;
  if (length > most) return `This must have at most ${most} characters.`;
  return undefined;
}

/** An object that a client sends, with these fields and no others. */
export function input<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: mustBe('an object') });
}

/** A query parameter that is given at most once. */
export function parameter() {
  return z.string({ error: () => 'This must be given once.' });
}

/** A query parameter that is a whole number. */
export function integerParameter(least: number, most: number, fallback: number) {
  return parameter()
    .transform((given, context) => {
      const number = /^-?[0-9]+$/.test(given) ? Number(given) : Number.NaN;
      const message = Number.isNaN(number)
        ? 'This must be an integer.'
        : number < least
          ? `This must be at least ${least}.`
          : `This must be at most ${most}.`;
      if (number >= least && number <= most) return number;
      context.issues.push({ code: 'custom', input: given, message });
      return z.NEVER;
    })
    .default(fallback)
    .meta({ type: 'integer', minimum: least, maximum: most, default: fallback });
}

/** An id that the API gives. */
export const uuid = () => z.string().meta({ format: 'uuid' });

/** A time that the API gives. */
export const time = () => z.string().meta({ format: 'date-time' });
