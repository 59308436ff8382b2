import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, Silence } from './problems';
import { Connection, type Wire } from './sockets';

const problem = {
  type: 'about:blank',
  title: 'Refused',
  status: 401,
  detail: 'Nobody is signed in.',
  instance: '/here',
  request_id: 'r1',
};

interface Asked {
  greet(asked: { name: string }): { greeting: string };
}

/** A client whose server is this test. */
function openWire() {
  const listeners = new Map<string, Set<(told: never) => void>>();
  const on = (event: string, listener: (told: never) => void) =>
    listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
  const emitWithAck = vi.fn<(event: string, asked: unknown) => Promise<unknown>>();
  const wire = {
    active: true,
    on,
    off: (event: string, listener: (told: never) => void) => listeners.get(event)?.delete(listener),
    timeout: () => ({ emitWithAck }),
    connect: vi.fn(),
    disconnect: vi.fn(),
  };
  const tell = (event: string, told?: unknown) => {
    for (const listener of listeners.get(event) ?? []) listener(told as never);
  };
  const refused = vi.fn();
  const connection = new Connection<{ news: string }, Asked>(wire as unknown as Wire, refused);
  return { wire, tell, emitWithAck, connection, refused };
}

describe('a connection', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('it is neither there nor lost until it is known', () => {
    const { connection } = openWire();
    expect(connection.state).toEqual({ connected: false, lost: false, refusal: null });
  });

  it('it tells when it is there, lost, and there again', () => {
    const { connection, tell } = openWire();
    const seen: boolean[][] = [];
    connection.subscribe(() => seen.push([connection.state.connected, connection.state.lost]));
    tell('connect');
    tell('disconnect');
    tell('connect_error', new Error('no way'));
    tell('connect');
    expect(seen).toEqual([
      [true, false],
      [false, true],
      [false, true],
      [true, false],
    ]);
  });

  it('a server that has sent it away is asked again at once, and no more than every two seconds', () => {
    const { wire, tell, connection } = openWire();
    connection.open();
    tell('connect');
    vi.advanceTimersByTime(900_000);
    wire.active = false;
    tell('disconnect');
    vi.advanceTimersByTime(0);
    expect(wire.connect).toHaveBeenCalledTimes(2);
    tell('connect');
    tell('disconnect');
    vi.advanceTimersByTime(1999);
    expect(wire.connect).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1);
    expect(wire.connect).toHaveBeenCalledTimes(3);
  });

  it('a server that cannot for now is asked again', () => {
    const { wire, tell, connection } = openWire();
    connection.open();
    wire.active = false;
    tell('connect_error', { data: { ...problem, status: 503 } });
    expect(connection.state.lost).toBe(true);
    vi.advanceTimersByTime(1999);
    expect(wire.connect).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(1);
    expect(wire.connect).toHaveBeenCalledTimes(2);
  });

  it('a refusal is final', () => {
    const { wire, tell, connection, refused } = openWire();
    wire.active = false;
    tell('connect_error', { data: problem });
    vi.advanceTimersByTime(60_000);
    expect(connection.state.refusal?.message).toBe('Nobody is signed in.');
    expect(connection.state.lost).toBe(false);
    expect(wire.connect).not.toHaveBeenCalled();
    expect(refused).toHaveBeenCalledOnce();
  });

  it('what is told is heard until the end', () => {
    const { connection, tell } = openWire();
    const hear = vi.fn();
    const end = connection.on('news', hear);
    tell('news', 'one');
    end();
    tell('news', 'two');
    expect(hear.mock.calls).toEqual([['one']]);
  });

  it('who waits for it is told each time, and at once where it is there', () => {
    const { connection, tell } = openWire();
    const [early, late] = [vi.fn(), vi.fn()];
    connection.whenConnected(early);
    tell('connect');
    const end = connection.whenConnected(late);
    tell('connect');
    end();
    tell('connect');
    expect(early).toHaveBeenCalledTimes(3);
    expect(late).toHaveBeenCalledTimes(2);
  });

  it('an answer is returned, and a refused one thrown', async () => {
    const { connection, tell, emitWithAck } = openWire();
    tell('connect');
    emitWithAck.mockResolvedValueOnce({ ok: true, greeting: 'Hello, Ann.' });
    const { greeting } = await connection.ask('greet', { name: 'Ann' });
    expect(greeting).toBe('Hello, Ann.');
    expect(emitWithAck).toHaveBeenCalledWith('greet', { name: 'Ann' });
    emitWithAck.mockResolvedValueOnce({ ok: false, error: { ...problem, status: 422 } });
    await expect(connection.ask('greet', { name: '' })).rejects.toBeInstanceOf(Problem);
  });

  it('where no answer comes there is silence', async () => {
    const { connection, tell, emitWithAck } = openWire();
    tell('connect');
    emitWithAck.mockRejectedValueOnce(new Error('operation has timed out'));
    await expect(connection.ask('greet', { name: 'Ann' })).rejects.toBeInstanceOf(Silence);
  });

  it('what is asked while it is away is not sent later', async () => {
    const { connection, emitWithAck } = openWire();
    await expect(connection.ask('greet', { name: 'Ann' })).rejects.toBeInstanceOf(Silence);
    expect(emitWithAck).not.toHaveBeenCalled();
  });

  it('one that was closed before it was open stays so', () => {
    const { connection, wire } = openWire();
    connection.close();
    connection.open();
    expect(wire.connect).not.toHaveBeenCalled();
  });

  it('one that was closed stays so, and says no more', () => {
    const { connection, tell, wire } = openWire();
    tell('connect');
    const listener = vi.fn();
    connection.subscribe(listener);
    connection.close();
    wire.active = false;
    tell('disconnect');
    vi.advanceTimersByTime(60_000);
    expect(listener).not.toHaveBeenCalled();
    expect(wire.connect).not.toHaveBeenCalled();
  });
});
