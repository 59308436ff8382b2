/** What somebody typed and could not save, because their login had ended: in memory until they are back. */

/** Keeps the last of it, with whose it is and the address of its form. */
export class Unsaved<Typed> {
  #kept: { author: string; path: string; typed: Typed } | null = null;

  /** Keeps what an account has typed at an address. */
  keep(author: string, path: string, typed: Typed): void {
    this.#kept = { author, path, typed };
  }

  /** Returns what this account has typed at this address, or null. */
  find(author: string | undefined, path: string): Typed | null {
    const kept = this.#kept;
    return kept?.author === author && kept?.path === path ? kept.typed : null;
  }

  /** Forgets it, whosever it is. */
  forget(): void {
    this.#kept = null;
  }
}
