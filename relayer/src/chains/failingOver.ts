import type { Failover } from './failover.ts';

/** The chain with each of its verbs asked of the first source that answers; what is no verb stays. */
export function failingOver<Chain extends object>(like: Chain, sources: Failover<Chain>): Chain {
  const verbs = Object.entries(like).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [name, member];
    return [name, (...args: readonly unknown[]) => sources.first((chain) => call(chain, name, args))];
  });
  // Every member is there under its own name, and each verb answers as the chain's own does.
  return Object.fromEntries(verbs) as Chain;
}

function call(chain: object, name: string, args: readonly unknown[]): Promise<unknown> {
  const verb: unknown = Reflect.get(chain, name);
  if (typeof verb !== 'function') throw new TypeError(`a source has no verb ${name}`);
  return Promise.resolve(Reflect.apply(verb, chain, args) as unknown);
}
