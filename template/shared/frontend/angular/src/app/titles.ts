/** What stands on the tab of the browser. */

import { inject, Injectable } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { type RouterStateSnapshot, TitleStrategy } from '@angular/router';
import project from '../project.json';

/** Names the screen before the project. */
@Injectable({ providedIn: 'root' })
export class Titles extends TitleStrategy {
  private readonly title = inject(Title);

  /** Sets the title of the screen that was gone to. */
  override updateTitle(snapshot: RouterStateSnapshot): void {
    const screen = this.buildTitle(snapshot);
    this.title.setTitle(screen === undefined ? project.name : `${screen} · ${project.name}`);
  }
}
