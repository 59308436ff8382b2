/** A state that is replaced as a whole, and that tells whoever listens when it is. */
export class Store<State extends object> {
  #state: State;
  readonly #listeners = new Set<() => void>();

  constructor(state: State) {
    this.#state = state;
  }

  /** The state as it is now; it is never changed in place. */
  get state(): State {
    return this.#state;
  }

  /** Calls the listener after each change, until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Replaces parts of the state. */
  protected change(parts: Partial<State>): void {
    this.#state = { ...this.#state, ...parts };
    for (const listener of [...this.#listeners]) listener();
  }
}
