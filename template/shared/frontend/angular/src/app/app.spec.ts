import { provideHttpClient } from '@angular/common/http';
import { provideHttpClientTesting } from '@angular/common/http/testing';
import { Component, ErrorHandler } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, TitleStrategy, withRouterConfig } from '@angular/router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Silence } from '../core/problems';
import project from '../project.json';
import { App } from './app';
import { Missing } from './missing/missing';
import { screens } from './screens';
import { Titles } from './titles';
import { settle } from './settle.fake';

@Component({ template: '<main id="main" tabindex="-1"><h1>A place</h1></main>' })
class Place {}

const away = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));
const silent = () => Promise.reject(new Silence());
const broken = () => Promise.reject(new Error('a mistake'));

async function open(path: string) {
  const fixture = TestBed.createComponent(App);
  document.body.append(fixture.nativeElement as Node);
  const go = async (to: string) => {
    await TestBed.inject(Router).navigateByUrl(to);
    await settle(fixture);
  };
  await go(path);
  const page = fixture.nativeElement as HTMLElement;
  return { go, page, find: (what: string) => page.querySelector<HTMLElement>(what) };
}

describe('the frame', () => {
  const handleError = vi.fn();

  beforeEach(() => {
    handleError.mockReset();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter(
          [
            { path: '', component: Place },
            { path: 'place', title: 'A place', component: Place },
            { path: 'away', loadComponent: away },
            { path: 'silent', canActivate: [silent], component: Place },
            { path: 'broken', loadComponent: broken },
            { path: '**', title: 'Not found', component: Missing },
          ],
          withRouterConfig({ resolveNavigationPromiseOnError: true }),
        ),
        { provide: TitleStrategy, useExisting: Titles },
        { provide: ErrorHandler, useValue: { handleError } },
      ],
    });
  });

  it('the header names the project and leads to every screen', async () => {
    const { page, find } = await open('/');
    expect(find('a.brand')?.textContent).toBe(project.name);
    const links = [...page.querySelectorAll('nav a')].map((link) => link.getAttribute('href'));
    expect(links).toEqual(screens.flatMap(({ link }) => link?.path ?? []));
  });

  it('the title names the screen and the project', async () => {
    const { go } = await open('/');
    expect(document.title).toBe(project.name);
    await go('/place');
    expect(document.title).toBe(`A place · ${project.name}`);
  });

  it('the focus goes to the heading when another screen is gone to', async () => {
    const { go, find } = await open('/');
    expect(document.activeElement).toBe(document.body);
    await go('/place');
    expect(document.activeElement).toBe(find('h1'));
  });

  it('the first link leads past the header', async () => {
    const { find } = await open('/place');
    find('a.skip')?.click();
    expect(document.activeElement).toBe(find('#main'));
    expect(TestBed.inject(Router).url).toBe('/place');
  });

  it('nothing is at an unknown address', async () => {
    const { find } = await open('/no/such/place');
    expect(find('h1')?.textContent).toBe('Not found');
  });

  it.each(['/away?page=2', '/silent'])(
    'a screen that the server does not give is said to be away, and read again: %s',
    async (path) => {
      const { go, find } = await open('/');
      const said = () => find('header + [role=alert]')?.textContent.trim();
      await go(path);
      expect(said()).toBe('The server does not answer. Try again.');
      expect(find('[role=alert] a')?.getAttribute('href')).toBe(path);
      expect(handleError).not.toHaveBeenCalled();
      await go('/place');
      expect(said()).toBe('');
    },
  );

  it('a mistake in a screen is reported', async () => {
    const { go } = await open('/');
    await go('/broken');
    expect(handleError).toHaveBeenCalledWith(new Error('a mistake'));
  });
});
