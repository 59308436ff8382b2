// The connection to the server: it comes back by itself, and a banner says when it is lost.
import { io } from './socket.io.esm.min.js';

const ANSWER_MS = 10_000;

/** After how long a server is asked again that could not answer. */
export const RETRY_MS = 2000;

const SILENT = { status: 0, detail: 'The server does not answer. Try again.' };

let leaving = false;
addEventListener('beforeunload', () => {
  leaving = true;
});
addEventListener('pageshow', () => {
  leaving = false;
});

/** Whether the same may be granted after a while. */
export function passes({ status }) {
  return status === 0 || status === 429 || status >= 500;
}

/** Connects to a namespace; somebody who is refused for good is told of the problem. */
export function connect(namespace, auth, refused = () => {}) {
  const socket = io(namespace, {
    auth,
    // Where several processes serve, only the first of these leads to them.
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
  });
  const banner = document.querySelector('.banner');
  const lost = () => {
    if (banner) banner.textContent = 'The connection is lost. Trying again …';
  };
  const again = () => setTimeout(() => socket.connect(), RETRY_MS);
  socket.on('connect', () => {
    if (banner) banner.textContent = '';
  });
  socket.on('disconnect', (reason) => {
    if (reason === 'io client disconnect') return;
    lost();
    // Whoever was put out asks once more, and hears why.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', ({ data: problem }) => {
    if (!problem) {
      lost();
    } else if (problem.status === 401) {
      // Who is no longer signed in is led to where one does that, unless they are leaving: by signing out.
      if (!leaving) location.reload();
    } else if (passes(problem)) {
      lost();
      again();
    } else {
      refused(problem);
    }
  });
  return socket;
}

/** Asks for something; what is refused, or not answered in time, is thrown as a problem. */
export async function ask(socket, event, content = {}) {
  if (!socket.connected) throw SILENT;
  const answer = await socket
    .timeout(ANSWER_MS)
    .emitWithAck(event, content)
    .catch(() => ({ error: SILENT }));
  if (answer.ok) return answer;
  throw answer.error;
}
