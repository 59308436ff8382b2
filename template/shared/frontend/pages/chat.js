// The chat: a room, its messages, who is here, and what one says oneself.
import { introduce, known } from './guest.js';
import { ask, connect } from './sockets.js';
import { showTimes } from './times.js';

// So many messages are shown at the most.
const MOST = 1000;

const find = (selector) => document.querySelector(selector);
const log = find('.messages');
const list = find('.messages ol');
const members = find('.members ul');
const roomField = find('#room-name');
const textField = find('#text');

let socket;
let name;
let room;
// The newest message that is known; what comes after it is asked for when the connection is back.
let last;

function complain(problem) {
  find('#alert').textContent = problem ? (problem.errors?.[0]?.message ?? problem.detail) : '';
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** Shows a message once, where it belongs: ids ascend in the order of what was said. */
function show(message) {
  if (message.room !== room) return;
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
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  if (before) before.after(item);
  else list.prepend(item);
  if (atEnd || message.author === name) log.scrollTop = log.scrollHeight;
  if (list.children.length > MOST) list.firstElementChild.remove();
  if (!last || message.id > last) last = message.id;
}

function showMembers(present) {
  members.replaceChildren(...present.map((member) => element('li', member)));
}

/** Enters the room, again after each interruption, and reads what is not known of it. */
async function enter() {
  const entered = room;
  try {
    let more = true;
    while (more && entered === room) {
      const answer = await ask(socket, 'join', { room, ...(last && { after: last }) });
      if (entered !== room) return;
      answer.messages.forEach(show);
      showMembers(answer.members);
      more = answer.more;
    }
    complain();
  } catch (problem) {
    if (socket.connected) complain(problem);
  }
}

function move(to) {
  if (room && room !== to && socket.connected) ask(socket, 'leave', { room }).catch(() => {});
  if (room !== to) {
    list.replaceChildren();
    members.replaceChildren();
    last = undefined;
  }
  room = to;
  if (socket.connected) enter();
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
    if (room) enter();
    else move(roomField.value);
  });
  socket.on('message', show);
  socket.on('presence', (presence) => {
    if (presence.room === room) showMembers(presence.members);
  });
});

find('#join').addEventListener('submit', (event) => {
  event.preventDefault();
  move(roomField.value.trim());
});

find('#send').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = textField.value;
  try {
    const { message } = await ask(socket, 'send', { room, text });
    show(message);
    // What was typed meanwhile stays.
    if (textField.value === text) textField.value = '';
    complain();
  } catch (problem) {
    complain(problem);
  }
});
