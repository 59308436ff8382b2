/** What is shown at an address that is nobody's. */

import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';

/** Says that there is nothing here. */
@Component({
  selector: 'app-missing',
  imports: [RouterLink],
  templateUrl: './missing.html',
})
export class Missing {}
