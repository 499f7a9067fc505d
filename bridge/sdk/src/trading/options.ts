import type { Hex } from '@twinspan/protocol';
import type { LocalAccount } from 'viem';

export interface ContractAddresses {
  readonly assetChainClient: Hex;
  readonly backings: Hex;
  readonly bridge: Hex;
  /** Block that the bridge was deployed in: no log of ours is older. */
  readonly deployedAtBlock: bigint;
}

/**
 * When a block is final: the chain's own `finalized` tag, or so many blocks behind the tip (0: the tip itself)
 * on chains that have none.
 */
export type FinalityRule = { readonly tag: 'finalized' } | { readonly depth: number };

export interface TradingOptions {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly addresses: ContractAddresses;
  /** A key held here, as viem's `privateKeyToAccount` makes one. Absent: a read-only client. */
  readonly account?: LocalAccount;
  /** Default: `{tag: 'finalized'}`. */
  readonly finality?: FinalityRule;
  /** Blocks asked for in one eth_getLogs; default 5,000. */
  readonly logPageBlocks?: bigint;
  /** Per request; default 10,000. */
  readonly timeoutMs?: number;
  /** Most that is read of one answer; default 32 MiB. */
  readonly maxResponseBytes?: number;
  /** How often a pending receipt is asked for; default 250. */
  readonly pollMs?: number;
}
