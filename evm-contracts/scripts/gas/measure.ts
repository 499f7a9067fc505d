import { readFileSync } from 'node:fs';
import { rightsIdOf, termsHashOf, type Hex } from '@twinspan/protocol';
import { sha256, stringToHex } from 'viem';
import { z } from 'zod';
import { deployBridge } from '../../deploy/deploy.ts';
import { startAnvil } from './anvil.ts';
import { members } from './consortium.ts';
import { freshRecipients, Lane, type Delivery, type LaneRecord } from './lane.ts';
import { account, Venue } from './venue.ts';

const word = z.custom<Hex>((value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value));
const proofSchema = z.object({
  policy: z.string().transform(BigInt),
  bound: z.string().transform(BigInt),
  proof: z.array(z.string().transform(BigInt)).length(8),
});
const fixtureSchema = z.object({
  commitments: z.array(word).length(16),
  proofs: z.object({ one: proofSchema, oneLater: proofSchema, sixteen: proofSchema, sixteenLater: proofSchema }),
});

const INTRINSIC_GAS = 21_000;
const UNIT_VALUE = 28n * 10n ** 17n;
/** As a delivery of a few thousand units has it. */
const UNITS = 1_500n;
const OPEN = 0;

/** One venue with a listed record, and the lane that feeds it. */
interface Scene {
  readonly venue: Venue;
  readonly lane: Lane;
  readonly fixture: z.infer<typeof fixtureSchema>;
  readonly record: LaneRecord;
  readonly token: Hex;
}

/** Gas of whole transactions (intrinsic, calldata, execution), each number divided by the messages or records it is for. */
export async function measureGas(): Promise<Record<string, number>> {
  await using anvil = await startAnvil();
  const fixture = fixtureSchema.parse(
    JSON.parse(readFileSync(new URL('../../test/fixtures/proofs.json', import.meta.url), 'utf8')),
  );
  const book = await deployBridge({
    rpcUrl: anvil.rpcUrl,
    deployer: account,
    members,
    threshold: 2,
    assetChainId: sha256(stringToHex('asset chain')),
    chaincode: 'rights',
    policy: fixture.proofs.one.policy,
    roles: { admin: account.address, venue: account.address, compliance: account.address },
  });
  const venue = new Venue(anvil.rpcUrl, book);
  const lane = new Lane(book);
  const record = recordOf(0, fixture.commitments[0] ?? '0x');
  const token = await list(venue, lane, record, 0);
  const scene = { venue, lane, fixture, record, token };
  return { ...(await backings(scene)), ...(await mints(scene)), ...(await worstCases(scene)), ...(await trade(scene)) };
}

function recordOf(place: number, recordCommitment: Hex): LaneRecord {
  const rightsId = rightsIdOf('CustodianMSP', `GAS-${place}`);
  const termsHash = termsHashOf({ rightsId, ...termsOf(place) });
  return { rightsId, recordCommitment, termsHash, unitValue: UNIT_VALUE, sealedUnits: 0n };
}

function termsOf(place: number): { name: string; symbol: string; decimals: number } {
  return { name: `Household Solar ${place}`, symbol: `SOL${place}`, decimals: 0 };
}

async function list(venue: Venue, lane: Lane, { rightsId }: LaneRecord, place: number): Promise<Hex> {
  const { name, symbol, decimals } = termsOf(place);
  const { bridge } = venue.book.contracts;
  await venue.send('Bridge', bridge.address, 'list', [rightsId, lane.laneId, name, symbol, decimals, OPEN]);
  const [token] = z
    .tuple([z.custom<Hex>(), z.bigint()])
    .parse(await venue.read('Bridge', bridge.address, 'listing', [rightsId]));
  return token;
}

/** Proofs accepted for records that have none yet, then for records that have one. */
async function backings({ venue, fixture }: Scene): Promise<Record<string, number>> {
  const { commitments, proofs } = fixture;
  const prove = (proof: z.infer<typeof proofSchema>, places: number): Promise<number> => {
    const args = [commitments.slice(0, places), Array.from({ length: places }, () => proof.bound), proof.proof];
    return venue.gasOf('Backings', venue.book.contracts.backings.address, 'prove', args);
  };
  return {
    'gas.backing.first1': await prove(proofs.one, 1),
    'gas.backing.first16': Math.ceil((await prove(proofs.sixteen, 16)) / 16),
    'gas.backing.renew1': await prove(proofs.oneLater, 1),
    'gas.backing.renew16': Math.ceil((await prove(proofs.sixteenLater, 16)) / 16),
  };
}

async function mints({ venue, lane, record, token }: Scene): Promise<Record<string, number>> {
  const bridge = venue.book.contracts.bridge.address;
  const deliver = async (delivery: Delivery): Promise<number> => {
    const receipt = await venue.send('Bridge', bridge, 'deliver', delivery);
    if (venue.heldCount(receipt) > 0) throw new Error('a message was held that should have been minted');
    return Number(receipt.gasUsed);
  };
  const each = async (recipients: readonly Hex[]): Promise<number> =>
    Math.ceil((await deliver(lane.seal([record], [recipients], UNITS))) / recipients.length);

  await each(freshRecipients(1));
  const empty = {
    'gas.mint.batch1.empty': await each(freshRecipients(1)),
    'gas.mint.batch16.empty': await each(freshRecipients(16)),
    'gas.mint.batch64.empty': await each(freshRecipients(64)),
    'gas.mint.batch256.empty': await each(freshRecipients(256)),
  };
  const onboarded = freshRecipients(64);
  await venue.send('MirrorToken', token, 'onboard', [onboarded]);
  const batch64Onboarded = await each(onboarded);
  const last = lane.seal([record], [freshRecipients(1)], UNITS);
  const client = venue.book.contracts.assetChainClient.address;
  const endorsements = await venue.gasOf('AssetChainClient', client, 'verify', last.slice(0, 2));
  await deliver(last);
  return {
    ...empty,
    'gas.mint.batch64.onboarded': batch64Onboarded,
    'gas.endorsements.2of3': endorsements - INTRINSIC_GAS,
  };
}

/** The largest epochs there are, as whole transactions: they must fit the transaction cap. */
async function worstCases({ venue, lane, fixture }: Scene): Promise<Record<string, number>> {
  const bridge = venue.book.contracts.bridge.address;
  const epoch = async (from: number): Promise<{ gas: number; held: number }> => {
    const records = Array.from({ length: 64 }, (_, i) => recordOf(from + i, fixture.commitments[i % 16] ?? '0x'));
    records.sort((a, b) => (a.rightsId < b.rightsId ? -1 : 1));
    if (from < 200) for (let i = 0; i < 64; i += 1) await list(venue, lane, recordOf(from + i, '0x'), from + i);
    const delivery = lane.seal(
      records,
      records.map(() => freshRecipients(4)),
      UNITS,
    );
    const receipt = await venue.send('Bridge', bridge, 'deliver', delivery);
    return { gas: Number(receipt.gasUsed), held: venue.heldCount(receipt) };
  };
  const minted = await epoch(100);
  const held = await epoch(200);
  if (minted.held !== 0 || held.held !== 256) throw new Error('the worst cases are not what they should be');
  return { 'gas.epoch.256minted.64states': minted.gas, 'gas.epoch.256held.64states': held.gas };
}

async function trade({ venue, lane, record, token }: Scene): Promise<Record<string, number>> {
  const bridge = venue.book.contracts.bridge.address;
  const [recipient] = freshRecipients(1);
  await venue.send('Bridge', bridge, 'deliver', lane.seal([record], [[account.address.toLowerCase() as Hex]], UNITS));
  const redeem = (): Promise<number> =>
    venue.gasOf('Bridge', bridge, 'redeem', [record.rightsId, 1n, stringToHex('client-0017', { size: 32 })]);
  await redeem();
  return {
    'gas.redeem': await redeem(),
    'gas.transfer.empty': await venue.gasOf('MirrorToken', token, 'transfer', [recipient, 1n]),
    'gas.transfer.used': await venue.gasOf('MirrorToken', token, 'transfer', [recipient, 1n]),
  };
}
