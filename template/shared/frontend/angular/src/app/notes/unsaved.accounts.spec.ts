import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Accounts } from '../accounts/accounts';
import { Editor } from './editor';
import { settle } from '../settle.fake';

const NOTES = '/api/v1/notes';
const tea = { id: '1', title: 'Tea', body: 'Green.', author_id: 'a' };
const ann = { id: 'a' };
const ben = { id: 'b' };
const said = { type: 'about:blank', title: 'No', detail: 'No.', instance: NOTES, request_id: 'r' };
const me = signal<{ id: string } | null>(ann);

@Component({ template: '' })
class Elsewhere {}

async function open(path: string) {
  const harness = await RouterTestingHarness.create(path);
  const http = TestBed.inject(HttpTestingController);
  const find = (what: string) =>
    (harness.routeNativeElement as HTMLElement).querySelector<HTMLInputElement>(what);
  const settled = () => settle(harness.fixture);
  const refuse = async (url: string, status: number) => {
    const asked = http.expectOne(url);
    if (status === 401) me.set(null);
    asked.flush({ ...said, status }, { status, statusText: 'No' });
    await settled();
    return asked.request;
  };
  const go = async (to: string) => {
    await harness.navigateByUrl(to);
    await settled();
  };
  const isAt = (path: string) =>
    vi.waitFor(() => {
      expect(TestBed.inject(Router).url).toBe(path);
    });
  const save = async () => {
    find('form button')?.click();
    await settled();
  };
  return {
    find,
    go,
    isAt,
    save,
    refuse,
    http,
    text: () => [find('#title')?.value, find('#body')?.value],
    type: async (field: string, text: string) => {
      const input = find(field) as HTMLInputElement;
      input.value = text;
      input.dispatchEvent(new Event('input'));
      await settled();
    },
    read: async (note: object, version: string) => {
      http.expectOne(`${NOTES}/1`).flush(note, { headers: { ETag: version } });
      await settled();
    },
    /** Saves where nobody is signed in any more, and signs in again. */
    saveAndComeBack: async (account: typeof ann, url = NOTES) => {
      await save();
      await refuse(url, 401);
      await go('/sign-in');
      me.set(account);
      await go(path);
    },
  };
}

describe('what could not be saved', () => {
  beforeEach(() => {
    me.set(ann);
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter(
          [
            { path: 'notes/new', component: Editor },
            { path: 'notes/:id/edit', component: Editor },
            { path: '**', component: Elsewhere },
          ],
          withComponentInputBinding(),
        ),
        { provide: Accounts, useValue: { me } },
      ],
    });
  });

  it('what was typed when the login ended is there again, once', async () => {
    const { http, type, text, save, saveAndComeBack, isAt, go } = await open('/notes/new');
    await type('#title', 'Milk');
    await type('#body', 'Two\nlitres.');
    for (let times = 0; times < 2; times += 1) {
      await saveAndComeBack(ann);
      expect(text()).toEqual(['Milk', 'Two\nlitres.']);
    }
    await save();
    const asked = http.expectOne(NOTES);
    expect(asked.request.body).toEqual({ title: 'Milk', body: 'Two\nlitres.' });
    asked.flush(tea);
    await isAt('/notes');
    await go('/notes/new');
    expect(text()).toEqual(['', '']);
  });

  it('who does not want it any more cancels', async () => {
    const { find, type, text, saveAndComeBack, isAt, go } = await open('/notes/new');
    await type('#title', 'Milk');
    await saveAndComeBack(ann);
    expect(text()).toEqual(['Milk', '']);
    find('form a')?.click();
    await isAt('/notes');
    await go('/notes/new');
    expect(text()).toEqual(['', '']);
  });

  it('another account does not get it', async () => {
    const { type, text, saveAndComeBack } = await open('/notes/new');
    await type('#title', 'Milk');
    await saveAndComeBack(ben);
    expect(text()).toEqual(['', '']);
  });

  it('a note is changed in the version that it was typed against', async () => {
    const { read, type, text, save, saveAndComeBack, refuse } = await open('/notes/1/edit');
    await read(tea, '"3"');
    await type('#body', 'Green. Hot.');
    await saveAndComeBack(ann, `${NOTES}/1`);
    await read({ ...tea, body: 'Black.' }, '"4"');
    expect(text()).toEqual(['Tea', 'Green. Hot.']);
    await save();
    const { headers } = await refuse(`${NOTES}/1`, 412);
    expect(headers.get('If-Match')).toBe('"3"');
    expect(text()).toEqual(['Tea', 'Green. Hot.']);
  });

  it('what was refused for another reason is not kept', async () => {
    const { type, text, save, refuse, go } = await open('/notes/new');
    await type('#body', 'It has no title.');
    await save();
    await refuse(NOTES, 422);
    await go('/notes');
    await go('/notes/new');
    expect(text()).toEqual(['', '']);
  });
});
