import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Accounts } from './accounts';
import { Login } from './login';
import { interceptors } from './requests';

const expire = vi.fn();
const access = vi.fn();

/** Sends a request and returns it as the server gets it. */
async function sent(url: string) {
  TestBed.inject(HttpClient)
    .get(url)
    .subscribe({ error: () => undefined });
  const http = TestBed.inject(HttpTestingController);
  return await vi.waitFor(() => http.expectOne(url));
}

describe('requests', () => {
  beforeEach(() => {
    expire.mockReset();
    access.mockReset().mockResolvedValue('token-1');
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors(interceptors)),
        provideHttpClientTesting(),
        { provide: Accounts, useValue: { expire } },
        { provide: Login, useValue: { tokens: { access } } },
      ],
    });
  });

  it('the token goes where somebody has to be known, and nowhere else', async () => {
    const carried = async (url: string) => (await sent(url)).request.headers.get('Authorization');
    expect(await carried('/api/v1/things')).toBe('Bearer token-1');
    expect(await carried('/auth/me')).toBe('Bearer token-1');
    expect(await carried('/health/ready')).toBe(null);
    access.mockResolvedValue(null);
    expect(await carried('/api/v1/things')).toBe(null);
  });

  it('a login that has ended is noticed by what the API answers', async () => {
    const unauthorized = { status: 401, statusText: 'Unauthorized' };
    (await sent('/auth/me')).flush(null, unauthorized);
    expect(expire).not.toHaveBeenCalled();
    (await sent('/api/v1/things')).flush(null, unauthorized);
    expect(expire).toHaveBeenCalledTimes(1);
  });
});
