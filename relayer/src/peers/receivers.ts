import { Fault, unpackBound } from '@twinspan/protocol';
import { bundleFromWire, verifyBundle } from '@twinspan/sdk';
import type { Bundle } from '@twinspan/sdk';
import type { CarryModules, CarryOptions } from '../back/modules.ts';
import { improves, proofFromWire, proofIdOf, turnMs } from '../back/proofs.ts';
import { laneKey } from '../db/keys.ts';
import type { ProofBody } from '../db/tables.ts';
import type { LaneStanding } from '../lanes.ts';
import { acceptBundle } from '../mint/bundles.ts';
import type { MintModules, MintOptions } from '../mint/modules.ts';
import { attestationsFromWire } from '../release/attestations.ts';
import type { Attestation } from '../release/attestations.ts';
import type { ReleaseModules } from '../release/modules.ts';
import { InTurn } from '../inTurn.ts';
import type { Receive, Reception } from './gate.ts';
import { ProofToll } from './proofToll.ts';

/** How far ahead of the last known epoch a bundle may be: what is further off is asked for when its time comes. */
const MOST_EPOCHS_AHEAD = 256n;
/** How far an attested block may be from this node's tip. */
const MOST_BLOCKS_AWAY = 1_024n;

/** Bundles: the same checks as the contract's, then into the pipeline. */
export function receiveBundle(options: MintOptions, modules: MintModules): Receive {
  const { tables, lanes, consortium } = modules;
  return async (text) => {
    const bundle = bundleFromWire(text);
    const { laneId, epoch } = bundle;
    const known = lanes.get(laneId);
    if (known === undefined ? !options.learnsLanes : !isWanted(bundle, known, modules)) return 'known';
    const verified = verifyBundle(bundle, consortium);
    const { header } = verified;
    if (header.bridge !== options.bridge || header.tradingChainId !== options.tradingChainId) {
      throw new Fault('BRIDGE_WRONG', `the bundle is for bridge ${header.bridge}`);
    }
    if (known === undefined && !isWanted(bundle, await learnLane(laneId, modules), modules)) return 'known';
    const writes = tables.writes('peers/bundle');
    const isNews = acceptBundle(bundle, verified, modules, writes);
    await writes.commit();
    lanes.sealed(laneId, epoch);
    return isNews ? 'news' : 'known';
  };
}

function isWanted({ laneId, epoch }: Bundle, lane: LaneStanding, { tables }: MintModules): boolean {
  if (epoch <= lane.delivered || epoch > lane.sealed + MOST_EPOCHS_AHEAD) return false;
  const key = laneKey(laneId, epoch);
  return tables.queues.deliver.get(key) === undefined && tables.queues.confirmMint.get(key) === undefined;
}

/** The consortium has endorsed an epoch of this lane for our bridge: that is all that a carrier asks of a lane. */
async function learnLane(laneId: bigint, { lanes, trading }: MintModules): Promise<LaneStanding> {
  const delivered = await trading.bridgeLane(laneId);
  return lanes.adopt({ laneId, epoch: delivered.epoch }, delivered);
}

/** Attestations: by attestors in force, over blocks that are near, one kept per attestor and block. One that is bad spoils its message. */
export function receiveAttestations(modules: KeepModules, latest: () => bigint): Receive {
  const turns = new InTurn();
  return async (text, from) => {
    const rows = attestationsFromWire(text).filter((row) => isNear(row, latest()) && !isKept(row, modules));
    if (rows.length === 0) return 'known';
    const attestors = await modules.attestors();
    for (const row of rows) modules.attestations.verify(row, attestors);
    // What is first, and what contradicts it, is told by what is kept: nothing may be on its way to being kept meanwhile.
    return turns.run(() => keepAttestations(rows, from, modules));
  };
}

type KeepModules = Pick<ReleaseModules, 'attestations' | 'attestors' | 'tables' | 'clock' | 'metrics' | 'log'>;

function isNear({ blockNumber }: Attestation, latest: bigint): boolean {
  return (blockNumber > latest ? blockNumber - latest : latest - blockNumber) <= MOST_BLOCKS_AWAY;
}

/** By what it says and not by its bytes: one attestor can sign the same any number of times. */
function isKept({ blockNumber, attestor, blockHash, stateRoot }: Attestation, { attestations }: KeepModules): boolean {
  const known = attestations.get(blockNumber, attestor);
  return known?.blockHash === blockHash && known.stateRoot === stateRoot;
}

/** Both sides of a conflict are passed on, so that every node has the proof; what follows them is not. */
async function keepAttestations(rows: readonly Attestation[], from: string, modules: KeepModules): Promise<Reception> {
  const { attestations, tables, clock, metrics } = modules;
  const writes = tables.writes('peers/attestation');
  const kept = rows.map((row) => ({ row, as: attestations.keep(row, { atMs: clock(), from }, writes) }));
  await writes.commit();
  for (const { row, as } of kept) {
    if (as === 'first') metrics.list.attestationsSeen.inc({ attestor: row.attestor });
    if (as === 'conflict') reportConflict(row, from, modules);
  }
  return kept.some(({ as }) => as === 'first' || as === 'conflict') ? 'news' : 'known';
}

function reportConflict({ attestor, blockNumber }: Attestation, from: string, { metrics, log }: KeepModules): void {
  metrics.list.attestationConflicts.inc();
  const code = 'ATTESTATION_CONFLICT';
  log.error({ code, attestor, block: blockNumber.toString(), from }, 'an attestor signed two checkpoints of a block');
}

/** Proofs of one kind or another that wait for their turn here at most. */
const MOST_PROOFS = 512;
/** How long the policy in force is not asked for again. */
const POLICY_MS = 1_000;

/** Proofs of backings: the contract itself says whether one holds, before it is kept or passed on. */
export function receiveProof({ turns }: CarryOptions, modules: CarryModules): Receive {
  const { tables, trading, clock } = modules;
  const { submitProof, confirmProof } = tables.queues;
  const held: Pick<CarryModules['trading'], 'policy' | 'backing'> = {
    policy: heldFor(POLICY_MS, () => trading.policy(), clock),
    backing: (...of) => trading.backing(...of),
  };
  const toll = new ProofToll(clock);
  const isWanted = (id: string): boolean =>
    submitProof.get(id) === undefined && confirmProof.get(id) === undefined && submitProof.size < MOST_PROOFS;

  const look = async (body: ProofBody, id: string): Promise<Reception> => {
    if (!isWanted(id) || !(await improves(body, { trading: held }))) return 'known';
    const { commitments, bounds, proof } = body;
    await trading.tryProve({ commitments, bounds: bounds.map(unpackBound), proof });
    const writes = tables.writes('peers/proof');
    submitProof.addOnce(writes, id, body, { notBeforeMs: turnMs(id, turns, clock()) });
    await writes.commit();
    return 'news';
  };
  return async (text, from) => {
    const body = proofFromWire(text);
    const id = proofIdOf(body);
    return isWanted(id) ? toll.pass(from, () => look(body, id)) : 'known';
  };
}

/** What `ask` answered, for as long; a failure is not held. */
function heldFor<Answer>(ms: number, ask: () => Promise<Answer>, clock: () => number): () => Promise<Answer> {
  let held: { readonly untilMs: number; readonly answer: Answer } | undefined;
  return async () => {
    if (held === undefined || clock() >= held.untilMs) {
      const untilMs = clock() + ms;
      held = { untilMs, answer: await ask() };
    }
    return held.answer;
  };
}
