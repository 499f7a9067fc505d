import { backingVerbs, type BackingVerbs } from './backingVerbs.ts';
import { bridgeVerbs, type BridgeVerbs } from './bridgeVerbs.ts';
import { checkpointVerbs, type CheckpointVerbs } from './checkpoint.ts';
import { deploymentVerbs, type DeploymentVerbs } from './deploymentVerbs.ts';
import { logVerbs, type LogVerbs } from './logs.ts';
import type { ContractAddresses, TradingOptions } from './options.ts';
import { outboxVerbs, type OutboxVerbs } from './outbox.ts';
import { openTradingSession } from './session.ts';
import { tokenVerbs, type TokenVerbs } from './tokenVerbs.ts';
import { transactionVerbs, type TransactionVerbs } from './transactions.ts';
import { viewVerbs, type ViewVerbs } from './views.ts';

/** One account's view of the trading chain. A revert or a refused request becomes a Fault. */
export interface TradingChain
  extends
    BridgeVerbs,
    BackingVerbs,
    TokenVerbs,
    ViewVerbs,
    OutboxVerbs,
    CheckpointVerbs,
    LogVerbs,
    TransactionVerbs,
    DeploymentVerbs {
  readonly chainId: number;
  readonly addresses: ContractAddresses;
}

/** Connects lazily: an unreachable node shows at the first verb. */
export function connectTradingChain(options: TradingOptions): TradingChain {
  const session = openTradingSession(options);
  return {
    chainId: options.chainId,
    addresses: options.addresses,
    ...bridgeVerbs(session),
    ...backingVerbs(session),
    ...tokenVerbs(session),
    ...viewVerbs(session),
    ...outboxVerbs(session),
    ...checkpointVerbs(session),
    ...logVerbs(session),
    ...transactionVerbs(session),
    ...deploymentVerbs(session),
  };
}
