/** What accounts do to requests: they carry a token. */

import type { HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { from, switchMap } from 'rxjs';
import { noticeTheEnd } from './ended';
import { Login } from './login';

const KNOWN = ['/api/', '/auth/me'];

/** Adds the token where somebody has to be known. */
const carryToken: HttpInterceptorFn = (request, next) => {
  if (!KNOWN.some((path) => request.url.startsWith(path))) return next(request);
  return from(inject(Login).tokens.access()).pipe(
    switchMap((token) => {
      if (token === null) return next(request);
      return next(request.clone({ setHeaders: { Authorization: `Bearer ${token}` } }));
    }),
  );
};

/** What every request passes. */
export const interceptors = [noticeTheEnd, carryToken];
