// What others do to notes is seen at once: the list is read again when something is announced.
import { connect } from './sockets.js';
import { showTimes } from './times.js';

const PAUSE_MS = 200;

let waiting;

function readSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(read, PAUSE_MS);
}

async function read() {
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [list, fresh] = [document, page].map((each) => each.querySelector('#list'));
  if (!list || !fresh) return;
  // The link to older notes leads elsewhere each time.
  const which = (link) => link.id || link.getAttribute('href');
  const focused = list.contains(document.activeElement) ? which(document.activeElement) : null;
  showTimes(fresh);
  list.replaceChildren(...fresh.childNodes);
  // Whoever was on a link stays on it.
  const links = [...list.querySelectorAll('a')];
  if (focused) links.find((link) => which(link) === focused)?.focus();
}

const socket = connect('/notes');
for (const event of ['note:created', 'note:updated', 'note:deleted']) socket.on(event, readSoon);
// What happened before there was a connection was not heard.
socket.on('connect', readSoon);
