import type { Call } from '@twinspan/sdk';

/** The call that a purpose stands for, asked of tables and chain; undefined when its work is done or given up. */
export type Recall = (purpose: string) => Promise<Call | undefined>;

/** By the kind of the purpose, which is what stands before its first slash. */
export function recallOf(kinds: Readonly<Record<string, Recall>>): Recall {
  return (purpose) => {
    const end = purpose.indexOf('/');
    return kinds[purpose.slice(0, end)]?.(purpose.slice(end + 1)) ?? Promise.resolve(undefined);
  };
}
