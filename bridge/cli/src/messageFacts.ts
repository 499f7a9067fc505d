/** Asks both chains everything about one message. */
import {
  bounceTargetOf,
  bytesFromHex,
  decodeHeader,
  decodeWords,
  Fault,
  parseLockId,
  type Hex,
  type Message,
} from '@twinspan/protocol';
import type { AssetChain, BridgeEvent, EpochView, HeldMessage, HoldReason, TradingChain } from '@twinspan/sdk';
import type { Chains } from './context.ts';
import type { MessageName } from './inputs.ts';
import { laneNamed } from './naming.ts';
import type { MessageFacts } from './whereIs.ts';

/** One step of a message's way, for people. */
export interface Step {
  readonly step: string;
  readonly block: bigint;
  readonly txHash: Hex;
}

/** A message as both chains know it. */
export interface MessageTrace {
  readonly laneId: bigint;
  readonly lockId: string | undefined;
  readonly rightsId: Hex;
  readonly recipient: Hex;
  readonly units: bigint;
  readonly account: string | undefined;
  readonly reference: string | undefined;
  readonly facts: MessageFacts;
  /** Set while it is held. */
  readonly held: HeldMessage | undefined;
  /** On the trading chain, oldest first. */
  readonly steps: readonly Step[];
}

/** @throws {Fault} LOCK_UNKNOWN, NOT_FOUND */
export async function traceMessage(chains: Chains, name: MessageName): Promise<MessageTrace> {
  if (name.by === 'place') {
    const laneId = await laneNamed(chains.asset, name.laneId);
    return traceSealed(chains, await findEpoch(chains.asset, laneId, name.index), name.index);
  }
  const batch = await chains.asset.locks(name.batchId);
  const lock = batch?.locks.find(({ lockId }) => lockId === name.lockId);
  if (batch === undefined || lock === undefined) throw new Fault('LOCK_UNKNOWN', `no lock ${name.lockId}`);
  if (lock.place.state === 'sealed') {
    const { epoch, message } = lock.place;
    return traceSealed(chains, await requireEpoch(chains.asset, batch.laneId, epoch), message);
  }
  const lane = await chains.trading.bridgeLane(batch.laneId);
  return {
    ...lock,
    laneId: batch.laneId,
    held: undefined,
    steps: [],
    facts: {
      lock: lock.place.state,
      ...(await lockedAt(chains.asset, lock.lockId)),
      kind: 'MINT',
      deliveredThrough: lane.nextMessage,
      epochsBefore: 0n,
      releasedThrough: lane.releasedThrough,
    },
  };
}

/** The epoch that carries a message, by halving. @throws {Fault} NOT_FOUND */
async function findEpoch(asset: AssetChain, laneId: bigint, index: bigint): Promise<EpochView> {
  const lane = await asset.lane(laneId);
  if (lane === undefined) throw new Fault('LANE_UNKNOWN', `no lane ${laneId.toString()}`);
  if (index >= lane.nextMessage) {
    throw new Fault('NOT_FOUND', `lane ${laneId.toString()} has sealed ${lane.nextMessage.toString()} messages so far`);
  }
  let [low, high] = [1n, lane.epoch];
  while (low <= high) {
    const epoch = await requireEpoch(asset, laneId, (low + high) / 2n);
    if (index < epoch.firstMessage) high = epoch.epoch - 1n;
    else if (index >= epoch.firstMessage + BigInt(epoch.messageCount)) low = epoch.epoch + 1n;
    else return epoch;
  }
  throw new Fault('NOT_FOUND', `no epoch of lane ${laneId.toString()} carries message ${index.toString()}`);
}

async function requireEpoch(asset: AssetChain, laneId: bigint, epoch: bigint): Promise<EpochView> {
  const view = await asset.epoch(laneId, epoch);
  if (view !== undefined) return view;
  throw new Fault('EPOCH_UNKNOWN', `lane ${laneId.toString()} has no epoch ${epoch.toString()}`);
}

async function traceSealed(chains: Chains, epoch: EpochView, index: bigint): Promise<MessageTrace> {
  const { laneId } = epoch;
  const { message, rightsId, lock } = messageIn(epoch, index);
  const [lane, outbox, seen, locked] = await Promise.all([
    chains.trading.bridgeLane(laneId),
    chains.asset.laneOutbox(laneId),
    eventsOf(chains.trading, { laneId, epoch: epoch.epoch, index }),
    lockedAt(chains.asset, lock?.lockId),
  ]);
  const facts: MessageFacts = {
    lock: 'sealed',
    kind: message.kind,
    ...locked,
    sealedAt: decodeHeader(bytesFromHex(epoch.header)).sealedAt,
    epoch: epoch.epoch,
    index,
    deliveredThrough: lane.nextMessage,
    epochsBefore: epoch.epoch > lane.epoch ? epoch.epoch - lane.epoch - 1n : 0n,
    releasedThrough: outbox.releasedThrough,
    ...heldFacts(seen),
    ...(await holdReasonNow(chains.trading, { laneId, rightsId, message, seen })),
  };
  const { recipient, units } = message;
  return {
    ...{ laneId, rightsId, recipient, units, facts },
    ...{ lockId: lock?.lockId, account: lock?.account, reference: lock?.reference },
    held: facts.held?.outcome === 'held' ? heldIn(seen)?.held : undefined,
    steps: seen.map(stepOf),
  };
}

/** By the transaction that made it. */
async function lockedAt(asset: AssetChain, lockId: string | undefined): Promise<Pick<MessageFacts, 'lockedAt'>> {
  const batchId = lockId === undefined ? undefined : parseLockId(lockId)?.batchId;
  const made = batchId === undefined ? undefined : await asset.outcome(batchId);
  return made === undefined ? {} : { lockedAt: made.atSeconds };
}

interface Sealed {
  readonly message: Message;
  readonly rightsId: Hex;
  readonly lock: EpochView['details']['locks'][number] | undefined;
}

/** @throws {Fault} NOT_FOUND */
function messageIn(epoch: EpochView, index: bigint): Sealed {
  const place = Number(index - epoch.firstMessage);
  const message = decodeWords(bytesFromHex(epoch.words), epoch).messages[place];
  const rightsId = message === undefined ? undefined : epoch.rightsIds[message.slot];
  if (message === undefined || rightsId === undefined) {
    throw new Fault('NOT_FOUND', `epoch ${epoch.epoch.toString()} has no message ${index.toString()}`);
  }
  return { message, rightsId, lock: epoch.details.locks[place] };
}

interface Place {
  readonly laneId: bigint;
  readonly epoch: bigint;
  readonly index: bigint;
}

const eventNames = ['EpochDelivered', 'MessageHeld', 'HeldMinted', 'HeldBounced', 'Outboxed'] as const;

/** Everything that the bridge ever said about this message. */
async function eventsOf(trading: TradingChain, place: Place): Promise<BridgeEvent[]> {
  const span = { fromBlock: trading.addresses.deployedAtBlock, toBlock: await trading.blockNumber() };
  const seen: BridgeEvent[] = [];
  for await (const event of trading.bridgeEvents(span, eventNames)) if (isAbout(event, place)) seen.push(event);
  return seen;
}

function isAbout(event: BridgeEvent, { laneId, epoch, index }: Place): boolean {
  if (event.name === 'MessageHeld') return event.held.laneId === laneId && event.held.message === index;
  if (!('laneId' in event) || event.laneId !== laneId) return false;
  if (event.name === 'EpochDelivered') return event.epoch === epoch;
  if (event.name === 'Outboxed') return event.kind === 'BOUNCE' && event.target === bounceTargetOf(index);
  return 'message' in event && event.message === index;
}

function heldIn(seen: readonly BridgeEvent[]): Extract<BridgeEvent, { name: 'MessageHeld' }> | undefined {
  return seen.find((event) => event.name === 'MessageHeld');
}

function heldFacts(seen: readonly BridgeEvent[]): Pick<MessageFacts, 'held' | 'outboxIndex'> {
  const held = heldIn(seen);
  if (held === undefined) return {};
  const names = seen.map(({ name }) => name);
  const outcome = names.includes('HeldMinted') ? 'minted' : names.includes('HeldBounced') ? 'bounced' : 'held';
  const bounce = seen.find((event) => event.name === 'Outboxed');
  return { held: { reason: held.reason, outcome }, ...(bounce === undefined ? {} : { outboxIndex: bounce.index }) };
}

/** Asked only of a message that is held: the record first, as the contract does, then its recipient. */
async function holdReasonNow(
  trading: TradingChain,
  about: { laneId: bigint; rightsId: Hex; message: Message; seen: readonly BridgeEvent[] },
): Promise<Pick<MessageFacts, 'holdReasonNow'>> {
  if (heldFacts(about.seen).held?.outcome !== 'held') return {};
  const ofRecord = await trading.recordHoldReason(about.laneId, about.rightsId);
  const reason = ofRecord ?? (await tokenReason(trading, about.rightsId, about.message.recipient));
  return reason === undefined ? {} : { holdReasonNow: reason };
}

/** The token has the last word: whether it is paused, and whom it accepts. */
async function tokenReason(trading: TradingChain, rightsId: Hex, recipient: Hex): Promise<HoldReason | undefined> {
  const listing = await trading.listing(rightsId);
  if (listing === undefined) return 'RECORD_NOT_LISTED';
  const [flags, status] = await Promise.all([
    trading.accountFlags(listing.token, recipient),
    trading.tokenStatus(listing.token),
  ]);
  if (status.paused) return 'TOKEN_PAUSED';
  const isRefused = flags.blocked || (status.eligibility === 'ONBOARDED_ONLY' && !flags.onboarded);
  return isRefused || isNeverAccepted(recipient, listing.token, trading) ? 'RECIPIENT_REFUSED' : undefined;
}

/** No token is credited to nobody, to itself or to the bridge. */
function isNeverAccepted(recipient: Hex, token: Hex, { addresses }: TradingChain): boolean {
  return [`0x${'00'.repeat(20)}`, token, addresses.bridge].includes(recipient);
}

function stepOf(event: BridgeEvent): Step {
  const { blockNumber: block, txHash } = event;
  const steps: Partial<Record<BridgeEvent['name'], string>> = {
    EpochDelivered: 'delivered',
    MessageHeld: 'held',
    HeldMinted: 'minted by retry',
    HeldBounced: 'bounced',
    Outboxed: 'put into the outbox',
  };
  return { step: steps[event.name] ?? event.name, block, txHash };
}
