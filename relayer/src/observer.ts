import type { AssetEvent, BridgeEvent } from '@twinspan/sdk';
import type { Writes } from './db/writes.ts';

/**
 * What a pipeline makes of what happened. Effects go into `writes`, which the feed commits together with its cursor, so
 * an event is applied wholly or not at all; applying one twice changes nothing.
 */
export interface Observer {
  onAsset?(event: AssetEvent, writes: Writes): Promise<void>;
  onTrading?(event: BridgeEvent, writes: Writes): Promise<void>;
  /** After the events of new blocks: `final` is the newest final block. */
  onHead?(head: { readonly latest: bigint; readonly final: bigint }, writes: Writes): Promise<void>;
  /** Blocks after `kept` were replaced: what came of them is undone. Their successors' events follow. */
  onReorg?(kept: bigint, writes: Writes): Promise<void>;
}
