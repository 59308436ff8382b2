/** What the live data take. */

import { z } from 'zod';
import { input } from '../fields.ts';
import { checked, faultOfWriting } from '../text.ts';

/** Nothing. */
export const Nothing = input({});

/** Which symbol is meant. */
export const Wanted = input({ symbol: checked((given) => given, faultOfWriting) });

/** The price of a symbol at a moment. */
export const Tick = z.object({ symbol: z.string(), price: z.number(), at: z.string() });
export type Tick = z.output<typeof Tick>;
