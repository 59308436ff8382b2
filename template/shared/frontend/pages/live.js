// Live data: one symbol, what it costs now, and a line of what it cost before.
import { ask, connect, passes, RETRY_MS } from './sockets.js';

const MOST = 300;
const WIDTH = 600;
const HEIGHT = 200;
const EDGE = 10;

const find = (selector) => document.querySelector(selector);
const select = find('#symbol');
const graph = find('.graph');
const [area, line] = graph.querySelectorAll('path');
const price = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

let symbol;
let ticks = [];
let retry;
let attempts = 0;

function draw() {
  const prices = ticks.map((tick) => tick.price);
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  const across = (place) => (place / Math.max(prices.length - 1, 1)) * WIDTH;
  const down = (value) => HEIGHT - EDGE - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE);
  const points = prices.map(
    (value, place) => `${across(place).toFixed(1)},${down(value).toFixed(1)}`,
  );
  line.setAttribute('d', `M${points.join('L')}`);
  area.setAttribute('d', `M${points.join('L')}L${WIDTH},${HEIGHT}L0,${HEIGHT}Z`);
  find('.price').textContent = price.format(prices.at(-1));
  find('#lowest').textContent = price.format(low);
  find('#highest').textContent = price.format(high);
}

/** Adds ticks of the symbol that is followed: some may be known, and some older than what is. */
function add(found) {
  const news = found.filter((tick) => tick.symbol === symbol);
  const known = new Map([...ticks, ...news].map((tick) => [tick.at, tick]));
  ticks = [...known.values()].sort((one, other) => (one.at < other.at ? -1 : 1)).slice(-MOST);
  if (ticks.length > 0) draw();
}

async function watch(wanted) {
  if (symbol && symbol !== wanted) ask(socket, 'unsubscribe', { symbol }).catch(() => {});
  if (symbol !== wanted) ticks = [];
  symbol = wanted;
  graph.setAttribute('aria-label', `Price of ${symbol}`);
  const answer = await ask(socket, 'subscribe', { symbol });
  if (answer.symbol === symbol) add(answer.ticks);
}

async function begin() {
  clearTimeout(retry);
  const mine = ++attempts;
  let problem;
  try {
    const { symbols } = await ask(socket, 'symbols');
    if (select.length === 0) select.append(...symbols.map((name) => new Option(name)));
    await watch(select.value);
  } catch (thrown) {
    problem = thrown;
  }
  // Another symbol may be asked for by now; with the next connection this one is asked for again.
  if (mine !== attempts || !socket.connected) return;
  complain(problem);
  if (problem && passes(problem)) retry = setTimeout(begin, RETRY_MS);
}

function complain(problem) {
  find('#alert').textContent = problem?.detail ?? '';
}

const socket = connect('/live', undefined, complain);
socket.on('connect', begin);
socket.on('disconnect', () => clearTimeout(retry));
socket.on('tick', (tick) => add([tick]));
select.addEventListener('change', begin);
