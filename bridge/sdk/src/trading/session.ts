import { Fault } from '@twinspan/protocol';
import {
  createPublicClient,
  defineChain,
  type Chain,
  type CustomTransport,
  type LocalAccount,
  type PublicClient,
} from 'viem';
import { boundedHttp } from './boundedHttp.ts';
import { tradingFault } from './revert.ts';
import type { FinalityRule, TradingOptions } from './options.ts';
import { NonceQueue } from './nonceQueue.ts';

/** What the verb groups share. */
export interface TradingSession {
  readonly options: TradingOptions;
  readonly finality: FinalityRule;
  readonly logPageBlocks: bigint;
  readonly pollMs: number;
  readonly client: PublicClient<CustomTransport, Chain>;
  readonly nonces: NonceQueue;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_RESPONSE_BYTES = 32 * 1024 * 1024;
const DEFAULT_POLL_MS = 250;
const DEFAULT_LOG_PAGE_BLOCKS = 5_000n;

export function openTradingSession(options: TradingOptions): TradingSession {
  const chain = defineChain({
    id: options.chainId,
    name: `trading chain ${options.chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [options.rpcUrl] } },
  });
  const transport = boundedHttp(options.rpcUrl, {
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
  });
  const client = createPublicClient({ chain, transport, cacheTime: 0 });
  return {
    options,
    finality: options.finality ?? { tag: 'finalized' },
    logPageBlocks: options.logPageBlocks ?? DEFAULT_LOG_PAGE_BLOCKS,
    pollMs: options.pollMs ?? DEFAULT_POLL_MS,
    client,
    nonces: new NonceQueue(() =>
      client.getTransactionCount({ address: accountOf(options).address, blockTag: 'pending' }),
    ),
  };
}

/** @throws Fault CONFIG_BAD on a read-only client */
export function accountOf(options: TradingOptions): LocalAccount {
  if (options.account === undefined) throw new Fault('CONFIG_BAD', 'this client has no account to send from');
  return options.account;
}

/** Runs one request; whatever goes wrong becomes a Fault that says what was being asked. */
export async function ask<Result>(what: string, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    throw tradingFault(what, error);
  }
}
