import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectGateway, startNetwork } from '@twinspan/devnet';
import type { Description, Network } from '@twinspan/devnet';
import { rightsIdOf } from '@twinspan/protocol';
import type { ConfidentialRecord, Hex } from '@twinspan/protocol';
import { assetOptionsFrom, connectAssetChain } from '@twinspan/sdk';
import type { AssetChain, Committed } from '@twinspan/sdk';

const OFFSET = 6_000;

export const BRIDGE: Hex = `0x${'b1'.repeat(20)}`;
const RECIPIENT: Hex = `0x${'aa'.repeat(20)}`;
export const SALT: Hex = `0x00${'c0ffee'.repeat(10)}51`;

export type OrgName = Description['asset']['orgs'][number]['name'];

/** Both chains running, with a client per organization. */
export class RealChannel implements AsyncDisposable {
  readonly #life: AsyncDisposableStack;
  readonly network: Network;
  readonly custodian: AssetChain;
  readonly registry: AssetChain;
  readonly auditor: AssetChain;

  private constructor(life: AsyncDisposableStack, network: Network) {
    this.#life = life;
    this.network = network;
    const client = (as: OrgName): AssetChain =>
      life.use(connectAssetChain(assetOptionsFrom(network.description, { as })));
    [this.custodian, this.registry, this.auditor] = [client('custodian'), client('registry'), client('auditor')];
  }

  static async start(): Promise<RealChannel> {
    const directory = mkdtempSync(join(tmpdir(), 'rights-'));
    const profile = { orderers: 'raft', evm: 'anvil' } as const;
    const life = new AsyncDisposableStack();
    life.defer(() => {
      rmSync(directory, { recursive: true });
    });
    return new RealChannel(life, life.use(await startNetwork({ directory, profile, portOffset: OFFSET })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#life.disposeAsync();
  }

  org(name: OrgName): Description['asset']['orgs'][number] {
    return this.network.description.asset.orgs.find((org) => org.name === name) ?? assert.fail(`no org ${name}`);
  }

  /** A client of one organization at the peer of the same or another one, below the SDK. */
  contract(client: OrgName, peer = client): { readonly contract: Contract; readonly close: () => void } {
    const { gateway, close } = connectGateway(this.org(client), this.org(peer).peers[0]);
    const { channel, chaincode } = this.network.description.asset;
    return { contract: gateway.getNetwork(channel).getContract(chaincode), close };
  }

  /** Waits until every peer has the block: the next proposal may go to a peer that lags. */
  async atEveryPeer(blockNumber: bigint): Promise<void> {
    for (const client of [this.custodian, this.registry, this.auditor]) {
      while ((await client.height()) <= blockNumber) await delay(20);
    }
  }

  async everywhere<Result>(sent: Promise<Committed<Result>>): Promise<Result> {
    const { blockNumber, result } = await sent;
    await this.atEveryPeer(blockNumber);
    return result;
  }

  /** A confirmed record with 1,000 units in the account `treasury`. */
  async activeRecord(number: string): Promise<Hex> {
    const terms = { name: `Solar ${number}`, symbol: 'SOL', decimals: 2, issuedUnits: 1000n, account: 'treasury' };
    const value = { unitValue: 500n, valuedAt: 1_795_000_000 };
    const registration = this.custodian.register(
      { registrationNumber: number, ...terms, ...value },
      confidentialOf(number),
    );
    const commitment = await this.everywhere(registration);
    await this.everywhere(this.registry.confirm(commitment));
    return commitment.rightsId;
  }

  async openLane(ordinal: number): Promise<bigint> {
    const tradingChainId = BigInt(this.network.description.trading.chainId);
    return (await this.everywhere(this.custodian.openLane({ tradingChainId, bridge: BRIDGE, ordinal }))).laneId;
  }
}

type Gateway = ReturnType<typeof connectGateway>['gateway'];
type Contract = ReturnType<ReturnType<Gateway['getNetwork']>['getContract']>;

export function confidentialOf(number: string): ConfidentialRecord {
  return {
    rightsId: rightsIdOf('CustodianMSP', number),
    class: 1,
    jurisdiction: 1,
    registeredUnits: 10_000n,
    appraisedValue: 5_000_000n,
    appraisedAt: 1_790_000_000,
    appraisalValidUntil: 1_830_000_000,
    rating: 70,
    encumbered: false,
    filingValidUntil: 0,
    ownerHash: `0x00${'11'.repeat(31)}`,
    documentsRoot: `0x00${'22'.repeat(31)}`,
    salt: SALT,
  };
}

export const lockOf = (rightsId: Hex, units: bigint): Parameters<AssetChain['lock']>[1][number] => ({
  rightsId,
  account: 'treasury',
  recipient: RECIPIENT,
  units,
  reference: '',
});
