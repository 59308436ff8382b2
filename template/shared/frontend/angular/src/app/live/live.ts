/** A price that moves. */

import { Component, computed, DestroyRef, inject, InjectionToken } from '@angular/core';
import { line, priceText } from '../../core/graph';
import { type LiveAsks, type LiveTells, Quotes } from '../../core/live';
import { connect, type Connection } from '../../core/sockets';
import { injectCredentials } from '../credentials';
import { follow } from '../follow';

const WIDTH = 600;
const HEIGHT = 200;

/** Connects to the live data. */
export const CONNECT_LIVE = new InjectionToken<() => Connection<LiveTells, LiveAsks>>(
  'connect to the live data',
  {
    factory: () => {
      const credentials = injectCredentials();
      return () => connect<LiveTells, LiveAsks>('/live', credentials);
    },
  },
);

/** The price of one symbol, with its past as a line. */
@Component({
  selector: 'app-live',
  templateUrl: './live.html',
})
export class Live {
  protected readonly box = `0 0 ${WIDTH} ${HEIGHT}`;
  private readonly connection = inject(CONNECT_LIVE)();
  private readonly quotes = new Quotes(this.connection);
  protected readonly wire = follow(() => this.connection);
  protected readonly state = follow(() => this.quotes);
  protected readonly graph = computed(() => line(this.state()?.ticks ?? [], WIDTH, HEIGHT));

  protected readonly price = computed(() => {
    const graph = this.graph();
    return graph ? priceText(graph.last) : '–';
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.quotes.end();
      this.connection.close();
    });
  }

  /** Writes a price. */
  protected readonly written = (price: number): string => priceText(price);

  /** Follows another symbol. */
  protected choose(symbol: string): void {
    this.quotes.choose(symbol);
  }
}
