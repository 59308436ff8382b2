// Many clients in one process, as cheap as can be: they speak WebSocket, Engine.IO and Socket.IO by themselves, count what
// comes and how long it took, and read no more of a packet than that takes. Commands come on stdin, one JSON object a line.

import net from 'node:net';
import { createInterface } from 'node:readline';

const TEXT = 0x81;
const PONG = 0x8a;
const MARK = 0x7e; // ~
const CONNECTING_AT_ONCE = 40;
const PAUSE_MS = 60; // A client may ask 20 times a second.
const PADDING = 'The quick brown fox jumps over the lazy dog, and again. ';

/** The time that all processes of a machine agree on, in microseconds. */
const now = () => Number(process.hrtime.bigint() / 1000n);

/** Writes a frame as a client must, masked: with zeros. */
function frame(kind, text) {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 6 : 8;
  const made = Buffer.alloc(start + length);
  made[0] = kind;
  if (length < 126) made[1] = 0x80 | length;
  else {
    made[1] = 0xfe;
    made.writeUInt16BE(length, 2);
  }
  made.write(text, start);
  return made;
}

/** How often which latency was seen: each bucket is one per cent wider than the one before. */
class Latencies {
  constructor() {
    this.counts = new Map();
  }

  add(microseconds) {
    const bucket = Math.round(Math.log(Math.max(1, microseconds)) * 100);
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
  }
}

/** One client. */
class Client {
  constructor(crowd, place) {
    this.crowd = crowd;
    this.room = `room-${Math.floor(place / crowd.room)}`;
    this.name = `client-${place}`;
    this.answers = new Map();
    this.lastId = 0;
    this.rest = undefined;
    this.upgraded = false;
    this.forget();
  }

  forget() {
    this.count = 0;
    this.sum = 0;
    this.order = 0;
  }

  connect(namespaces) {
    return new Promise((resolve, reject) => {
      this.welcome = resolve;
      this.fail = reject;
      this.wanted = namespaces.length;
      this.namespaces = namespaces;
      const { host, port } = this.crowd;
      const buffer = this.crowd.buffer;
      this.socket = net.connect({
        host,
        port,
        noDelay: true,
        onread: { buffer, callback: (length) => this.read(buffer, length) ?? true },
      });
      this.socket.on('error', reject);
      this.socket.on('close', () => {
        if (!this.leaving) this.crowd.lost += 1;
        reject(new Error(`${this.name} was hung up on`));
      });
      this.socket.write(
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}:${port}\r\n` +
          'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
    });
  }

  /** Takes whole frames out of what came, and keeps the rest. */
  read(buffer, length) {
    let data = buffer;
    let end = length;
    if (this.rest) {
      data = Buffer.concat([this.rest, buffer.subarray(0, length)]);
      end = data.length;
      this.rest = undefined;
    }
    let at = 0;
    if (!this.upgraded) {
      const head = data.subarray(0, end).indexOf('\r\n\r\n');
      if (head >= 0) {
        if (!data.latin1Slice(0, 12).endsWith(' 101')) {
          this.fail(new Error(data.latin1Slice(0, end)));
          return;
        }
        this.upgraded = true;
        at = head + 4;
      }
    }
    while (this.upgraded && end - at >= 2) {
      let size = data[at + 1];
      let start = at + 2;
      if (size === 126) {
        if (end - at < 4) break;
        size = data.readUInt16BE(at + 2);
        start = at + 4;
      } else if (size === 127) {
        if (end - at < 10) break;
        size = Number(data.readBigUInt64BE(at + 2));
        start = at + 10;
      }
      if (end - start < size) break;
      if (data[at] === TEXT) this.take(data, start, start + size);
      else if (data[at] === 0x89) this.socket.write(frame(PONG, ''));
      else if (data[at] !== 0x88) throw new Error(`frame of kind ${data[at]}`);
      at = start + size;
    }
    if (at < end) this.rest = Buffer.from(data.subarray(at, end));
  }

  /** Takes a packet: its second character says what it is to Socket.IO, and what follows the namespace is looked at only as needed. */
  take(data, start, end) {
    const engine = data[start];
    if (engine === 0x34) {
      const kind = data[start + 1];
      if (kind === 0x32) this.hear(data, start, end);
      else if (kind === 0x33) this.answered(data, start, end);
      else if (kind === 0x30) {
        this.wanted -= 1;
        if (this.wanted === 0) this.welcome();
      } else this.fail(new Error(data.latin1Slice(start, end)));
    } else if (engine === 0x32) this.socket.write(frame(TEXT, '3'));
    else if (engine === 0x30) {
      for (const namespace of this.namespaces) {
        this.socket.write(frame(TEXT, `40${namespace},${JSON.stringify({ name: this.name })}`));
      }
    }
  }

  /** Hears an event: 42/chat,["message",… or 42/live,["tick",… */
  hear(data, start, end) {
    const event = data[start + 10];
    if (event === 0x6d) {
      // What it says is ~number~microseconds~
      let at = data.indexOf(MARK, start) + 1;
      if (at === 0 || at > end) throw new Error(data.latin1Slice(start, end));
      let number = 0;
      for (; data[at] !== MARK; at += 1) number = number * 10 + data[at] - 48;
      let sent = 0;
      for (at += 1; data[at] !== MARK; at += 1) sent = sent * 10 + data[at] - 48;
      this.count += 1;
      this.sum += number;
      this.order = (Math.imul(this.order, 31) + number) | 0;
      this.crowd.latencies.add(now() - sent);
    } else if (event === 0x74) {
      const at = data.indexOf('"at":"', start, 'latin1') + 6;
      const made = Date.parse(data.latin1Slice(at, at + 24));
      // The first letter of a symbol tells which it is: 42/live,["tick",{"symbol":"A…
      this.crowd.ticked(made, data[start + 27]);
    }
  }

  /** Takes the answer to what was asked: 43/chat,7[{"ok":true… */
  answered(data, start) {
    let at = start + 8;
    let id = 0;
    for (; data[at] !== 0x5b; at += 1) id = id * 10 + data[at] - 48;
    const resolve = this.answers.get(id);
    this.answers.delete(id);
    const said = data.latin1Slice(at, at + 12);
    if (said.startsWith('[{"ok":true')) resolve(true);
    else {
      this.crowd.refused += 1;
      resolve(false);
    }
  }

  ask(namespace, event, carried) {
    this.lastId += 1;
    const id = this.lastId;
    this.socket.write(frame(TEXT, `42${namespace},${id}${JSON.stringify([event, carried])}`));
    return new Promise((resolve) => this.answers.set(id, resolve));
  }

  /** Says something; `due` is when it should have been said, for a late clock must not look like a fast server. */
  async say(due) {
    const { crowd } = this;
    crowd.number += 1;
    crowd.said += 1;
    const { number } = crowd;
    const text = `~${number}~${due}~ ${PADDING}`;
    if (await this.ask('/chat', 'send', { room: this.room, text })) {
      const room = crowd.rooms.get(this.room);
      room.count += 1;
      room.sum += number;
      crowd.answered += 1;
    }
  }

  leave() {
    this.leaving = true;
    this.socket.destroy();
  }
}

/** All clients of one server in this process. */
class Crowd {
  constructor({ host, port, first, count, room }) {
    Object.assign(this, { host, port, room });
    this.buffer = Buffer.allocUnsafe(1 << 20);
    this.clients = Array.from({ length: count }, (_, index) => new Client(this, first + index));
    this.rooms = new Map(this.clients.map((client) => [client.room, { count: 0, sum: 0 }]));
    this.lost = 0;
    this.number = 0;
    this.forget();
  }

  forget() {
    this.latencies = new Latencies();
    this.refused = 0;
    this.said = 0;
    this.answered = 0;
    this.ticks = 0;
    this.beats = new Map();
    for (const client of this.clients) client.forget();
    for (const room of this.rooms.values()) Object.assign(room, { count: 0, sum: 0 });
  }

  async connect(namespaces) {
    const waiting = [...this.clients];
    const work = async () => {
      for (let client = waiting.pop(); client; client = waiting.pop()) {
        await client.connect(namespaces);
        if (namespaces.includes('/chat')) await client.ask('/chat', 'join', { room: client.room });
      }
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, work));
  }

  /** Some in every room speak, the first ones. */
  speakers(count) {
    const step = Math.max(1, Math.floor(this.clients.length / count));
    return this.clients.filter((_, index) => index % step === 0).slice(0, count);
  }

  /** Says so much a second, come what may. */
  async speak({ rate, seconds, speakers }) {
    const turns = this.speakers(speakers);
    const began = now();
    const total = Math.round(rate * seconds);
    for (let index = 0; index < total; ) {
      const late = now();
      for (; index < total; index += 1) {
        const due = began + Math.round((index * 1e6) / rate);
        if (due > late) break;
        turns[index % turns.length].say(due);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Says the next thing as soon as the last one was answered. */
  async flood({ seconds, speakers }) {
    const end = now() + seconds * 1e6;
    const work = async (client, index) => {
      await new Promise((resolve) => setTimeout(resolve, (index * PAUSE_MS) / speakers));
      for (let next = 0; now() < end; ) {
        next = performance.now() + PAUSE_MS;
        await client.say(now());
        const pause = next - performance.now();
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      }
    };
    await Promise.all(this.speakers(speakers).map(work));
  }

  async subscribe({ symbols }) {
    await Promise.all(
      this.clients.map(async (client) => {
        for (const symbol of symbols) await client.ask('/live', 'subscribe', { symbol });
      }),
    );
  }

  ticked(made, letter) {
    const beat = made * 128 + letter;
    this.ticks += 1;
    this.latencies.add((Date.now() - made) * 1000);
    this.beats.set(beat, (this.beats.get(beat) ?? 0) + 1);
  }

  /** What was heard since the last time it was forgotten. */
  report() {
    let heard = this.ticks;
    let wrong = 0;
    let expected = 0;
    let disorder = 0;
    const orders = new Map();
    for (const client of this.clients) {
      const room = this.rooms.get(client.room);
      heard += client.count;
      expected += room.count;
      if (client.count !== room.count || client.sum !== room.sum) wrong += 1;
      if (orders.has(client.room) && orders.get(client.room) !== client.order) disorder += 1;
      orders.set(client.room, client.order);
    }
    return {
      heard,
      expected,
      wrong,
      disorder,
      said: this.said,
      answered: this.answered,
      refused: this.refused,
      lost: this.lost,
      beats: [...this.beats],
      latencies: [...this.latencies.counts],
    };
  }

  leave() {
    for (const client of this.clients) client.leave();
  }
}

const crowds = new Map();

const commands = {
  gather: ({ name, ...options }) => {
    crowds.set(name, new Crowd(options));
  },
  connect: ({ name, namespaces }) => crowds.get(name).connect(namespaces),
  subscribe: ({ name, symbols }) => crowds.get(name).subscribe({ symbols }),
  speak: ({ name, ...options }) => crowds.get(name).speak(options),
  flood: ({ name, ...options }) => crowds.get(name).flood(options),
  report: ({ name }) => crowds.get(name).report(),
  forget: ({ name }) => crowds.get(name).forget(),
  leave: ({ name }) => {
    crowds.get(name).leave();
    crowds.delete(name);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line);
  // The answer is not waited for: another command may come meanwhile.
  (async () => commands[command](options))().then(
    (done) => console.log(JSON.stringify({ done: done ?? null })),
    (error) => console.log(JSON.stringify({ failed: String(error?.stack ?? error) })),
  );
}
