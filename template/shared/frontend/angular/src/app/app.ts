/** The frame around every screen: the header, and where the focus goes when the screen changes. */

import { NgComponentOutlet } from '@angular/common';
import { Component, DOCUMENT, ErrorHandler, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import {
  type IsActiveMatchOptions,
  NavigationEnd,
  NavigationError,
  NavigationStart,
  Router,
  RouterLink,
  RouterLinkActive,
  RouterOutlet,
} from '@angular/router';
import project from '../project.json';
import { Silence } from '../core/problems';
import { injectHeadingFocus } from './heading';
import { screens } from './screens';

/** When a link leads to where one is: also with a question behind the address. */
const exactly: IsActiveMatchOptions = {
  paths: 'exact',
  queryParams: 'ignored',
  matrixParams: 'ignored',
  fragment: 'ignored',
};

/** The frame. */
@Component({
  selector: 'app-root',
  imports: [NgComponentOutlet, RouterLink, RouterLinkActive, RouterOutlet],
  templateUrl: './app.html',
})
export class App {
  protected readonly name = project.name;
  protected readonly links = screens.flatMap(({ link }) => link ?? []);
  protected readonly corners = screens.flatMap(({ corner }) => corner ?? []);
  protected readonly exactly = exactly;
  /** The address of a screen that could not be shown; read from there, the page has the files of today. */
  protected readonly unread = signal('');
  private readonly document = inject(DOCUMENT);
  private readonly errors = inject(ErrorHandler);
  private readonly focusHeading = injectHeadingFocus();
  private path?: string;

  constructor() {
    inject(Router)
      .events.pipe(takeUntilDestroyed())
      .subscribe((event) => {
        if (event instanceof NavigationStart) this.unread.set('');
        if (event instanceof NavigationError) this.stay(event);
        if (event instanceof NavigationEnd) this.arrive(event.urlAfterRedirects);
      });
  }

  /** Takes who skips the header to the screen itself. */
  protected skip(click: Event): void {
    click.preventDefault();
    this.document.getElementById('main')?.focus();
  }

  /** Says that a screen could not be loaded; anything else that keeps it from being shown is a mistake. */
  private stay({ error, url }: { error?: unknown; url: string }): void {
    if (isAway(error)) this.unread.set(url);
    else this.errors.handleError(error);
  }

  /** Moves the focus to the heading of a screen that was gone to; the first one leaves it where the browser has it. */
  private arrive(url: string): void {
    const path = url.split(/[?#]/, 1)[0];
    const before = this.path;
    this.path = path;
    if (before !== undefined && before !== path) this.focusHeading();
  }
}

/** Whether the server did not answer: to a question, or with a file. */
function isAway(error: unknown): boolean {
  return error instanceof Silence || (error instanceof TypeError && /import/i.test(error.message));
}
