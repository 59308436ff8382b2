/** News of the notes: they are read again when somebody comes back to the window. */

/** When the notes that are shown are read again. */
export const freshness = { refetchOnWindowFocus: true };

/** Nobody tells of them. */
export function useNews(): void {}
