/** The client of the accounts. */

import { clientOf } from '../client';
import type { paths } from '../core/schema/auth';

export const client = clientOf<paths>();
