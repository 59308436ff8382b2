/** Where reading begins. */

import { afterNextRender, DOCUMENT, inject, Injector } from '@angular/core';

/** Returns what moves the focus to the heading of the screen, as soon as it is there. */
export function injectHeadingFocus(): () => void {
  const document = inject(DOCUMENT);
  const injector = inject(Injector);
  const focus = () => {
    const heading = document.querySelector('h1');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus();
  };
  return () => {
    afterNextRender({ read: focus }, { injector });
  };
}
