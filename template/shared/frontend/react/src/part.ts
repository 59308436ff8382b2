/** A part of the application: what the header and the first page say of it, and its screens. */

import { type ComponentType, lazy } from 'react';
import { Silence } from './core/problems';

/** A part; its screens are read from the server when they are first shown. */
export interface Part {
  /** Its card on the first page. */
  card?: { path: string; title: string; says: string };
  /** Whether the card leads to a page of the server, which is no screen, and not in the header. */
  isPage?: boolean;
  /** Whether its screens are for everybody, whoever else may come in. */
  open?: boolean;
  screens: { path: string; Screen: ComponentType }[];
}

/** Makes a screen of a file that is read when it is first shown. */
export function screenIn(read: () => Promise<{ default: ComponentType }>): ComponentType {
  return lazy(() =>
    read().catch(() => {
      throw new Silence();
    }),
  );
}
