/** The security headers of every answer, as OWASP's cheat sheets ask for them. */

import type { App } from './app.ts';
import type { Config } from './config.ts';

/** The headers that every answer carries; a route may set its own Cache-Control. */
export function headersFor(config: Pick<Config, 'APP_ENV'>): Map<string, string> {
  const headers = new Map([
    [
      'Content-Security-Policy',
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'",
    ],
    ['X-Content-Type-Options', 'nosniff'],
    ['X-Frame-Options', 'DENY'],
    ['Referrer-Policy', 'strict-origin-when-cross-origin'],
    ['Permissions-Policy', 'camera=(), geolocation=(), microphone=()'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['Cache-Control', 'no-store'],
  ]);
  if (config.APP_ENV === 'production') {
    headers.set('Strict-Transport-Security', 'max-age=63072000; includeSubDomains');
  }
  return headers;
}

/** Sets the headers on every answer before anything else can go wrong. */
export function sendHeaders(app: App): void {
  const headers = headersFor(app.config);
  app.express.use((_request, response, next) => {
    response.setHeaders(headers);
    next();
  });
}
