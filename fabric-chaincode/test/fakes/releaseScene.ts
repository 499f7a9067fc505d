import { bounceTargetOf, bytes32FromAccount } from '@twinspan/protocol';
import type { Hex, OutboxEntry } from '@twinspan/protocol';
import { AssetNetwork, jsonOf } from './assetNetwork.ts';
import type { SendOptions } from './assetNetwork.ts';
import { laneWithRecord, lockAll, lockOf } from './fixtures.ts';
import { attestorKeys, attestorSet, TradingChain } from './tradingChain.ts';
import type { Evidence } from './tradingChain.ts';

export type ReleaseChanges = Partial<Evidence> & { readonly following?: readonly Hex[] };

/** A lane that has sealed messages of 100, 200 and 300 units of one record, and the trading chain they went to. */
export class ReleaseScene {
  readonly network: AssetNetwork;
  readonly chain = new TradingChain();
  readonly laneId: bigint;
  readonly rightsId: Hex;

  private constructor(network: AssetNetwork, lane: { readonly laneId: bigint; readonly rightsId: Hex }) {
    this.network = network;
    this.laneId = lane.laneId;
    this.rightsId = lane.rightsId;
  }

  static async prepare(
    changes: { readonly windowLimit?: string; readonly number?: string } = {},
  ): Promise<ReleaseScene> {
    const network = new AssetNetwork();
    const scene = new ReleaseScene(network, await laneWithRecord(network, changes));
    await network.submit('CustodianMSP', 'approveAttestors', attestorSet);
    await network.submit('AuditorMSP', 'approveAttestors', attestorSet);
    await scene.seal([100n, 200n, 300n]);
    return scene;
  }

  /** Locks these units one by one and seals them in order. */
  async seal(units: readonly bigint[]): Promise<void> {
    const { network, laneId, rightsId } = this;
    const locks = units.map((one) => lockOf(rightsId, one));
    await network.submit('CustodianMSP', 'seal', {
      laneId,
      lockIds: await lockAll(network, 'CustodianMSP', laneId, locks),
    });
  }

  redeem(index: bigint, units: bigint, account = 'alice'): OutboxEntry {
    return { index, kind: 'REDEEM', rightsId: this.rightsId, units, target: bytes32FromAccount(account) };
  }

  bounce(index: bigint, units: bigint, message: bigint): OutboxEntry {
    return { index, kind: 'BOUNCE', rightsId: this.rightsId, units, target: bounceTargetOf(message) };
  }

  async args(
    releases: readonly OutboxEntry[],
    changes: ReleaseChanges = {},
    signers: readonly Hex[] = attestorKeys.slice(0, 2),
  ): Promise<object> {
    return { laneId: this.laneId, releases, ...(await this.chain.evidence(this.laneId, signers)), ...changes };
  }

  /** Appends the entries to the outbox and releases them. */
  async appendAndRelease(entries: readonly OutboxEntry[], options: SendOptions = {}): Promise<Record<string, unknown>> {
    this.chain.append(this.laneId, entries);
    return this.release(entries, {}, options);
  }

  async release(
    releases: readonly OutboxEntry[],
    changes: ReleaseChanges = {},
    options: SendOptions = {},
  ): Promise<Record<string, unknown>> {
    return jsonOf(await this.network.submit('AuditorMSP', 'release', await this.args(releases, changes), options));
  }

  async refuse(
    code: string,
    releases: readonly OutboxEntry[],
    changes: ReleaseChanges = {},
    signers?: readonly Hex[],
  ): Promise<void> {
    await this.network.refused(code, 'AuditorMSP', 'release', await this.args(releases, changes, signers));
  }
}
