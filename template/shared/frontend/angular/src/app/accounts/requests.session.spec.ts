import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { expect, it, vi } from 'vitest';
import { Accounts } from './accounts';
import { interceptors } from './requests';

it('a login that has ended is noticed by what the API answers', () => {
  const expire = vi.fn();
  TestBed.configureTestingModule({
    providers: [
      provideHttpClient(withInterceptors(interceptors)),
      provideHttpClientTesting(),
      { provide: Accounts, useValue: { expire } },
    ],
  });
  const http = TestBed.inject(HttpTestingController);
  const ask = (url: string) => {
    TestBed.inject(HttpClient)
      .get(url)
      .subscribe({ error: () => undefined });
    http.expectOne(url).flush(null, { status: 401, statusText: 'Unauthorized' });
  };
  ask('/auth/me');
  expect(expire).not.toHaveBeenCalled();
  ask('/api/v1/things');
  expect(expire).toHaveBeenCalledTimes(1);
});
