/** Forms: what is typed is sent, and stays with what the server says of it. */

import {
  type ComponentProps,
  type FormEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { explain, fieldErrors } from './core/problems';

/** How the sending of a form stands. */
export interface Sending {
  /** Why it failed the last time. */
  error: unknown;
  form: RefObject<HTMLFormElement | null>;
  submit: (event: FormEvent<HTMLFormElement>) => Promise<void>;
  /** Shows an error that has come in another way. */
  fail: (error: unknown) => void;
}

/** Sends what a form holds, once at a time; where that fails the focus goes to the first field that is wrong. */
export function useSending(
  send: (given: FormData, form: HTMLFormElement) => Promise<void>,
): Sending {
  const form = useRef<HTMLFormElement>(null);
  const isBusy = useRef(false);
  const [error, fail] = useState<unknown>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy.current) return;
    isBusy.current = true;
    fail(null);
    const { currentTarget } = event;
    try {
      await send(new FormData(currentTarget), currentTarget);
    } catch (problem) {
      fail(problem);
    } finally {
      isBusy.current = false;
    }
  };

  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [error]);

  return { error, form, submit, fail };
}

/** Shows a form; it is the server that says what is wrong, not the browser. */
export function Form({
  sending,
  className,
  children,
}: {
  sending: Sending;
  className?: string;
  children: ReactNode;
}) {
  return (
    <form ref={sending.form} className={className} noValidate onSubmit={sending.submit}>
      {children}
    </form>
  );
}

/** Says why a form could not be sent, and has the focus where no field is to blame. */
export function Alert({
  sending: { error },
  explained = explain,
}: {
  sending: Sending;
  explained?: (error: unknown) => ReactNode;
}) {
  const alert = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (Object.keys(fieldErrors(error)).length === 0) alert.current?.focus();
  }, [error]);
  if (error === null) return null;
  return (
    <p ref={alert} role="alert" className="alert" tabIndex={-1}>
      {explained(error)}
    </p>
  );
}

/** Shows a field with its label, and what is wrong with it. */
export function Field({
  sending,
  name,
  label,
  hint,
  multiline = false,
  ...input
}: Omit<ComponentProps<'input'> & ComponentProps<'textarea'>, 'ref'> & {
  sending: Sending;
  name: string;
  label: string;
  hint?: string;
  multiline?: boolean;
}) {
  const id = useId();
  const error = fieldErrors(sending.error)[name];
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const given = {
    id,
    name,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': described || undefined,
    ...input,
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {multiline ? <textarea {...given} /> : <input {...given} />}
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="error">
          {error}
        </p>
      )}
    </div>
  );
}

/** The text of a field. */
export function textIn(given: FormData, name: string): string {
  return String(given.get(name) ?? '');
}
