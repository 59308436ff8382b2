import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Notices } from '../notices';
import { Editor } from './editor';
import { settle } from '../settle.fake';

const NOTE = '/api/v1/notes/n1';
const moment = '2026-11-22T08:30:00.000Z';
const note = { id: 'n1', title: 'Tea', body: 'Green.', author_id: null, created_at: moment };
const said = { type: 'about:blank', title: 'No', instance: NOTE, request_id: 'r' };

@Component({ template: '' })
class Elsewhere {}

async function open(path: string) {
  const harness = await RouterTestingHarness.create(path);
  const http = TestBed.inject(HttpTestingController);
  const page = harness.routeNativeElement as HTMLElement;
  const find = (what: string) => page.querySelector<HTMLInputElement>(what);
  const settled = () => settle(harness.fixture);
  return {
    http,
    find,
    settled,
    alert: () => find('[role=alert]')?.textContent,
    type: async (field: string, text: string) => {
      const input = find(field) as HTMLInputElement;
      input.value = text;
      input.dispatchEvent(new Event('input'));
      await settled();
    },
    save: async () => {
      find('form button')?.click();
      await settled();
    },
    read: async () => {
      http.expectOne(NOTE).flush(note, { headers: { ETag: '"3"' } });
      await settled();
    },
    refuse: async (url: string, status: number, errors?: object[]) => {
      const problem = { ...said, status, detail: 'No.', errors };
      http.expectOne(url).flush(problem, { status, statusText: 'No' });
      await settled();
    },
  };
}

describe('the form of a note', () => {
  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter(
          [
            { path: 'notes/new', component: Editor },
            { path: 'notes/:id/edit', component: Editor },
            { path: 'notes', component: Elsewhere },
          ],
          withComponentInputBinding(),
        ),
      ],
    });
  });

  it('a new note is saved', async () => {
    const { http, find, type, save } = await open('/notes/new');
    expect(find('h1')?.textContent).toBe('New note');
    await type('#title', 'Milk');
    await type('#body', 'Two.\nCold.');
    await save();
    const asked = http.expectOne({ method: 'POST', url: '/api/v1/notes' });
    expect(asked.request.body).toEqual({ title: 'Milk', body: 'Two.\nCold.' });
    asked.flush(note);
    await vi.waitFor(() => {
      expect(TestBed.inject(Router).url).toBe('/notes');
    });
    expect(TestBed.inject(Notices).take()).toBe('The note was saved.');
  });

  it('what is wrong is marked, and what was typed stays', async () => {
    const { find, type, save, refuse, alert } = await open('/notes/new');
    await type('#body', 'It has no title.');
    await save();
    await refuse('/api/v1/notes', 422, [{ path: '/title', message: 'This must be longer.' }]);
    expect(alert()).toBe('Please correct what is marked.');
    expect(find('#title')?.getAttribute('aria-invalid')).toBe('true');
    expect(find('#title-error')?.textContent).toBe('This must be longer.');
    expect(find('#body')?.value).toBe('It has no title.');
  });

  it('a note is changed in the version that was read', async () => {
    const { http, find, read, type, save } = await open('/notes/n1/edit');
    await read();
    expect(find('h1')?.textContent).toBe('Edit note');
    expect(find('#title')?.value).toBe('Tea');
    await type('#title', 'Coffee');
    await save();
    const asked = http.expectOne({ method: 'PATCH', url: NOTE });
    expect(asked.request.headers.get('If-Match')).toBe('"3"');
    expect(asked.request.body).toEqual({ title: 'Coffee', body: 'Green.' });
  });

  it('nobody overwrites what somebody else has changed', async () => {
    const { find, read, save, settled, refuse, alert } = await open('/notes/n1/edit');
    await read();
    await save();
    await refuse(NOTE, 412);
    expect(alert()).toBe(
      'Somebody changed this note meanwhile. Copy what you want to keep, then read it again.',
    );
    find('p > button')?.click();
    await settled();
    await read();
    expect(find('p > button')).toBe(null);
    expect(alert()).toBe('');
  });

  it('what was typed of a note that somebody deletes is kept as a new one', async () => {
    const { http, read, type, save, refuse, alert } = await open('/notes/n1/edit');
    await read();
    await type('#title', 'Coffee');
    await save();
    await refuse(NOTE, 404);
    expect(alert()).toBe(
      'Somebody deleted this note meanwhile. Save again to make a new one of it.',
    );
    await save();
    const asked = http.expectOne({ method: 'POST', url: '/api/v1/notes' });
    expect(asked.request.body).toEqual({ title: 'Coffee', body: 'Green.' });
  });

  it('a note that is gone is not found', async () => {
    const { find, refuse } = await open('/notes/n1/edit');
    await refuse(NOTE, 404);
    expect(find('h1')?.textContent).toBe('Not found');
  });

  it('a note that cannot be read is read again', async () => {
    const { http, find, settled, read, alert } = await open('/notes/n1/edit');
    http.expectOne(NOTE).error(new ProgressEvent('error'));
    await settled();
    expect(alert()).toBe('The server does not answer. Try again.');
    find('button')?.click();
    await read();
    expect(find('#title')?.value).toBe('Tea');
  });
});
