import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { Alert, Field, Form, textIn, useSending } from './forms';
import { Problem, problemIn } from './core/problems';
import { problem } from './testing';

const faults = [{ path: '/name', message: 'This field is required.' }];

function Asking({ send }: { send: (name: string) => Promise<void> }) {
  const sending = useSending((given) => send(textIn(given, 'name')));
  return (
    <Form sending={sending}>
      <Alert sending={sending} />
      <Field sending={sending} name="name" label="Name" hint="Any will do" />
      <button type="submit">Send</button>
    </Form>
  );
}

it('what was typed is sent', async () => {
  const send = vi.fn(async () => {});
  render(<Asking send={send} />);
  await userEvent.type(screen.getByLabelText('Name'), 'Ann{Enter}');
  expect(send.mock.calls).toEqual([['Ann']]);
});

it('a field that is wrong is marked, keeps what was typed and has the focus', async () => {
  const error = problemIn(problem(422, 'It is not valid.', faults).body);
  expect(error).toBeInstanceOf(Problem);
  render(<Asking send={() => Promise.reject(error)} />);
  const field = screen.getByLabelText<HTMLInputElement>('Name');
  await userEvent.type(field, 'Ann{Enter}');
  expect((await screen.findByRole('alert')).textContent).toBe('Please correct what is marked.');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  const described = field.getAttribute('aria-describedby')?.split(' ') ?? [];
  const words = described.map((id) => document.getElementById(id)?.textContent);
  expect(words).toEqual(['Any will do', 'This field is required.']);
  expect(field.value).toBe('Ann');
  expect(document.activeElement).toBe(field);
});

it('where no field is to blame the alert has the focus', async () => {
  render(<Asking send={() => Promise.reject(new TypeError('fetch failed'))} />);
  await userEvent.type(screen.getByLabelText('Name'), 'Ann{Enter}');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toBe('The server does not answer. Try again.');
  expect(document.activeElement).toBe(alert);
});

it('what is being sent is not sent twice', async () => {
  const send = vi.fn(() => new Promise<void>(() => {}));
  render(<Asking send={send} />);
  await userEvent.type(screen.getByLabelText('Name'), 'Ann{Enter}{Enter}');
  expect(send).toHaveBeenCalledOnce();
});
