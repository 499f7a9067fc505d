import type { Call } from '@twinspan/sdk';

/**
 * The call that a purpose stands for, asked of tables and chain; undefined when its work is done or given up. `pending`:
 * work that something in the pool does counts as done.
 */
export type Recall = (purpose: string, at: 'latest' | 'pending') => Promise<Call | undefined>;

/** By the kind of the purpose, which is what stands before its first slash. */
export function recallOf(kinds: Readonly<Record<string, Recall>>): Recall {
  return (purpose, at) => {
    const end = purpose.indexOf('/');
    return kinds[purpose.slice(0, end)]?.(purpose.slice(end + 1), at) ?? Promise.resolve(undefined);
  };
}
