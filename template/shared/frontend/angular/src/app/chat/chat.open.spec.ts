import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Credentials } from '../../core/sockets';
import { FakeServer } from '../server.fake';
import { Chat } from './chat';
import { CONNECT_CHAT } from './entrance';
import { settle } from '../settle.fake';

const refusal = {
  type: 'about:blank',
  title: 'No',
  status: 422,
  instance: '/chat',
  request_id: 'r',
};
const opened: { server: FakeServer; credentials: Credentials }[] = [];

async function open() {
  const fixture = TestBed.createComponent(Chat);
  const page = fixture.nativeElement as HTMLElement;
  const find = (what: string) => page.querySelector<HTMLInputElement>(what);
  const settled = () => settle(fixture);
  await settled();
  return {
    fixture,
    find,
    enter: async (name: string) => {
      const input = find('#name') as HTMLInputElement;
      input.value = name;
      input.dispatchEvent(new Event('input'));
      find('button')?.click();
      await settled();
    },
    tell: async (event: string, told?: unknown) => {
      opened.at(-1)?.server.tell(event, told);
      await settled();
    },
  };
}

describe('the way into the chat', () => {
  beforeEach(() => {
    sessionStorage.clear();
    opened.length = 0;
    const connect = (credentials: Credentials) => {
      const server = new FakeServer();
      opened.push({ server, credentials });
      return server.connection();
    };
    TestBed.configureTestingModule({ providers: [{ provide: CONNECT_CHAT, useValue: connect }] });
  });

  it('a name is asked for, and remembered by the window', async () => {
    const { find, enter, tell, fixture } = await open();
    expect(find('#room')).toBe(null);
    await enter('  Ann ');
    expect(await opened.at(-1)?.credentials.show()).toEqual({ name: 'Ann' });
    await tell('connect');
    expect(find('#name')).toBe(null);
    expect(find('#room')?.value).toBe('lobby');
    fixture.destroy();
    expect(opened.at(-1)?.server.disconnect).toHaveBeenCalled();

    const again = await open();
    expect(again.find('#room')).not.toBe(null);
    expect(await opened.at(-1)?.credentials.show()).toEqual({ name: 'Ann' });
  });

  it('what is no name is marked, in the words of the server', async () => {
    const { find, enter, tell } = await open();
    await enter('');
    const errors = [{ path: '/name', message: 'This must have at least 1 character.' }];
    await tell('connect_error', { data: { ...refusal, detail: 'No.', errors } });
    expect(find('#name-error')?.textContent).toBe('This must have at least 1 character.');
    expect(sessionStorage.length).toBe(0);
    await enter('Ann');
    await tell('connect');
    expect(find('#room')).not.toBe(null);
  });

  it('who finds nobody there is told', async () => {
    const { find, enter, tell } = await open();
    await enter('Ann');
    await tell('connect_error', new Error('no way'));
    expect(find('[role=alert]')?.textContent).toBe('The server does not answer. Try again.');
    expect(find('#name')?.value).toBe('Ann');
    expect(opened.at(-1)?.server.disconnect).toHaveBeenCalled();
  });
});
