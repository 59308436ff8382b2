import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { FormRoot } from '@angular/forms/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, Silence } from '../../core/problems';
import { Field } from './field';
import { injectSending } from './sending';
import { settle } from '../settle.fake';

const send = vi.fn<(model: { one: string; two: string }) => Promise<void>>();
const other = vi.fn<() => Promise<void>>();

@Component({
  imports: [Field, FormRoot],
  template: `
    <p role="alert" tabindex="-1" [textContent]="sending.alert()"></p>
    <form [formRoot]="sending.fields">
      <app-field name="one" label="One" hint="A number" [sending]="sending" />
      <app-field name="two" label="Two" kind="lines" [sending]="sending" />
      <button>Send</button>
    </form>
    <form [formRoot]="another.fields">
      <app-field name="three" label="Three" [sending]="another" />
      <button>Send</button>
    </form>
  `,
})
class Filled {
  readonly model = signal({ one: '1', two: '' });
  readonly sending = injectSending(this.model, send);
  readonly another = injectSending(signal({ three: '' }), other);
}

function refusal(status: number, errors?: { path: string; message: string }[]): Problem {
  const said = { type: 'about:blank', title: 'No', detail: 'No.', instance: '/', request_id: 'r' };
  return new Problem({ ...said, status, errors });
}

async function open() {
  const fixture = TestBed.createComponent(Filled);
  const page = fixture.nativeElement as HTMLElement;
  document.body.append(page);
  await settle(fixture);
  const find = (what: string) => page.querySelector<HTMLInputElement>(what);
  return {
    find,
    type: async (field: string, text: string) => {
      const input = find(field) as HTMLInputElement;
      input.value = text;
      input.dispatchEvent(new Event('input'));
      await settle(fixture);
    },
    submit: async (form = 'form') => {
      find(`${form} button`)?.click();
      await settle(fixture);
    },
    alert: () => find('[role=alert]')?.textContent,
  };
}

describe('a form', () => {
  beforeEach(() => {
    send.mockReset();
  });
  afterEach(() => {
    document.body.replaceChildren();
  });

  it('what was filled in is sent', async () => {
    send.mockResolvedValue();
    const { type, submit, alert } = await open();
    await type('#two', 'a\nb');
    await submit();
    expect(send).toHaveBeenCalledWith({ one: '1', two: 'a\nb' });
    expect(alert()).toBe('');
  });

  it('the browser is not asked what is wrong', async () => {
    const { find } = await open();
    expect(find('form')?.hasAttribute('novalidate')).toBe(true);
  });

  it('what is wrong is marked and said, and the focus goes there', async () => {
    send.mockRejectedValueOnce(refusal(422, [{ path: '/two', message: 'This must be more.' }]));
    const { find, submit, alert } = await open();
    await submit();
    expect(alert()).toBe('Please correct what is marked.');
    const field = find('#two');
    expect(field?.getAttribute('aria-invalid')).toBe('true');
    expect(field?.getAttribute('aria-describedby')).toBe('two-error');
    expect(find('#two-error')?.textContent).toBe('This must be more.');
    expect(find('#one')?.hasAttribute('aria-invalid')).toBe(false);
    expect(find('#one')?.getAttribute('aria-describedby')).toBe('one-hint');
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(field);
    });
  });

  it('a refusal without fields is said, and what was typed stays', async () => {
    send.mockRejectedValueOnce(refusal(409));
    const { find, type, submit, alert } = await open();
    await type('#one', '2');
    await submit();
    expect(alert()).toBe('No.');
    expect(find('#one')?.value).toBe('2');
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(find('[role=alert]'));
    });
  });

  it('the focus stays in the form that was sent', async () => {
    send.mockRejectedValueOnce(refusal(422, [{ path: '/two', message: 'This must be more.' }]));
    other.mockRejectedValueOnce(refusal(422, [{ path: '/three', message: 'This, too.' }]));
    const { find, submit } = await open();
    await submit();
    await submit('form + form');
    expect(find('#two')?.getAttribute('aria-invalid')).toBe('true');
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(find('#three'));
    });
  });

  it('while it is sent again nothing is said to be wrong', async () => {
    send.mockRejectedValueOnce(refusal(422, [{ path: '/two', message: 'This must be more.' }]));
    send.mockReturnValueOnce(new Promise(() => undefined));
    const { find, submit, alert } = await open();
    await submit();
    await submit();
    expect(alert()).toBe('');
    expect(find('#two')?.hasAttribute('aria-invalid')).toBe(false);
  });

  it('the same can be sent again', async () => {
    send.mockRejectedValueOnce(refusal(422, [{ path: '/one', message: 'Not now.' }]));
    send.mockRejectedValueOnce(new Silence());
    send.mockResolvedValueOnce();
    const { find, submit, alert } = await open();
    await submit();
    await submit();
    expect(alert()).toBe('The server does not answer. Try again.');
    expect(find('#one')?.hasAttribute('aria-invalid')).toBe(false);
    await submit();
    expect(send).toHaveBeenCalledTimes(3);
    expect(alert()).toBe('');
  });
});
