import { TestBed } from '@angular/core/testing';
import { expect, it, vi } from 'vitest';
import { NEWS } from './news';
import { Shelf } from './shelf';

it('notes are read again when the window is looked at again', () => {
  const readAgain = vi.fn();
  const stop = TestBed.inject(NEWS)(new Shelf(), readAgain);
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  document.dispatchEvent(new Event('visibilitychange'));
  expect(readAgain).not.toHaveBeenCalled();
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event('visibilitychange'));
  expect(readAgain).toHaveBeenCalledTimes(1);
  stop();
  document.dispatchEvent(new Event('visibilitychange'));
  expect(readAgain).toHaveBeenCalledTimes(1);
});
