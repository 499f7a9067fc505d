import type { Account, Hex } from 'viem';
import type { BackingVerbs } from './backingVerbs.ts';
import type { BridgeVerbs } from './bridgeVerbs.ts';
import type { CheckpointVerbs, FinalityRule } from './checkpoint.ts';
import type { LogVerbs } from './logs.ts';
import type { OutboxVerbs } from './outbox.ts';
import type { TokenVerbs } from './tokenVerbs.ts';
import type { TransactionVerbs } from './transactions.ts';
import type { ViewVerbs } from './views.ts';

export interface ContractAddresses {
  readonly assetChainClient: Hex;
  readonly backings: Hex;
  readonly bridge: Hex;
  /** Block that the bridge was deployed in: no log of ours is older. */
  readonly deployedAtBlock: bigint;
}

export interface TradingOptions {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly addresses: ContractAddresses;
  /** Absent: a read-only client. */
  readonly account?: Account;
  /** Default: `{tag: 'finalized'}`. */
  readonly finality?: FinalityRule;
  /** Blocks asked for in one eth_getLogs; default 5,000. */
  readonly logPageBlocks?: bigint;
  /** Per request; default 10,000. */
  readonly timeoutMs?: number;
  /** How often a pending receipt is asked for; default 250. */
  readonly pollMs?: number;
}

/** One account's view of the trading chain. Nothing is cast: a revert or a refused request becomes a Fault. */
export interface TradingChain
  extends BridgeVerbs, BackingVerbs, TokenVerbs, ViewVerbs, OutboxVerbs, CheckpointVerbs, LogVerbs, TransactionVerbs {
  readonly chainId: number;
  readonly addresses: ContractAddresses;
}
