/** The first screen: what the project is, what there is to see, and whether it runs. */

import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import project from '../../project.json';
import { screens } from '../screens';
import { injectReadiness } from './readiness';

/** Leads to every other screen. */
@Component({
  selector: 'app-home',
  imports: [RouterLink],
  templateUrl: './home.html',
})
export class Home {
  protected readonly project = project;
  protected readonly cards = screens.flatMap(({ card }) => card ?? []);
  protected readonly readiness = injectReadiness();
}
