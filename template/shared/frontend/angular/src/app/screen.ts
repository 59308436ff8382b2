/** What a part of the application brings along; `screens.ts` lists the parts. */

import type { EnvironmentProviders, Type } from '@angular/core';
import type { HttpInterceptorFn } from '@angular/common/http';
import type { Routes } from '@angular/router';

/** A card on the first screen; `document` is true where the server itself makes what it leads to. */
export interface Card {
  title: string;
  says: string;
  path: string;
  document?: boolean;
}

/** A part of the application: its addresses, and where it shows elsewhere. */
export interface Screen {
  routes?: Routes;
  /** Its link in the header. */
  link?: { title: string; path: string };
  /** Its card on the first screen. */
  card?: Card;
  /** What it shows at the right of the header. */
  corner?: Type<unknown>;
  /** What it does to every request. */
  interceptors?: HttpInterceptorFn[];
  /** What it needs from the start. */
  providers?: EnvironmentProviders[];
}
