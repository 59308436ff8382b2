import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { expect, it } from 'vitest';
import { Accounts } from '../accounts/accounts';
import { IS_MINE } from './ownership';

it('a note belongs to its author', () => {
  const me = signal<{ id: string } | null>(null);
  TestBed.configureTestingModule({ providers: [{ provide: Accounts, useValue: { me } }] });
  const isMine = TestBed.inject(IS_MINE);
  expect([isMine('a'), isMine(null)]).toEqual([false, false]);
  me.set({ id: 'a' });
  expect([isMine('a'), isMine('b'), isMine(null)]).toEqual([true, false, false]);
});
