import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Accounts } from './accounts';
import { Login } from './login';
import { SignUp } from './sign-up';
import { settle } from '../settle.fake';

const typed = { name: 'Ann', email: 'ann@example.org', password: 'a long walk over the hill' };
const ann = { id: 'a', email: typed.email, name: typed.name };
const said = { type: 'about:blank', title: 'No', instance: '/', request_id: 'r' };
const begin = vi.fn();

async function signUp(next?: string) {
  const fixture = TestBed.createComponent(SignUp);
  fixture.componentRef.setInput('next', next);
  const http = TestBed.inject(HttpTestingController);
  const page = fixture.nativeElement as HTMLElement;
  const find = (what: string) => page.querySelector<HTMLInputElement>(what);
  await settle(fixture);
  for (const [name, text] of Object.entries(typed)) {
    const input = find(`#${name}`) as HTMLInputElement;
    input.value = text;
    input.dispatchEvent(new Event('input'));
  }
  find('button')?.click();
  await settle(fixture);
  const register = http.expectOne('/auth/register');
  expect(register.request.body).toEqual(typed);
  return { fixture, http, find, register };
}

describe('signing up', () => {
  beforeEach(() => {
    begin.mockReset().mockResolvedValue(undefined);
    const login = { begin };
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter([]),
        { provide: Login, useValue: login },
      ],
    });
  });

  it('who signs up is signed in', async () => {
    const { http, register } = await signUp();
    const gone = vi.spyOn(TestBed.inject(Router), 'navigateByUrl');
    register.flush(ann);
    (await vi.waitFor(() => http.expectOne('/auth/me'))).flush(ann);
    await vi.waitFor(() => {
      expect(gone).toHaveBeenCalledWith('/');
    });
    expect(begin).toHaveBeenCalledWith(typed.email, typed.password);
    expect(TestBed.inject(Accounts).me()).toEqual(ann);
  });

  it('and where one wanted to go, but on no other site', async () => {
    for (const [next, path] of Object.entries({ '/place': '/place', '//example.org': '/' })) {
      const { http, register, fixture } = await signUp(next);
      const gone = vi.spyOn(TestBed.inject(Router), 'navigateByUrl').mockResolvedValue(true);
      register.flush(ann);
      (await vi.waitFor(() => http.expectOne('/auth/me'))).flush(ann);
      await settle(fixture);
      expect(gone).toHaveBeenLastCalledWith(path);
    }
  });

  it('what is wrong is marked, beside what is asked for', async () => {
    const { fixture, find, register } = await signUp();
    const errors = [{ path: '/password', message: 'This must be longer.' }];
    register.flush(
      { ...said, status: 422, detail: 'No.', errors },
      { status: 422, statusText: 'x' },
    );
    await settle(fixture);
    expect(find('[role=alert]')?.textContent).toBe('Please correct what is marked.');
    const password = find('#password');
    expect(password?.getAttribute('aria-describedby')).toBe('password-hint password-error');
    expect(find('#password-hint')?.textContent).toBe('12 to 128 characters');
    expect(password?.getAttribute('autocomplete')).toBe('new-password');
  });

  it('an address that is taken is said to be', async () => {
    const { fixture, find, register } = await signUp();
    const taken = { ...said, status: 409, detail: 'There is one.' };
    register.flush(taken, { status: 409, statusText: 'Conflict' });
    await settle(fixture);
    expect(find('[role=alert]')?.textContent).toBe('There is one.');
    expect(find('#email')?.value).toBe(typed.email);
  });
});
