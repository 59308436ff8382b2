// The JavaScript client of Socket.IO for the tests: told what to do, and telling what it hears, in lines of JSON.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { Manager } = createRequire(process.argv[2] + '/')('socket.io-client');
const peers = new Map();

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const revived = (value) => {
  if (Array.isArray(value)) return value.map(revived);
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.$bytes === 'string') return Buffer.from(value.$bytes, 'base64');
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revived(one)]));
};

function open({ id, peer, url, namespaces, auth, transports, headers, reconnect }) {
  const manager = new Manager(url, {
    transports,
    upgrade: transports.length > 1,
    extraHeaders: headers,
    reconnection: reconnect,
    reconnectionDelay: 100,
    reconnectionDelayMax: 400,
    timeout: 20_000,
    forceNew: true,
  });
  const sockets = new Map();
  peers.set(peer, { manager, sockets });
  let left = namespaces.length;
  let answered = false;
  const answer = (message) => {
    if (!answered) say({ id, ...message });
    answered = true;
  };
  for (const namespace of namespaces) {
    const socket = manager.socket(namespace, auth === null ? {} : { auth });
    sockets.set(namespace, socket);
    socket.on('connect', () => {
      say({ peer, began: namespace });
      left -= 1;
      if (left === 0) answer({ ok: true });
    });
    socket.on('connect_error', (error) => {
      if (socket.active && reconnect && answered) return;
      const failed = error.data === undefined && error.type === 'TransportError';
      const status = error.context?.status ?? error.description?.message ?? null;
      answer(failed ? { failed: `${error.message} ${status}` } : { refused: [error.message, error.data ?? null] });
    });
    socket.on('disconnect', (reason) => say({ peer, ended: [namespace, reason] }));
    socket.onAny((name, ...values) => say({ peer, heard: [namespace, name, values] }));
    socket.connect();
  }
}

function close({ id, peer }) {
  const found = peers.get(peer);
  peers.delete(peer);
  if (found) {
    found.manager.reconnection(false);
    for (const socket of found.sockets.values()) socket.disconnect();
    found.manager._close();
  }
  say({ id, ok: true });
}

function connected(peer, namespace) {
  const socket = peers.get(peer).sockets.get(namespace);
  if (!socket.connected) throw new Error(`${namespace} is not connected`);
  return socket;
}

function ask({ id, peer, namespace, event, values, timeout }) {
  const socket = connected(peer, namespace);
  socket.timeout(timeout * 1000).emit(event, ...values.map(revived), (error, ...answers) => {
    say(error ? { id, silent: true } : { id, ok: true, answers });
  });
}

function tell({ id, peer, namespace, event, values }) {
  const socket = connected(peer, namespace);
  socket.emit(event, ...values.map(revived));
  say({ id, ok: true });
}

const commands = { open, close, ask, tell };
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line);
    try {
      commands[message.do](message);
    } catch (error) {
      say({ id: message.id, failed: String(error.stack) });
    }
  })
  .on('close', () => process.exit(0));
say({ id: 0, ok: true });
