import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { type ChatConnection, Room } from '../core/chat';
import { problemIn } from '../core/problems';
import { problem } from '../testing';
import { Talk } from './talk';

const said = (id: string, author: string, text: string) => {
  return { id, room: 'lobby', author, text, created_at: '2026-11-22T08:30:00.000Z' };
};
const ask = vi.fn<(name: string, asked: object) => Promise<object>>();
const refuse = vi.fn();

async function show() {
  const connection = {
    ask,
    on: () => () => {},
    whenConnected: (listener: () => void) => {
      listener();
      return () => {};
    },
  } as unknown as ChatConnection;
  render(<Talk name="Ann" room={new Room(connection, 'lobby')} refuse={refuse} />);
}

beforeEach(() => {
  ask.mockReset();
  refuse.mockReset();
});

it('a room shows what was said, and who is here', async () => {
  const messages = [said('1', 'Bob', '<b>Hello</b>'), said('2', 'Ann', 'Hello, Bob.')];
  ask.mockResolvedValueOnce({ messages, members: ['Ann', 'Bob'], more: false });
  show();
  const log = await screen.findByRole('log', { name: 'Messages' });
  const shown = [...log.querySelectorAll('li')];
  expect(shown.map((one) => one.querySelector('p')?.textContent)).toEqual([
    '<b>Hello</b>',
    'Hello, Bob.',
  ]);
  expect(shown.map((one) => one.classList.contains('own'))).toEqual([false, true]);
  const members = [...screen.getByRole('complementary').querySelectorAll('li')];
  expect(members.map(({ textContent }) => textContent)).toEqual(['Ann', 'Bob']);
});

it('a message leaves the field when it was sent', async () => {
  ask.mockResolvedValueOnce({ messages: [], members: ['Ann'], more: false });
  ask.mockResolvedValueOnce({ message: said('1', 'Ann', 'Hello') });
  show();
  const field = await screen.findByLabelText<HTMLInputElement>('Message');
  await userEvent.type(field, 'Hello{Enter}');
  await screen.findByText('Hello');
  expect(field.value).toBe('');
});

it('what is typed while a message is sent stays in the field', async () => {
  let answer: (told: object) => void = () => {};
  ask.mockResolvedValueOnce({ messages: [], members: ['Ann'], more: false });
  ask.mockReturnValueOnce(
    new Promise((resolve) => {
      answer = resolve;
    }),
  );
  show();
  const field = await screen.findByLabelText<HTMLInputElement>('Message');
  await userEvent.type(field, 'Hello{Enter}');
  await userEvent.type(field, ' again');
  answer({ message: said('1', 'Ann', 'Hello') });
  await screen.findByText('Hello');
  expect(field.value).toBe('Hello again');
});

it('a message that is refused stays in the field', async () => {
  ask.mockResolvedValueOnce({ messages: [], members: ['Ann'], more: false });
  ask.mockRejectedValueOnce(problemIn(problem(429, 'Too many events; try again later.').body));
  show();
  const field = await screen.findByLabelText<HTMLInputElement>('Message');
  await userEvent.type(field, 'Hello{Enter}');
  expect((await screen.findByRole('alert')).textContent).toBe('Too many events; try again later.');
  expect(field.value).toBe('Hello');
});

it('a room that cannot be gone into says why', async () => {
  const error = problemIn(problem(422, 'This is no room.').body);
  ask.mockRejectedValueOnce(error);
  show();
  await vi.waitFor(() => expect(refuse).toHaveBeenCalledWith(error));
});
