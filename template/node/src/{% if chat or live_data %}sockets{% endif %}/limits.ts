/** Limits: how much one client may ask for. */

/** How many events a client may send in a second, and how many more before it is hung up on. */
const MOST = 20;
const MOST_REFUSED = 200;
const WINDOW_MS = 1000;

/** Counts the events of a client on a namespace; what was refused does not count for the limit. */
export function limitEvents(): () => 'allowed' | 'refused' | 'flooding' {
  const allowed: number[] = [];
  const refused: number[] = [];
  return () => {
    const now = performance.now();
    if (countSince(allowed, now) < MOST) {
      allowed.push(now);
      return 'allowed';
    }
    refused.push(now);
    return countSince(refused, now) > MOST_REFUSED ? 'flooding' : 'refused';
  };
}

/** Forgets the times that are older than a second, and counts the others. */
function countSince(times: number[], now: number): number {
  while (times[0] !== undefined && times[0] <= now - WINDOW_MS) times.shift();
  return times.length;
}
