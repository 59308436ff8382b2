import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { expect, it } from 'vitest';
import { App } from './app';
import project from './project.json';
import { Frame, parts } from './screens';
import { serve } from './testing';

const ready = { body: { status: 'ok', checks: {} } };

function show(path: string) {
  render(
    <Frame>
      <MemoryRouter initialEntries={[path]}>
        <App />
      </MemoryRouter>
    </Frame>,
  );
}

it('the first screen leads to all others', async () => {
  serve({ 'GET /health/ready': () => ready });
  show('/');
  const cards = screen.getAllByRole('heading', { level: 2 });
  const titles = parts.flatMap(({ card }) => card?.title ?? []);
  expect(cards.map(({ textContent }) => textContent)).toEqual(titles);
  expect(document.title).toBe(project.name);
  expect(screen.getByText('It runs: you are reading its first page.')).toBeTruthy();
  await screen.findByText('It runs, and has all that it needs.');
});

it('a server that is not ready says what is missing', async () => {
  const body = { status: 'unavailable', checks: { store: 'unavailable', other: 'ok' } };
  serve({ 'GET /health/ready': () => ({ status: 503, body }) });
  show('/');
  await screen.findByText('It runs, but is not ready: store.');
});

it('a server that does not answer is said to', async () => {
  serve({});
  show('/');
  await screen.findByText('It does not answer.');
});

it('at an unknown address there is nothing but a way home', async () => {
  serve({ 'GET /health/ready': () => ready });
  show('/no/such/place');
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Not found');
  expect(document.title).toBe(`Not found · ${project.name}`);
  await userEvent.click(screen.getByRole('link', { name: 'Home' }));
  const heading = screen.getByRole('heading', { level: 1, name: project.name });
  expect(document.activeElement).toBe(heading);
});

it('the header marks the screen that is shown', () => {
  serve({ 'GET /health/ready': () => ready });
  show('/');
  const links = parts.flatMap(({ card, isPage }) => (card && !isPage ? [card.title] : []));
  const shown = screen.getByRole('navigation', { name: 'Main' });
  expect([...shown.children].map(({ textContent }) => textContent)).toEqual(links);
  expect(shown.querySelector('[aria-current]')).toBeNull();
});
