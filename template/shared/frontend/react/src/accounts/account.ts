/** The account of who is signed in. */

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { outcomeOf } from '../client';
import { Problem } from '../core/problems';
import { client } from './client';
import { ACCOUNT, type Account } from './known';
import { isSomebody } from './login';

/** For how long it is believed what the server has said. */
const FRESH_MS = 60_000;

/** Returns who is signed in: null is nobody. */
export function useAccount(): UseQueryResult<Account | null> {
  return useQuery({ queryKey: ACCOUNT, queryFn: readAccount, staleTime: FRESH_MS });
}

/** Asks the server who is signed in. */
export async function readAccount(): Promise<Account | null> {
  if (!(await isSomebody())) return null;
  try {
    const { data } = await outcomeOf(client.GET('/auth/me'));
    return data;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}
