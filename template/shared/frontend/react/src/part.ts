/** A part of the application: what the header and the first page say of it, and its screens. */

import type { ComponentType } from 'react';

export interface Part {
  /** Its card on the first page. */
  card?: { path: string; title: string; says: string };
  /** Whether its card leads to a screen, which then stands in the header, too, or to a page of the server. */
  isPage?: boolean;
  /** Whether its screens are for everybody, whoever else may come in. */
  open?: boolean;
  screens: { path: string; Screen: ComponentType }[];
}
