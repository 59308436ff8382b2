// Live data: one symbol, what it costs now, and a line of what it cost before.
import { ask, connect } from './sockets.js';

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

function add(found) {
  const newest = ticks.at(-1)?.at ?? '';
  ticks = [...ticks, ...found.filter((tick) => tick.symbol === symbol && tick.at > newest)].slice(
    -MOST,
  );
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
  try {
    const { symbols } = await ask(socket, 'symbols');
    if (select.length === 0) select.append(...symbols.map((name) => new Option(name)));
    await watch(select.value);
    complain();
  } catch (problem) {
    if (socket.connected) complain(problem);
  }
}

function complain(problem) {
  find('#alert').textContent = problem?.detail ?? '';
}

const socket = connect('/live', undefined, complain);
socket.on('connect', begin);
socket.on('tick', (tick) => add([tick]));
select.addEventListener('change', begin);
