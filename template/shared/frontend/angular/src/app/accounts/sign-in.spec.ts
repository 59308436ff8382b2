import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../../core/problems';
import { Accounts } from './accounts';
import { SignIn } from './sign-in';
import { settle } from '../settle.fake';

const wrong = { type: 'about:blank', title: 'No', status: 401, instance: '/', request_id: 'r' };
const signIn = vi.fn();

@Component({ template: '' })
class Place {}

async function signInAt(path: string) {
  const harness = await RouterTestingHarness.create(path);
  const page = harness.routeNativeElement as HTMLElement;
  const find = (what: string) => page.querySelector<HTMLInputElement>(what);
  for (const [what, text] of Object.entries({ '#email': 'ann@example.org', '#password': 'pw' })) {
    const input = find(what) as HTMLInputElement;
    input.value = text;
    input.dispatchEvent(new Event('input'));
  }
  find('button')?.click();
  await settle(harness.fixture);
  return { find, url: () => TestBed.inject(Router).url };
}

describe('signing in', () => {
  beforeEach(() => {
    signIn.mockReset().mockResolvedValue(undefined);
    const routes = [
      { path: 'sign-in', component: SignIn },
      { path: '**', component: Place },
    ];
    TestBed.configureTestingModule({
      providers: [
        provideRouter(routes, withComponentInputBinding()),
        { provide: Accounts, useValue: { signIn } },
      ],
    });
  });

  it('it leads to where one wanted to go', async () => {
    const { url } = await signInAt('/sign-in?next=%2Fplace%3Fpage%3D2');
    expect(signIn).toHaveBeenCalledWith('ann@example.org', 'pw');
    await vi.waitFor(() => {
      expect(url()).toBe('/place?page=2');
    });
  });

  it('it leads to no other site', async () => {
    const { url } = await signInAt('/sign-in?next=%2F%2Fexample.org');
    await vi.waitFor(() => {
      expect(url()).toBe('/');
    });
  });

  it('who is refused reads why, and the address stays', async () => {
    signIn.mockRejectedValue(new Problem({ ...wrong, detail: 'E-mail or password is wrong.' }));
    const { find, url } = await signInAt('/sign-in');
    expect(find('[role=alert]')?.textContent).toBe('E-mail or password is wrong.');
    expect(find('#email')?.value).toBe('ann@example.org');
    expect(url()).toBe('/sign-in');
  });

  it('who has no account yet goes there from the sign-up, too', async () => {
    const { find } = await signInAt('/sign-in?next=%2F%2Fplace');
    expect(find('p a')?.getAttribute('href')).toBe('/sign-up?next=%2F%2Fplace');
  });

  it('browsers know what to fill in', async () => {
    const { find } = await signInAt('/sign-in');
    expect(find('#email')?.getAttribute('autocomplete')).toBe('email');
    expect(find('#password')?.getAttribute('autocomplete')).toBe('current-password');
  });
});
