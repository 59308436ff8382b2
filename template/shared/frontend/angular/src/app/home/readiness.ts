/** Whether the server has all that it needs. */

import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { DestroyRef, DOCUMENT, inject, signal, type Signal } from '@angular/core';
import { catchError, exhaustMap, filter, map, type Observable, of, timer } from 'rxjs';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';

/** What is said of the server, and whether that is good. */
export interface Readiness {
  state: 'unknown' | 'good' | 'bad';
  text: string;
}

const EVERY_MS = 5000;

/** Asks every few seconds, while the screen is looked at. */
export function injectReadiness(): Signal<Readiness> {
  const http = inject(HttpClient);
  const document = inject(DOCUMENT);
  const readiness = signal<Readiness>({
    state: 'unknown',
    text: 'It runs: you are reading its first page.',
  });
  const asked: Observable<Readiness> = timer(0, EVERY_MS).pipe(
    filter(() => !document.hidden),
    exhaustMap(() =>
      http.get('/health/ready').pipe(
        map((): Readiness => ({ state: 'good', text: 'It runs, and has all that it needs.' })),
        catchError((error: unknown) => of<Readiness>({ state: 'bad', text: whatIsWrong(error) })),
      ),
    ),
    takeUntilDestroyed(inject(DestroyRef)),
  );
  asked.subscribe((answer) => {
    readiness.set(answer);
  });
  return readiness.asReadonly();
}

function whatIsWrong(error: unknown): string {
  const checks = error instanceof HttpErrorResponse ? checksOf(error.error) : undefined;
  if (checks === undefined) return 'It does not answer.';
  const missing = Object.keys(checks).filter((name) => checks[name] !== 'ok');
  return `It runs, but is not ready: ${missing.join(', ') || 'it is stopping'}.`;
}

function checksOf(answer: unknown): Record<string, unknown> | undefined {
  if (typeof answer !== 'object' || answer === null || !('checks' in answer)) return undefined;
  return answer.checks as Record<string, unknown>;
}
