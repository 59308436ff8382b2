import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { expect, it, vi } from 'vitest';
import { Accounts } from '../accounts/accounts';
import { FakeServer } from '../server.fake';
import { Chat } from './chat';
import { CONNECT_CHAT } from './entrance';
import { settle } from '../settle.fake';

it('who is signed in talks by the name of the account', async () => {
  const server = new FakeServer();
  const accounts = { me: signal({ name: 'Ann' }), expire: vi.fn() };
  TestBed.configureTestingModule({
    providers: [
      { provide: Accounts, useValue: accounts },
      { provide: CONNECT_CHAT, useValue: () => server.connection() },
    ],
  });
  const fixture = TestBed.createComponent(Chat);
  const page = fixture.nativeElement as HTMLElement;
  await settle(fixture);
  server.tell('connect');
  const spoken = { id: '1', room: 'lobby', author: 'Ann', text: 'Hello', created_at: '2026-11-22' };
  server.answer.mockReturnValueOnce({ ok: true, messages: [spoken], members: [], more: false });
  page.querySelector('button')?.click();
  await settle(fixture);
  expect(page.querySelector('.message.own p')?.textContent).toBe('Hello');
  fixture.destroy();
  expect(server.disconnect).toHaveBeenCalled();
});
