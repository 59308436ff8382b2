import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Notices } from '../notices';
import type { Note } from './api';
import { List } from './list';
import { NEWS } from './news';
import { IS_MINE } from './ownership';
import type { Shelf } from './shelf';
import { settle } from '../settle.fake';

const NEWEST = '/api/v1/notes?limit=20';

function note(id: string, author: string | null = 'me'): Note {
  const moment = '2026-11-22T08:30:00.000Z';
  const body = `text of ${id}`;
  return {
    id,
    title: `note ${id}`,
    body,
    author_id: author,
    created_at: moment,
    updated_at: moment,
  };
}

const stop = vi.fn();
let readAgain: () => void;
let shelf: Shelf;

async function open() {
  const fixture = TestBed.createComponent(List);
  const http = TestBed.inject(HttpTestingController);
  const page = fixture.nativeElement as HTMLElement;
  await settle(fixture);
  return {
    fixture,
    http,
    page,
    answer: async (url: string, items: Note[], next_cursor: string | null = null) => {
      http.expectOne(url).flush({ items, next_cursor });
      await settle(fixture);
    },
    titles: () => [...page.querySelectorAll('article h2')].map((title) => title.textContent),
    press: async (name: string) => {
      const buttons = [...page.querySelectorAll('button')];
      const found = buttons.find(
        (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === name,
      );
      expect(found, name).toBeDefined();
      found?.click();
      await settle(fixture);
    },
  };
}

describe('the screen of notes', () => {
  beforeEach(() => {
    stop.mockReset();
    const follow = (shown: Shelf, again: () => void) => {
      shelf = shown;
      readAgain = again;
      return stop;
    };
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter([]),
        { provide: NEWS, useValue: follow },
        { provide: IS_MINE, useValue: (author: string | null) => author === 'me' },
      ],
    });
  });

  it('notes are shown as text, with the time and the ways to change them', async () => {
    const { page, answer, titles } = await open();
    expect(titles()).toEqual([]);
    const hostile = { ...note('2'), title: '<b>bold</b>', body: '<img src=x>\nline' };
    await answer(NEWEST, [hostile, note('1')]);
    expect(titles()).toEqual(['<b>bold</b>', 'note 1']);
    expect(page.querySelector('article p')?.textContent).toBe('<img src=x>\nline');
    expect(page.querySelector('time')?.getAttribute('datetime')).toBe(hostile.created_at);
    const edit = page.querySelector('a[aria-label="Edit note 1"]');
    expect(edit?.getAttribute('href')).toBe('/notes/1/edit');
  });

  it('what is not yours you cannot change', async () => {
    const { page, answer } = await open();
    await answer(NEWEST, [note('2', 'somebody'), note('1')]);
    const names = [...page.querySelectorAll('[aria-label]')].map((one) => one.ariaLabel);
    expect(names.filter((name) => name?.includes('note 2'))).toEqual([]);
  });

  it('that there are none is said when it is known', async () => {
    const { page, answer } = await open();
    expect(page.textContent).not.toContain('There are no notes yet.');
    await answer(NEWEST, []);
    expect(page.textContent).toContain('There are no notes yet.');
  });

  it('older ones are added', async () => {
    const { answer, titles, press, page } = await open();
    await answer(NEWEST, [note('2')], 'c');
    await press('Older notes');
    await answer(`${NEWEST}&cursor=c`, [note('1')]);
    expect(titles()).toEqual(['note 2', 'note 1']);
    expect(page.textContent).not.toContain('Older notes');
  });

  it('a server that does not answer is said to, and asked again', async () => {
    const { http, page, fixture, press, answer, titles } = await open();
    http.expectOne(NEWEST).error(new ProgressEvent('error'));
    await settle(fixture);
    const alert = () => page.querySelector('main > [role=alert]')?.textContent;
    expect(alert()).toBe('The server does not answer. Try again.');
    await press('Try again');
    await answer(NEWEST, [note('1')]);
    expect(titles()).toEqual(['note 1']);
    expect(alert()).toBe('');
  });

  it('they are read again when something was missed, and the last answer counts', async () => {
    const { http, fixture, titles } = await open();
    const first = http.expectOne(NEWEST);
    readAgain();
    http.expectOne(NEWEST).flush({ items: [note('2')], next_cursor: null });
    first.flush({ items: [note('1')], next_cursor: null });
    await settle(fixture);
    expect(titles()).toEqual(['note 2']);
    fixture.destroy();
    expect(stop).toHaveBeenCalled();
  });

  it('what others write while they are read is not lost', async () => {
    const { answer, titles, press } = await open();
    shelf.change((notes) => [note('3'), ...notes]);
    await answer(NEWEST, [note('2')], 'c');
    await answer(NEWEST, [note('3'), note('2')], 'c');
    expect(titles()).toEqual(['note 3', 'note 2']);
    await press('Older notes');
    shelf.change((notes) => notes.filter(({ id }) => id !== '1'));
    await answer(`${NEWEST}&cursor=c`, [note('1'), note('0')]);
    await answer(`${NEWEST}&cursor=c`, [note('0')]);
    expect(titles()).toEqual(['note 3', 'note 2', 'note 0']);
  });

  it('what was done before is said once', async () => {
    TestBed.inject(Notices).leave('The note was saved.');
    const said = ({ page }: { page: HTMLElement }) => page.querySelector('.notice')?.textContent;
    expect(said(await open())).toBe('The note was saved.');
    expect(said(await open())).toBe('');
  });

  it('a note is deleted after a question', async () => {
    const { http, fixture, page, answer, titles, press } = await open();
    const dialog = page.querySelector('dialog') as HTMLDialogElement;
    const shown = vi.fn();
    dialog.showModal = shown;
    dialog.close = vi.fn();
    await answer(NEWEST, [note('2'), note('1')]);
    await press('Delete note 2');
    expect(shown).toHaveBeenCalled();
    expect(dialog.textContent).toContain('note 2');
    await press('Keep');
    await press('Delete note 2');
    await press('Delete');
    const asked = http.expectOne('/api/v1/notes/2');
    expect(asked.request.method).toBe('DELETE');
    asked.flush(null, { status: 204, statusText: 'No Content' });
    await vi.waitFor(() => {
      expect(titles()).toEqual(['note 1']);
    });
    await settle(fixture);
    expect(page.querySelector('.notice')?.textContent).toBe('The note was deleted.');
  });
});
