/** What the application is started with. */

import { APP_BASE_HREF } from '@angular/common';
import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { type ApplicationConfig, provideBrowserGlobalErrorListeners } from '@angular/core';
import {
  provideRouter,
  TitleStrategy,
  withComponentInputBinding,
  withInMemoryScrolling,
  withRouterConfig,
} from '@angular/router';
import { routes } from './app.routes';
import { screens } from './screens';
import { Titles } from './titles';

/** Router, requests and what the screens need from the start. */
export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    // Here, for the Content-Security-Policy of the server allows no <base> in the page.
    { provide: APP_BASE_HREF, useValue: '/' },
    provideRouter(
      routes,
      withComponentInputBinding(),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled' }),
      // What goes wrong is said in the frame.
      withRouterConfig({ resolveNavigationPromiseOnError: true }),
    ),
    { provide: TitleStrategy, useExisting: Titles },
    provideHttpClient(withInterceptors(screens.flatMap(({ interceptors = [] }) => interceptors))),
    ...screens.flatMap(({ providers = [] }) => providers),
  ],
};
