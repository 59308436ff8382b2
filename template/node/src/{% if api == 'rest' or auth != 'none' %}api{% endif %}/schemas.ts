/** The words in which the API speaks of values: each checks what comes in and describes itself. */

import { z } from 'zod';

/** The schemas that have a name of their own in the document. */
export const components = z.registry<{ id: string }>();

/** Gives a schema its name in the document. */
export function component<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  components.add(schema, { id });
  return schema;
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
