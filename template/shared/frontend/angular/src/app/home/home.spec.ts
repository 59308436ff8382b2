import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import project from '../../project.json';
import { screens } from '../screens';
import { Home } from './home';
import { settle } from '../settle.fake';

const READY = '/health/ready';

async function open() {
  const fixture = TestBed.createComponent(Home);
  const http = TestBed.inject(HttpTestingController);
  const page = fixture.nativeElement as HTMLElement;
  const pass = async (ms: number) => {
    vi.advanceTimersByTime(ms);
    await settle(fixture);
  };
  await pass(0);
  const said = async () => {
    await settle(fixture);
    return page.querySelector('[role=status]')?.textContent.trim();
  };
  return { http, page, pass, said };
}

describe('the first screen', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting(), provideRouter([])],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('it says what the project is, and leads to what there is', async () => {
    const { page } = await open();
    expect(page.querySelector('h1')?.textContent).toBe(project.name);
    expect(page.querySelector('.lead')?.textContent ?? '').toBe(project.description);
    const links = [...page.querySelectorAll('.card a')].map((link) => link.getAttribute('href'));
    expect(links).toEqual(screens.flatMap(({ card }) => card?.path ?? []));
  });

  it('it says that the server has all that it needs', async () => {
    const { http, said } = await open();
    http.expectOne(READY).flush({ status: 'ok', checks: {} });
    expect(await said()).toBe('It runs, and has all that it needs.');
  });

  it('it says what the server lacks', async () => {
    const { http, said } = await open();
    const checks = { store: 'unavailable', other: 'ok' };
    const answer = { status: 503, statusText: 'Service Unavailable' };
    http.expectOne(READY).flush({ status: 'unavailable', checks }, answer);
    expect(await said()).toBe('It runs, but is not ready: store.');
  });

  it('it asks again, and says when there is no answer', async () => {
    const { http, pass, said } = await open();
    http.expectOne(READY).flush({ status: 'ok', checks: {} });
    await pass(4999);
    http.expectNone(READY);
    await pass(1);
    http.expectOne(READY).error(new ProgressEvent('error'));
    expect(await said()).toBe('It does not answer.');
    await pass(5000);
    http
      .expectOne(READY)
      .flush({ status: 'unavailable', checks: {} }, { status: 503, statusText: 'x' });
    expect(await said()).toBe('It runs, but is not ready: it is stopping.');
  });
});
