// Says, every few seconds while the page is looked at, whether the service is ready, and what is missing.
const shown = document.querySelector('#status');

async function look() {
  try {
    const answer = await fetch('/health/ready');
    const { checks } = await answer.json();
    const missing = Object.keys(checks).filter((name) => checks[name] !== 'ok');
    if (answer.ok) say('good', 'It runs, and has all that it needs.');
    else say('bad', `It runs, but is not ready: ${missing.join(', ') || 'it is stopping'}.`);
  } catch {
    say('bad', 'It does not answer.');
  }
}

function say(state, text) {
  shown.className = `status ${state}`;
  if (shown.textContent !== text) shown.textContent = text;
}

look();
setInterval(() => {
  if (!document.hidden) look();
}, 5000);
