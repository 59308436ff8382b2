// The chat: a room, its messages, who is here, and what one says oneself.
import { introduce, known } from './guest.js';
import { ask, connect, passes, RETRY_MS } from './sockets.js';
import { showTimes } from './times.js';

// So many messages are shown at the most.
const MOST = 1000;

// So near to the end, in pixels, somebody reads what is said now.
const NEAR = 60;

const find = (selector) => document.querySelector(selector);
const chat = find('.chat');
const log = find('.messages');
const list = find('.messages ol');
const members = find('.members ul');
const roomField = find('#room-name');
const textField = find('#text');

let socket;
let name;
// The room that was asked for; the message up to which all are known of it, for newer ones may be shown before what was
// missed has been read; and whether that has been.
let here;
let retry;
// Whether the newest messages are looked at: then the list follows them.
let isAtEnd = true;
let isSending = false;

function complain(problem) {
  find('#alert').textContent = problem ? (problem.errors?.[0]?.message ?? problem.detail) : '';
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** Shows the newest messages. */
function showEnd() {
  log.scrollTop = log.scrollHeight;
}

/** Shows a message once, where it belongs: ids ascend in the order of what was said. */
function show(message) {
  if (message.room !== here?.room) return;
  const others = [...list.children];
  const before = others.findLast((other) => other.dataset.id <= message.id);
  if (before?.dataset.id === message.id) return;
  const item = element('li', '');
  item.dataset.id = message.id;
  item.className = message.author === name ? 'message own' : 'message';
  const time = element('time', '');
  time.dateTime = message.created_at;
  item.append(element('b', message.author), element('p', message.text), time);
  showTimes(item, true);
  if (before) before.after(item);
  else list.prepend(item);
  if (isAtEnd || message.author === name) showEnd();
  if (list.children.length > MOST) list.firstElementChild.remove();
}

function showMembers(present) {
  members.replaceChildren(...present.map((member) => element('li', member)));
}

/** Takes note that nothing is missing up to the newest of these. */
function know(messages) {
  for (const { id } of messages) if (!here.until || id > here.until) here.until = id;
}

/** Enters the room, again after each interruption, and reads what is not known of it. */
async function enter() {
  clearTimeout(retry);
  const entered = here;
  entered.isCaughtUp = false;
  try {
    let more = true;
    while (more) {
      const { room, until } = entered;
      const answer = await ask(socket, 'join', { room, ...(until && { after: until }) });
      if (entered !== here) return;
      chat.hidden = false;
      answer.messages.forEach(show);
      if (isAtEnd) showEnd();
      know(answer.messages);
      showMembers(answer.members);
      more = answer.more;
    }
    entered.isCaughtUp = true;
    complain();
  } catch (problem) {
    // With the next connection it is entered again.
    if (entered !== here || !socket.connected) return;
    complain(problem);
    if (passes(problem)) retry = setTimeout(enter, RETRY_MS);
    else leave();
  }
}

function leave() {
  clearTimeout(retry);
  if (here && socket.connected) ask(socket, 'leave', { room: here.room }).catch(() => {});
  here = undefined;
  chat.hidden = true;
  list.replaceChildren();
  members.replaceChildren();
  isAtEnd = true;
}

introduce((given) => {
  name = given;
  socket?.disconnect();
  socket = connect('/chat', { name }, (problem) => {
    known('');
    complain(problem);
  });
  socket.on('connect', () => {
    known(name);
    complain();
    find('#room').hidden = false;
    if (here) enter();
  });
  socket.on('disconnect', () => clearTimeout(retry));
  socket.on('message', (message) => {
    show(message);
    if (message.room === here?.room && here.isCaughtUp) know([message]);
  });
  socket.on('presence', ({ room, members: present }) => {
    if (room === here?.room) showMembers(present);
  });
});

log.addEventListener('scroll', () => {
  isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
});
// A narrower window breaks the lines elsewhere.
addEventListener('resize', () => {
  if (isAtEnd) showEnd();
});

find('#join').addEventListener('submit', (event) => {
  event.preventDefault();
  const room = roomField.value.trim();
  if (room !== here?.room) {
    leave();
    here = { room };
  }
  if (socket.connected) enter();
});

find('#send').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (isSending) return;
  isSending = true;
  const text = textField.value;
  try {
    const { message } = await ask(socket, 'send', { room: here.room, text });
    show(message);
    // What was typed meanwhile stays.
    if (textField.value === text) textField.value = '';
    complain();
  } catch (problem) {
    complain(problem);
  } finally {
    isSending = false;
  }
});
