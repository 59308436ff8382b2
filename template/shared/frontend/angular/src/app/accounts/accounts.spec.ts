import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { guards } from '../access';
import { Silence } from '../../core/problems';
import { Accounts } from './accounts';
import { Corner } from './corner';
import { Login } from './login';
import { accounts as parts } from './screen';
import { settle } from '../settle.fake';

const ann = { id: 'a', email: 'ann@example.org', name: 'Ann' };
const nobody = { type: 'about:blank', title: 'No', status: 401, detail: 'No.', instance: '/' };
const unauthorized = { status: 401, statusText: 'Unauthorized' };
const login = { begin: vi.fn(), end: vi.fn(), forget: vi.fn(), isKept: vi.fn() };

@Component({ template: '' })
class Place {}

/** Waits until the server is asked who this is. */
async function asked() {
  const http = TestBed.inject(HttpTestingController);
  return await vi.waitFor(() => http.expectOne('/auth/me'));
}

async function signedIn() {
  const accounts = TestBed.inject(Accounts);
  const known = accounts.whoIsIt();
  (await asked()).flush(ann);
  await known;
  return accounts;
}

describe('accounts', () => {
  beforeEach(() => {
    login.begin.mockReset().mockResolvedValue(undefined);
    login.end.mockReset().mockResolvedValue(undefined);
    login.forget.mockReset();
    login.isKept.mockReset().mockResolvedValue(true);
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter([
          ...(parts.routes ?? []),
          { path: 'mine', canActivate: guards, component: Place },
          { path: '', component: Place },
        ]),
        { provide: Login, useValue: login },
      ],
    });
  });

  it('who is signed in is asked once', async () => {
    const accounts = await signedIn();
    expect(accounts.me()).toEqual(ann);
    expect(await accounts.whoIsIt()).toEqual(ann);
  });

  it('who has no login is nobody', async () => {
    login.isKept.mockResolvedValue(false);
    expect(await TestBed.inject(Accounts).whoIsIt()).toBe(null);
  });

  it('nor who has one that has ended', async () => {
    const known = TestBed.inject(Accounts).whoIsIt();
    (await asked()).flush(nobody, unauthorized);
    expect(await known).toBe(null);
  });

  it('a server that does not answer says nothing of who this is, and is asked again', async () => {
    const accounts = TestBed.inject(Accounts);
    const known = accounts.whoIsIt();
    (await asked()).error(new ProgressEvent('error'));
    expect(await known).toBe(undefined);
    await signedIn();
    expect(accounts.me()).toEqual(ann);
  });

  it('a screen for people with accounts asks for a sign-in first', async () => {
    login.isKept.mockResolvedValue(false);
    const router = TestBed.inject(Router);
    await router.navigateByUrl('/mine?page=2');
    expect(router.parseUrl(router.url).queryParams).toEqual({ next: '/mine?page=2' });
    expect(router.url).toMatch(/^\/sign-in\?/);
  });

  it('who is signed in sees it', async () => {
    await signedIn();
    const router = TestBed.inject(Router);
    await router.navigateByUrl('/mine');
    expect(router.url).toBe('/mine');
  });

  it('where it is not known who it is nothing is shown', async () => {
    const router = TestBed.inject(Router);
    const gone = router.navigateByUrl('/mine');
    (await asked()).error(new ProgressEvent('error'));
    await expect(gone).rejects.toBeInstanceOf(Silence);
    const fixture = TestBed.createComponent(Corner);
    await settle(fixture);
    expect((fixture.nativeElement as HTMLElement).textContent.trim()).toBe('');
  });

  it.each(['/sign-in', '/sign-up'])('who is signed in is led on: %s', async (path) => {
    await signedIn();
    const router = TestBed.inject(Router);
    await router.navigateByUrl(`${path}?next=%2Fmine`);
    expect(router.url).toBe('/mine');
    await router.navigateByUrl(`${path}?next=%2F%2Fexample.org`);
    expect(router.url).toBe('/');
  });

  it('a login that ends leads to the sign-in, and back', async () => {
    const accounts = await signedIn();
    const router = TestBed.inject(Router);
    await router.navigateByUrl('/mine');
    accounts.expire();
    await vi.waitFor(() => {
      expect(router.url).toMatch(/^\/sign-in\?/);
    });
    expect(router.parseUrl(router.url).queryParams).toEqual({ next: '/mine' });
    const gone = vi.spyOn(router, 'navigate');
    accounts.expire();
    expect(gone).not.toHaveBeenCalled();
    expect(login.forget).toHaveBeenCalled();
    expect(accounts.me()).toBe(null);
  });

  it('the corner names who is signed in, and is the way out', async () => {
    const accounts = await signedIn();
    const fixture = TestBed.createComponent(Corner);
    await settle(fixture);
    const corner = fixture.nativeElement as HTMLElement;
    expect(corner.querySelector('span')?.textContent).toBe('Ann');
    corner.querySelector('button')?.click();
    await vi.waitFor(() => {
      expect(accounts.me()).toBe(null);
    });
    expect(login.end).toHaveBeenCalled();
    await settle(fixture);
    const links = [...corner.querySelectorAll('a')].map((link) => link.textContent);
    expect(links).toEqual(['Sign in', 'Sign up']);
  });

  it('who cannot be signed out is told', async () => {
    const accounts = await signedIn();
    login.end.mockRejectedValue(new TypeError('fetch failed'));
    const fixture = TestBed.createComponent(Corner);
    await settle(fixture);
    const corner = fixture.nativeElement as HTMLElement;
    corner.querySelector('button')?.click();
    await vi.waitFor(() => {
      const alert = corner.querySelector('[role=alert]')?.textContent;
      expect(alert).toBe('The server does not answer. Try again.');
    });
    expect(accounts.me()).toEqual(ann);
  });
});
