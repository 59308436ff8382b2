/** Where somebody goes who has signed in. */

/** A path of this site: no address of another one, which browsers also read into `//` and `/\`. */
const LOCAL = /^\/(?![/\\])[^\p{Cc}]*$/u;

/** Returns the path that was asked for, or the first page where it leads elsewhere. */
export function localPath(asked: string | null | undefined): string {
  return asked && LOCAL.test(asked) ? asked : '/';
}
