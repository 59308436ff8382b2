/** Which screen is shown at which address. */

import type { Routes } from '@angular/router';
import { Home } from './home/home';
import { Missing } from './missing/missing';
import { screens } from './screens';

/** The addresses of all screens; what is at none of them is missing. */
export const routes: Routes = [
  { path: '', pathMatch: 'full', component: Home },
  ...screens.flatMap(({ routes = [] }) => routes),
  { path: '**', title: 'Not found', component: Missing },
];
