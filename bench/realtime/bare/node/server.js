// The least that talks as a generated project does: no checks, no limits, nothing kept.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { Server } from 'socket.io';

const { PORT = '8000', TICK_INTERVAL_MS = '1000' } = process.env;

const app = express();
app.get('/health/live', (_request, response) => response.json({ status: 'ok' }));
const server = createServer(app);
const io = new Server(server);

const chat = io.of('/chat');
chat.on('connection', (socket) => {
  const author = socket.handshake.auth.name;
  socket.on('join', ({ room }, answer) => {
    socket.join(room);
    answer({ ok: true, room });
  });
  socket.on('send', ({ room, text }, answer) => {
    const message = { id: randomUUID(), room, author, text, created_at: new Date().toISOString() };
    chat.to(room).emit('message', message);
    answer({ ok: true, message });
  });
});

const live = io.of('/live');
live.on('connection', (socket) => {
  socket.on('subscribe', ({ symbol }, answer) => {
    socket.join(symbol);
    answer({ ok: true, symbol });
  });
});
setInterval(() => {
  const at = new Date().toISOString();
  for (const symbol of ['AMBR', 'BIRK', 'CEDR', 'DUNE', 'ELMS']) {
    live.to(symbol).emit('tick', { symbol, price: Math.round(10000 * Math.random()) / 100, at });
  }
}, Number(TICK_INTERVAL_MS));

server.listen(Number(PORT), '127.0.0.1');
