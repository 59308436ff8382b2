import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeServer } from '../server.fake';
import type { ChatWire } from './entrance';
import { Talk } from './talk';
import { settle } from '../settle.fake';

const said = { type: 'about:blank', title: 'No', instance: '/chat', request_id: 'r' };

function message(id: string, author: string, text: string, room = 'lobby') {
  return { id, room, author, text, created_at: '2026-11-22T08:30:00.000Z' };
}

function refused(status: number, errors?: object[]) {
  return { ok: false, error: { ...said, status, detail: 'No.', errors } };
}

async function open() {
  const server = new FakeServer();
  const connection: ChatWire = server.connection();
  const fixture = TestBed.createComponent(Talk);
  fixture.componentRef.setInput('name', 'Ann');
  fixture.componentRef.setInput('connection', connection);
  const page = fixture.nativeElement as HTMLElement;
  const settled = () => settle(fixture);
  const find = (what: string) => page.querySelector<HTMLInputElement>(what);
  const submit = async (field: string, text: string) => {
    const input = find(field) as HTMLInputElement;
    input.value = text;
    input.dispatchEvent(new Event('input'));
    await settled();
    find(`form:has(${field}) button`)?.click();
    await settled();
  };
  const texts = (what: string) => [...page.querySelectorAll(what)].map((one) => one.textContent);
  const tell = async (event: string, told?: unknown) => {
    server.tell(event, told);
    await settled();
  };
  await settled();
  await tell('connect');
  return { server, fixture, find, submit, texts, tell };
}

describe('talking', () => {
  beforeEach(() => {
    vi.restoreAllMocks();
  });

  async function inTheLobby() {
    const opened = await open();
    const messages = [message('1', 'Bob', '<b>Hello</b>')];
    opened.server.answer.mockReturnValueOnce({ ok: true, messages, members: ['Ann'], more: false });
    expect(opened.find('#room')?.value).toBe('lobby');
    await opened.submit('#room', 'lobby');
    return opened;
  }

  it('who joins a room reads what was said and who is here', async () => {
    const { server, texts, tell, find } = await inTheLobby();
    expect(server.answer).toHaveBeenCalledWith('join', { room: 'lobby' });
    expect(texts('.message p')).toEqual(['<b>Hello</b>']);
    expect(texts('.message b')).toEqual(['Bob']);
    await tell('presence', { room: 'lobby', members: ['Ann', 'Bob'] });
    expect(texts('.members li')).toEqual(['Ann', 'Bob']);
    await tell('message', message('2', 'Ann', 'Good morning'));
    expect(texts('.message.own p')).toEqual(['Good morning']);
    expect(find('time')?.getAttribute('datetime')).toBe('2026-11-22T08:30:00.000Z');
  });

  it('what was said is there once, and the field is empty for more', async () => {
    const { server, submit, texts, tell, find } = await inTheLobby();
    const mine = message('2', 'Ann', 'Good morning');
    server.answer.mockReturnValueOnce({ ok: true, message: mine });
    await submit('#text', 'Good morning');
    await tell('message', mine);
    expect(server.answer).toHaveBeenLastCalledWith('send', { room: 'lobby', text: 'Good morning' });
    expect(texts('.message p')).toEqual(['<b>Hello</b>', 'Good morning']);
    expect(find('#text')?.value).toBe('');
  });

  it('what is refused is said, and stays', async () => {
    const { server, submit, texts, find } = await inTheLobby();
    const errors = [{ path: '/text', message: 'This must be shorter.' }];
    server.answer.mockReturnValueOnce(refused(422, errors));
    await submit('#text', 'Too much');
    expect(texts('[role=alert]')).toContain('No.');
    expect(find('#text-error')?.textContent).toBe('This must be shorter.');
    expect(find('#text')?.value).toBe('Too much');
  });

  it('a room that is none is marked, and the one before was left', async () => {
    const { server, submit, texts, find } = await inTheLobby();
    const errors = [{ path: '/room', message: 'This must be a name.' }];
    server.answer.mockReturnValueOnce(refused(422, errors));
    await submit('#room', 'Not A Room');
    expect(find('#room-error')?.textContent).toBe('This must be a name.');
    expect(server.answer).toHaveBeenCalledWith('leave', { room: 'lobby' });
    expect(texts('.chat')).toEqual([]);
    server.answer.mockReturnValueOnce({ ok: true, messages: [], members: ['Ann'], more: false });
    await submit('#room', 'lobby');
    expect(find('#room-error')).toBe(null);
    expect(texts('.members li')).toEqual(['Ann']);
  });

  it('a room that cannot be entered again was left, too', async () => {
    const { server, texts, tell } = await inTheLobby();
    await tell('disconnect');
    server.answer.mockReturnValueOnce(refused(403));
    await tell('connect');
    expect(texts('[role=alert]')).toEqual(['No.']);
    expect(texts('.chat')).toEqual([]);
  });

  it('who goes to another room leaves the one before', async () => {
    const { server, submit, texts } = await inTheLobby();
    server.answer.mockReturnValueOnce({ ok: true, messages: [], members: ['Ann'], more: false });
    server.answer.mockReturnValueOnce({ ok: true });
    await submit('#room', 'garden');
    expect(server.answer).toHaveBeenLastCalledWith('leave', { room: 'lobby' });
    expect(texts('.message p')).toEqual([]);
  });

  it('a lost connection is said to be, until it is back', async () => {
    const { server, texts, tell } = await inTheLobby();
    await tell('disconnect');
    expect(texts('.banner')).toEqual(['The connection is lost. Trying again …']);
    const messages = [message('2', 'Bob', 'Where are you?')];
    server.answer.mockReturnValueOnce({ ok: true, messages, members: ['Ann'], more: false });
    await tell('connect');
    expect(server.answer).toHaveBeenLastCalledWith('join', { room: 'lobby', after: '1' });
    expect(texts('.banner')).toEqual([]);
    expect(texts('.message p')).toEqual(['<b>Hello</b>', 'Where are you?']);
  });
});
