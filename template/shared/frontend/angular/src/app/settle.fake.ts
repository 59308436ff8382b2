/** Time for what was begun to be done and shown, in tests. */

import type { ComponentFixture } from '@angular/core/testing';

/** Waits for promises, then for the screen. */
export async function settle(fixture: ComponentFixture<unknown>): Promise<void> {
  await new Promise((done) => {
    setTimeout(done);
  });
  await fixture.whenStable();
}
