import { Fault } from '@twinspan/protocol';
import type { FaultCode } from '@twinspan/protocol';

/** What a node meets in one life when it asks a chain. */
export interface Trouble {
  readonly verb: string;
  readonly code: FaultCode;
  /** Which source must be among those from where it asks; absent: wherever it asks from. */
  readonly from?: RegExp | undefined;
  /** How often; absent: as long as it lives. */
  readonly times?: number | undefined;
}

/** A chain that fails where the trouble says. */
export function clumsy<Chain extends object>(chain: Chain, trouble: Trouble): Chain {
  let left = trouble.times ?? Number.POSITIVE_INFINITY;
  return new Proxy(chain, {
    get: (target, verb, receiver): unknown => {
      const value: unknown = Reflect.get(target, verb, receiver);
      if (verb !== trouble.verb || typeof value !== 'function') return value;
      return (...args: readonly unknown[]): unknown => {
        if (left <= 0 || !isAskedFrom(trouble.from)) return Reflect.apply(value, target, args);
        left -= 1;
        return Promise.reject(new Fault(trouble.code, `trouble at ${trouble.verb}`));
      };
    },
  });
}

function isAskedFrom(source: RegExp | undefined): boolean {
  return source === undefined || source.test(new Error().stack ?? '');
}
