import type { BridgeNode, RunningBridge } from '@twinspan/devnet';
import type { SupplyRow } from '@twinspan/report';
import { openNetwork } from '@twinspan/sdk';
import type { Network } from '@twinspan/sdk';
import { registerRecords } from './chapters/1-records.ts';
import { listTokens } from './chapters/2-listing.ts';
import { lockUnits } from './chapters/3-locks.ts';
import { settleHeld } from './chapters/4-held.ts';
import { redeemUnits, waitForReleases } from './chapters/5-redemptions.ts';
import { reappraise } from './chapters/6-reappraisal.ts';
import { freezeRecord } from './chapters/7-freeze.ts';
import { compareSupplies } from './chapters/8-supply.ts';
import type { Portfolio } from './portfolio.ts';
import type { Story } from './story.ts';
import type { Holder, World } from './world.ts';

interface Telling {
  readonly story: Story;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Carries a portfolio across and back; the supply table of both chains at the end. */
export async function carryPortfolio(
  { file, nodes }: RunningBridge,
  portfolio: Portfolio,
  { story, print, signal }: Telling,
): Promise<SupplyRow[]> {
  using clients = new DisposableStack();
  const open = (as: string, account?: string): Network =>
    clients.use(openNetwork(file, { as, ...(account === undefined ? {} : { account }) }));
  const venue = open('auditor', 'venueAdmin').trading;
  const world: World = {
    portfolio,
    story,
    signal,
    custodian: open('custodian').asset,
    registry: open('registry').asset,
    auditor: open('auditor').asset,
    venue,
    compliance: open('auditor', 'compliance').trading,
    holders: new Map(portfolio.holders.map((name, place) => [name, holderOf(open('auditor', `holder${place + 1}`))])),
    relayer: relayerOf(nodes, 'auditor'),
    rightsIds: new Map(),
    tokens: new Map(),
    laneId: 0n,
  };
  await registerRecords(world);
  await listTokens(world);
  await lockUnits(world);
  await settleHeld(world);
  await redeemUnits(world);
  await reappraise(world);
  await freezeRecord(world);
  await waitForReleases(world);
  return await compareSupplies(world, print);
}

function relayerOf(nodes: readonly BridgeNode[], operator: string): BridgeNode {
  const node = nodes.find((one) => one.operator === operator);
  if (node === undefined) throw new Error(`the ${operator} runs no relayer`);
  return node;
}

function holderOf({ trading }: Network): Holder {
  if (trading.address === undefined) throw new Error('a holder needs an account');
  return { address: trading.address, trading };
}
