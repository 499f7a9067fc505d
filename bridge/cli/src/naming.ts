/** From the names that people use to the ids that the chains use. */
import { Fault, isHex, rightsIdOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { AssetChain, NetworkDescription, TradingChain } from '@twinspan/sdk';
import { listOf } from './listOf.ts';
import type { Context } from './context.ts';
import { addressInput } from './inputs.ts';

/**
 * A record is named by its rightsId, by `MSP/registration number`, or by a registration number of the network's
 * custodian alone.
 */
export function rightsIdNamed(description: NetworkDescription, name: string): Hex {
  if (isHex(name, 32)) return name;
  const slash = name.indexOf('/');
  const custodian = description.asset.orgs.find((org) => org.name === 'custodian') ?? description.asset.orgs[0];
  if (slash > 0 && description.asset.orgs.some(({ mspId }) => mspId === name.slice(0, slash))) {
    return rightsIdOf(name.slice(0, slash), name.slice(slash + 1));
  }
  return rightsIdOf(custodian?.mspId ?? '', name);
}

/** An address, or the name of an account of the network. @throws {Fault} USAGE_BAD */
export function addressNamed(description: NetworkDescription, name: string): Hex {
  const account = description.trading.accounts.find((one) => one.name === name);
  const parsed = addressInput.safeParse(account?.address ?? name);
  if (parsed.success) return parsed.data;
  throw new Fault('USAGE_BAD', `${JSON.stringify(name)} is neither an address nor an account of the network`);
}

/** The lane named, or the only one there is. @throws {Fault} USAGE_BAD when there are none or several */
export async function laneNamed(asset: AssetChain, laneId: bigint | undefined): Promise<bigint> {
  if (laneId !== undefined) return laneId;
  const lanes = await listOf(asset.lanes());
  const [only, another] = lanes;
  if (only === undefined) throw new Fault('USAGE_BAD', 'no lane is open: open one with `twinspan lane open`');
  if (another === undefined) return only.laneId;
  const ids = lanes.map((lane) => lane.laneId.toString()).join(', ');
  throw new Fault('USAGE_BAD', `there are several lanes: name one of ${ids} with --lane`);
}

/** The token listed for a record. @throws {Fault} RECORD_NOT_LISTED */
export async function tokenOf(trading: TradingChain, rightsId: Hex): Promise<{ token: Hex; laneId: bigint }> {
  const listing = await trading.listing(rightsId);
  if (listing !== undefined) return listing;
  throw new Fault('RECORD_NOT_LISTED', `no mirror token stands for record ${rightsId}`);
}

/** The account that `--account` names. @throws {Fault} USAGE_BAD when it is absent */
export function requireSender(context: Context): string {
  const { account } = context.globals;
  if (account !== undefined) return account;
  const names = context.description().trading.accounts.map(({ name }) => name);
  throw new Fault('USAGE_BAD', `say who sends with --account, one of ${names.join(', ')}`);
}
