import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { until, type Profile } from '@twinspan/devnet';
import { EMPTY_OUTBOX_HEAD, recordCommitmentOf, signCheckpoint, type Hex } from '@twinspan/protocol';
import { assembleBundle, bundleFromWire, bundleToWire, verifyBundle } from '../../src/index.ts';
import type { AssetEvent, Bundle, Committed, HeldMessage, Network } from '../../src/index.ts';
import { fault } from '../unit/fault.ts';
import { all } from './all.ts';
import { committedAt } from './committedAt.ts';
import { confidentialRecord } from './confidentialRecord.ts';
import { CrossingNetwork } from './crossingNetwork.ts';
import { policy } from './policy.ts';
import { provesWhatItSays } from './provesWhatItSays.ts';
import { Prover } from './prover.ts';

const UNIT_VALUE = 10n ** 18n;
const now = Math.floor(Date.now() / 1000);
const within10s = (abort: AbortController): AbortSignal => AbortSignal.any([abort.signal, AbortSignal.timeout(10_000)]);
const endorsers = ['CustodianMSP', 'AuditorMSP'];

/** The tests are one story: each takes up where the one before it ended. */
export function crossing(profile: Profile): void {
  const ends = new AsyncDisposableStack();
  let network: CrossingNetwork;
  let prover: Prover;
  let custodian: Network;
  let registry: Network;
  let auditor: Network;
  let venue: Network;
  let compliance: Network;
  let holder: Network;
  let laneId: bigint;
  let token: Hex;
  let bundle: Bundle;
  let held: HeldMessage;

  const record = confidentialRecord('HB-2026-0001', now);
  const { rightsId } = record;
  const terms = { name: 'Hubei rooftops', symbol: 'HBR', decimals: 0 };

  before(async () => {
    prover = ends.use(await Prover.start());
    network = ends.use(await CrossingNetwork.start(profile));
    custodian = network.open('custodian', 'carrier1');
    registry = network.open('registry', 'carrier2');
    auditor = network.open('auditor', 'carrier3');
    venue = network.open('custodian', 'venueAdmin');
    compliance = network.open('custodian', 'compliance');
    holder = network.open('auditor', 'holder1');
  });

  after(() => ends.disposeAsync());

  async function bundleOf(epoch: bigint): Promise<Bundle> {
    const [endorsed, view] = await Promise.all([
      auditor.asset.endorseEpoch(laneId, epoch, endorsers),
      auditor.asset.epoch(laneId, epoch),
    ]);
    assert.ok(view !== undefined);
    return assembleBundle(endorsed, view.words, auditor.consortium.members);
  }

  const everywhere = <Result>(committed: Promise<Committed<Result>>): Promise<Result> =>
    committedAt([custodian.asset, registry.asset, auditor.asset], committed);

  async function deliver(epoch: bigint): Promise<bigint> {
    const receipt = await (await auditor.trading.deliver(await bundleOf(epoch))).confirmed();
    return receipt.blockNumber;
  }

  it('is registered, confirmed and credited', async () => {
    const result = await everywhere(
      custodian.asset.register(
        {
          registrationNumber: 'HB-2026-0001',
          ...terms,
          issuedUnits: 1_000n,
          account: 'house',
          unitValue: UNIT_VALUE,
          valuedAt: now,
        },
        record,
      ),
    );
    assert.deepEqual(result, { rightsId, commitment: recordCommitmentOf(record) });
    assert.equal((await auditor.asset.record(rightsId))?.status, 'REGISTERED');

    await everywhere(registry.asset.confirm(result));
    const view = await auditor.asset.record(rightsId);
    assert.deepEqual(
      [view?.status, view?.commitment, view?.pendingCommitment],
      ['ACTIVE', result.commitment, undefined],
    );
    assert.equal((await auditor.asset.holding(rightsId, 'house')).units, 1_000n);
  });

  it('keeps its confidential fields inside the record orgs', async () => {
    assert.deepEqual((await registry.asset.privateRecord(rightsId))?.record, record);
    await assert.rejects(auditor.asset.privateRecord(rightsId), fault('FORBIDDEN'));
  });

  it('refuses what an org may not do, with nothing written', async () => {
    await assert.rejects(custodian.asset.freeze(rightsId, 'not mine to do'), fault('FORBIDDEN'));
    assert.equal(await auditor.asset.record(`0x00${'00'.repeat(31)}`), undefined);
  });

  it('has a lane, a mirror token and attestors', async () => {
    const { trading } = venue;
    const args = { tradingChainId: BigInt(trading.chainId), bridge: trading.addresses.bridge, ordinal: 0 };
    laneId = (await everywhere(custodian.asset.openLane(args))).laneId;
    assert.equal((await everywhere(custodian.asset.openLane(args))).laneId, laneId);
    assert.equal((await auditor.asset.lane(laneId))?.epoch, 0n);

    await (await trading.list({ rightsId, laneId, ...terms, eligibility: 'ONBOARDED_ONLY' })).confirmed();
    const listing = await trading.listing(rightsId);
    assert.equal(listing?.laneId, laneId);
    token = listing.token;
    await (await compliance.trading.onboard(token, [network.addressOf('holder1')])).confirmed();

    const attestors = ['attestor1', 'attestor2', 'attestor3'].map((name) => network.addressOf(name)).sort();
    assert.equal(await auditor.asset.attestors(), undefined);
    const set = { attestors, threshold: 2 };
    assert.equal((await everywhere(custodian.asset.approveAttestors(set))).isInForce, false);
    assert.equal((await everywhere(registry.asset.approveAttestors(set))).isInForce, true);
    assert.deepEqual(await auditor.asset.attestors(), set);
  });

  it('locks, seals and endorses', async () => {
    const lock = { rightsId, account: 'house', reference: 'A-17' };
    const result = await everywhere(
      custodian.asset.lock(laneId, [
        { ...lock, recipient: network.addressOf('holder1'), units: 40n },
        { ...lock, recipient: network.addressOf('holder2'), units: 5n },
      ]),
    );
    assert.equal((await auditor.asset.locks(result.batchId))?.locks[1]?.place.state, 'pending');
    await assert.rejects(
      custodian.asset.lock(laneId, [{ ...lock, recipient: token, units: 956n }]),
      fault('HOLDING_SHORT'),
    );

    const sealed = await everywhere(custodian.asset.seal({ laneId, lockIds: result.lockIds }));
    assert.deepEqual(sealed, { epoch: 1n, firstMessage: 0n, messageCount: 2, stateCount: 1 });
    assert.deepEqual((await auditor.asset.locks(result.batchId))?.locks[1]?.place, {
      state: 'sealed',
      epoch: 1n,
      message: 1n,
    });

    bundle = await bundleOf(1n);
    const { words } = verifyBundle(bundleFromWire(bundleToWire(bundle)), auditor.consortium);
    assert.deepEqual(
      words.messages.map(({ units }) => units),
      [40n, 5n],
    );
    await assert.rejects(auditor.asset.endorseEpoch(laneId, 2n, endorsers), fault('EPOCH_UNKNOWN'));
  });

  it('is backed by a proof', async () => {
    const commitment = recordCommitmentOf(record);
    assert.equal(await auditor.trading.backing(commitment), undefined);
    const bound = { units: 100n, unitValue: UNIT_VALUE, until: now + 30 * 86_400 };
    const proof = await prover.prove(record, policy, bound);
    await assert.rejects(auditor.trading.prove({ ...proof, bounds: [{ ...bound, units: 101n }] }), fault('PROOF_BAD'));
    await (await auditor.trading.prove(proof)).confirmed();
    assert.deepEqual(await auditor.trading.backing(commitment), bound);
    assert.deepEqual((await auditor.trading.policy()).policy, policy);
  });

  it('is delivered: one mints, one is held for its recipient', async () => {
    await (await auditor.trading.deliver(bundle)).confirmed();
    assert.equal(await auditor.trading.balanceOf(token, network.addressOf('holder1')), 40n);
    const traces = await auditor.trading.heldMessages(laneId);
    assert.deepEqual(
      traces.map(({ reason, state, held: { message, units } }) => ({ reason, state, message, units })),
      [{ reason: 'RECIPIENT_REFUSED', state: 'held', message: 1n, units: 5n }],
    );
    held = traces[0]?.held ?? assert.fail();
    assert.deepEqual(await auditor.trading.bridgeSupply(laneId, rightsId), {
      sealed: 45n,
      released: 0n,
      held: 5n,
      outboxed: 0n,
    });
    await assert.rejects(auditor.trading.deliver(bundle), fault('EPOCH_OUT_OF_ORDER'));
    await assert.rejects(auditor.trading.retry(held), fault('STILL_HELD'));
  });

  it('mints by retry once the recipient is onboarded', async () => {
    await (await compliance.trading.onboard(token, [network.addressOf('holder2')])).confirmed();
    await (await auditor.trading.retry(held)).confirmed();
    assert.equal(await auditor.trading.balanceOf(token, network.addressOf('holder2')), 5n);
    assert.equal(await auditor.trading.isHeld(held), false);
    assert.equal((await auditor.trading.heldMessages(laneId))[0]?.state, 'minted');
  });

  it('comes back: redeemed, attested, released', async () => {
    const redemption = await (await holder.trading.redeem({ rightsId, units: 15n, account: 'returns' })).confirmed();
    await assert.rejects(holder.trading.redeem({ rightsId, units: 26n, account: 'returns' }), fault('BALANCE_SHORT'));
    const block = await until('the redemption is final', async () => {
      const final = await auditor.trading.finalizedBlock();
      return final >= redemption.blockNumber ? final : undefined;
    });
    const checkpoint = await auditor.trading.checkpoint(block);
    const [proof, releases] = await Promise.all([
      auditor.trading.proof(laneId, checkpoint),
      auditor.trading.outboxEntries({ laneId, fromIndex: 0n, fromHead: EMPTY_OUTBOX_HEAD, throughBlock: block }),
    ]);
    assert.equal(releases.length, 1);
    await provesWhatItSays(auditor.trading, { laneId, final: block, outboxedAt: redemption.blockNumber });
    const domain = { tradingChainId: BigInt(auditor.trading.chainId), bridge: auditor.trading.addresses.bridge };
    const signatures = ['attestor1', 'attestor3']
      .sort((a, b) => (network.addressOf(a) < network.addressOf(b) ? -1 : 1))
      .map((name) => signCheckpoint(domain, checkpoint, network.keyOf(name)));
    const args = { laneId, releases, checkpoint, signatures, ...proof };

    await assert.rejects(auditor.asset.release({ ...args, signatures: signatures.slice(1) }), fault('QUORUM_MISSING'));
    const result = await everywhere(auditor.asset.release(args));
    assert.deepEqual(result, { applied: 1, releasedThrough: 1n });
    assert.equal((await auditor.asset.holding(rightsId, 'returns')).units, 15n);
    assert.deepEqual((await auditor.asset.release(args)).result, { applied: 0, releasedThrough: 1n });
  });

  it('ends with the supply of both chains in agreement', async () => {
    const dirty = await all(auditor.asset.dirty(laneId));
    assert.deepEqual(dirty, [{ rightsId, isAttested: true }]);
    const { epoch } = await everywhere(registry.asset.seal({ laneId, lockIds: [], rightsIds: [rightsId] }));
    await deliver(epoch);

    const [inside, outside, minted] = await Promise.all([
      auditor.asset.supply(laneId, rightsId),
      auditor.trading.bridgeSupply(laneId, rightsId),
      auditor.trading.totalSupply(token),
    ]);
    assert.deepEqual(inside, { rightsId, sealed: 45n, released: 15n });
    assert.deepEqual(outside, { sealed: 45n, released: 15n, held: 0n, outboxed: 15n });
    assert.equal(minted, inside.sealed - inside.released);
    assert.equal((await auditor.trading.bridgeLane(laneId)).releasedThrough, 1n);
  });

  it('stops the token of a frozen record', async () => {
    await everywhere(registry.asset.freeze(rightsId, 'disputed'));
    const { epoch } = await everywhere(registry.asset.seal({ laneId, lockIds: [], rightsIds: [rightsId] }));
    await deliver(epoch);
    assert.equal((await auditor.trading.tokenStatus(token)).halted, true);
    await assert.rejects(holder.trading.transfer(token, network.addressOf('holder2'), 1n), fault('TOKEN_HALTED'));
  });

  it('told it all in events, from any cursor on', async () => {
    const abort = new AbortController();
    const seen: AssetEvent[] = [];
    for await (const event of auditor.asset.events({ from: { blockNumber: 0n }, signal: within10s(abort) })) {
      seen.push(event);
      if (event.name === 'Sealed' && event.epoch === 3n) abort.abort();
    }
    const told = seen.map(({ name }) => name).join(' ');
    const founding = 'RecordChanged RecordChanged LaneOpened AttestorsApproved AttestorsApproved';
    assert.equal(told, `${founding} Locked Sealed Released Sealed RecordChanged Sealed`);
    const third = seen[2] ?? assert.fail();
    const resume = new AbortController();
    for await (const event of auditor.asset.events({ from: third, signal: within10s(resume) })) {
      assert.equal(event.name, 'AttestorsApproved');
      resume.abort();
    }
    assert.ok((await auditor.asset.height()) > third.blockNumber);
    const { atSeconds, ...ended } = (await auditor.asset.outcome(third.txId)) ?? assert.fail();
    assert.deepEqual(ended, { valid: true, validationCode: 0 });
    assert.ok(Math.abs(Date.now() / 1_000 - atSeconds) < 600, `${atSeconds}`);
    assert.equal(await auditor.asset.outcome('00'.repeat(32)), undefined);
  });

  it('wrote its history on both chains', async () => {
    const history = await auditor.asset.history(rightsId);
    assert.deepEqual(
      history.map(({ value }) => value.status),
      ['FROZEN', 'ACTIVE', 'REGISTERED'],
    );
    const { deployedAtBlock } = auditor.trading.addresses;
    const toBlock = await auditor.trading.blockNumber();
    const events = await all(auditor.trading.bridgeEvents({ fromBlock: deployedAtBlock, toBlock }));
    const names = events.map(({ name }) => name).filter((name) => name !== 'StateAttested');
    assert.deepEqual(names, [
      'PolicySet',
      'Listed',
      'BackingProven',
      'EpochDelivered',
      'MessageHeld',
      'HeldMinted',
      'Outboxed',
      'EpochDelivered',
      'EpochDelivered',
    ]);
  });
}
