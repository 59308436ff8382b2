/** Answers to requests: what they bring, or the problem that the server has. */

import { HttpErrorResponse } from '@angular/common/http';
import { firstValueFrom, type Observable } from 'rxjs';
import { problemIn } from '../core/problems';

/** Sends a request and returns its answer, or throws a problem. */
export async function answer<Brought>(request: Observable<Brought>): Promise<Brought> {
  try {
    return await firstValueFrom(request);
  } catch (error) {
    throw error instanceof HttpErrorResponse ? problemIn(error.error) : error;
  }
}
