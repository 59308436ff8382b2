/** Whether the server has all that it needs, as far as it says so. */

import { useEffect, useState } from 'react';

/** How often it is asked, while somebody looks. */
const EVERY_MS = 5000;

/** How the server is. */
export interface Readiness {
  state: '' | 'good' | 'bad';
  text: string;
}

/** Asks the server now and again. */
export function useReadiness(): Readiness {
  const [readiness, setReadiness] = useState<Readiness>({
    state: '',
    text: 'It runs: you are reading its first page.',
  });
  useEffect(() => {
    let isShown = true;
    const look = async () => {
      const found = await readReadiness();
      if (isShown) setReadiness(found);
    };
    void look();
    const timer = setInterval(() => {
      if (!document.hidden) void look();
    }, EVERY_MS);
    return () => {
      isShown = false;
      clearInterval(timer);
    };
  }, []);
  return readiness;
}

async function readReadiness(): Promise<Readiness> {
  try {
    const answer = await fetch('/health/ready');
    const { checks }: { checks: Record<string, string> } = await answer.json();
    if (answer.ok) return { state: 'good', text: 'It runs, and has all that it needs.' };
    const missing = Object.keys(checks).filter((name) => checks[name] !== 'ok');
    const text = `It runs, but is not ready: ${missing.join(', ') || 'it is stopping'}.`;
    return { state: 'bad', text };
  } catch {
    return { state: 'bad', text: 'It does not answer.' };
  }
}
