import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ChatConnection, type Message, Room } from './chat';
import { Problem, Silence } from './problems';

const refused = {
  type: 'about:blank',
  title: 'Unprocessable Content',
  status: 422,
  detail: 'The room is none.',
  instance: '/chat',
  request_id: 'r1',
};

function message(id: string, room = 'lobby'): Message {
  return { id, room, author: 'Ann', text: `text ${id}`, created_at: '2026-11-22T08:30:00.000Z' };
}

function joined(messages: Message[], members: string[] = ['Ann'], more = false) {
  return { messages, members, more };
}

/** A chat whose server is this test. */
function openChat() {
  const listeners = new Map<string, Set<(told: never) => void>>();
  const on = (name: string, listener: (told: never) => void) => {
    listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
    return () => void listeners.get(name)?.delete(listener);
  };
  const ask = vi.fn<(name: string, asked: object) => Promise<object>>();
  const connection = {
    on,
    ask,
    whenConnected: (listener: () => void) => on('connect', listener),
  } as unknown as ChatConnection;
  const tell = async (name: string, told?: unknown) => {
    for (const listener of listeners.get(name) ?? []) listener(told as never);
    await vi.advanceTimersByTimeAsync(0);
  };
  const room = new Room(connection, 'lobby');
  const ids = () => room.state.messages.map(({ id }) => id);
  return { room, ask, tell, ids };
}

describe('a room', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('it is joined when there is a connection', async () => {
    const { room, ask, tell, ids } = openChat();
    expect(room.state.joined).toBe(false);
    ask.mockResolvedValueOnce(joined([message('1'), message('2')], ['Ann', 'Bob']));
    await tell('connect');
    expect(ask).toHaveBeenCalledWith('join', { room: 'lobby' });
    expect(room.state.joined).toBe(true);
    expect(room.state.members).toEqual(['Ann', 'Bob']);
    expect(ids()).toEqual(['1', '2']);
  });

  it('a message is there once, and in its place, however it comes', async () => {
    const { ask, tell, ids } = openChat();
    ask.mockResolvedValueOnce(joined([message('1'), message('3')]));
    await tell('message', message('3'));
    await tell('connect');
    await tell('message', message('2'));
    await tell('message', message('2'));
    await tell('message', message('4', 'elsewhere'));
    expect(ids()).toEqual(['1', '2', '3']);
  });

  it('who comes back hears all that was missed', async () => {
    const { ask, tell, ids } = openChat();
    ask.mockResolvedValueOnce(joined([message('1')]));
    await tell('connect');
    ask.mockResolvedValueOnce(joined([message('2')], ['Ann'], true));
    ask.mockResolvedValueOnce(joined([message('3')]));
    await tell('connect');
    expect(ask.mock.calls.slice(1)).toEqual([
      ['join', { room: 'lobby', after: '1' }],
      ['join', { room: 'lobby', after: '2' }],
    ]);
    expect(ids()).toEqual(['1', '2', '3']);
  });

  it('what is said while somebody catches up leaves no gap', async () => {
    const { ask, tell, ids } = openChat();
    ask.mockResolvedValueOnce(joined([message('1')]));
    await tell('connect');
    let answer: (told: object) => void = () => {};
    ask.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    ask.mockResolvedValueOnce(joined([message('3'), message('4')]));
    await tell('connect');
    await tell('message', message('4'));
    answer(joined([message('2')], ['Ann'], true));
    await vi.advanceTimersByTimeAsync(0);
    expect(ask.mock.calls.slice(1)).toEqual([
      ['join', { room: 'lobby', after: '1' }],
      ['join', { room: 'lobby', after: '2' }],
    ]);
    expect(ids()).toEqual(['1', '2', '3', '4']);
  });

  it('what was missed is asked for until it is told', async () => {
    const { ask, tell, ids } = openChat();
    ask.mockResolvedValueOnce(joined([message('1')]));
    await tell('connect');
    await tell('message', message('2'));
    ask.mockRejectedValueOnce(new Silence());
    ask.mockResolvedValueOnce(joined([message('3'), message('4')]));
    await tell('connect');
    await tell('message', message('4'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(ask.mock.calls.slice(1)).toEqual([
      ['join', { room: 'lobby', after: '2' }],
      ['join', { room: 'lobby', after: '2' }],
    ]);
    expect(ids()).toEqual(['1', '2', '3', '4']);
  });

  it('who is there changes as it is told', async () => {
    const { room, tell } = openChat();
    await tell('presence', { room: 'lobby', members: ['Ann', 'Eve'] });
    await tell('presence', { room: 'elsewhere', members: [] });
    expect(room.state.members).toEqual(['Ann', 'Eve']);
  });

  it('what is said is there when it has arrived', async () => {
    const { room, ask, ids } = openChat();
    ask.mockResolvedValueOnce({ message: message('1') });
    await room.send('text 1');
    expect(ask).toHaveBeenCalledWith('send', { room: 'lobby', text: 'text 1' });
    expect(ids()).toEqual(['1']);
  });

  it('what is refused is thrown', async () => {
    const { room, ask, ids } = openChat();
    ask.mockRejectedValueOnce(new Problem(refused));
    await expect(room.send('')).rejects.toBeInstanceOf(Problem);
    expect(ids()).toEqual([]);
  });

  it('a room that is none stays closed', async () => {
    const { room, ask, tell } = openChat();
    ask.mockRejectedValueOnce(new Problem(refused));
    await tell('connect');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(room.state.refusal?.message).toBe('The room is none.');
    expect(ask).toHaveBeenCalledOnce();
  });

  it('a room that cannot be joined for now is tried again', async () => {
    const { room, ask, tell } = openChat();
    ask.mockRejectedValueOnce(new Problem({ ...refused, status: 503 }));
    ask.mockRejectedValueOnce(new Silence());
    ask.mockResolvedValueOnce(joined([]));
    await tell('connect');
    await vi.advanceTimersByTimeAsync(4000);
    expect(room.state.joined).toBe(true);
  });

  it('who has left hears no more', async () => {
    const { room, ask, tell, ids } = openChat();
    ask.mockResolvedValue({});
    room.leave();
    await tell('message', message('1'));
    await tell('connect');
    expect(ids()).toEqual([]);
    expect(ask.mock.calls).toEqual([['leave', { room: 'lobby' }]]);
  });
});
