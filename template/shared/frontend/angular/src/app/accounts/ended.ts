/** Logins that end while somebody looks at a screen. */

import { HttpErrorResponse, type HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { tap } from 'rxjs';
import { Accounts } from './accounts';

/** Notices when the API does not know any more who asks. */
export const noticeTheEnd: HttpInterceptorFn = (request, next) => {
  if (!request.url.startsWith('/api/')) return next(request);
  const accounts = inject(Accounts);
  const look = (error: unknown) => {
    if (error instanceof HttpErrorResponse && error.status === 401) accounts.expire();
  };
  return next(request).pipe(tap({ error: look }));
};
