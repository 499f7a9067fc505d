import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { laneKey } from '../../src/db/keys.ts';
import { LANE } from '../fakes/memoryAsset.ts';
import { AnvilChain } from '../faults/anvilChain.ts';
import { FaultScene } from '../faults/faultScene.ts';
import type { SceneOptions } from '../faults/faultScene.ts';

describe('a reorganization of the trading chain', () => {
  let scene: FaultScene;

  afterEach(() => scene[Symbol.asyncDispose]());

  const start = async (options: SceneOptions): Promise<void> => {
    scene = await FaultScene.start(options);
    scene.asset.lock(1n, 2n);
    await scene.allCarried();
  };
  const heads = () => scene.composed.shared.heads;
  /** The node has applied everything that there is. */
  const caughtUp = (): Promise<true> =>
    scene.untilMined('the node to catch up', async () =>
      heads().latest === (await scene.truth.blockNumber()) ? true : undefined,
    );
  const allFinal = (): Promise<true> =>
    scene.untilMined('all to be final', () =>
      scene.composed.ground.tables.queues.confirmMint.size === 0 ? true : undefined,
    );
  const outboxOf = async (): Promise<number> => Number(await scene.truth.outboxLength(LANE));

  it('that takes epochs away has them carried again', async () => {
    await start({ finality: { depth: 12 } });
    scene.asset.lock(3n);
    await scene.allCarried();
    await scene.anvil.reorganize(10);
    assert.equal((await scene.lane()).epoch < BigInt(scene.asset.sealedEpochs), true);
    const lane = await scene.allCarried();
    assert.equal(lane.nextMessage, 3n);
    await allFinal();
  });

  it('deeper than a span, while the node reads, has them carried again', async () => {
    await start({ finality: { depth: 40 }, spanBlocks: 3 });
    for (let round = 0; round < 3; round++) {
      scene.asset.lock(4n);
      await scene.allCarried();
    }
    await scene.anvil.mine(25);
    await scene.anvil.reorganize(30);
    await scene.anvil.mine(5);
    await scene.anvil.reorganize(4);
    const lane = await scene.allCarried();
    assert.equal(lane.nextMessage, 5n);
    await allFinal();
  });

  it('that takes an outbox entry away has nothing attested or released for it', async () => {
    await start({ finality: { depth: 8 } });
    await scene.anvil.mine(10);
    await caughtUp();
    const { tables } = scene.composed.ground;
    await scene.bounce();
    await scene.untilMined('the entry', async () => ((await outboxOf()) === 1 ? true : undefined));
    await caughtUp();
    assert.notEqual(await tables.outbox.get(laneKey(LANE, 0n)), undefined);
    await scene.anvil.reorganize(7);
    await caughtUp();
    assert.equal(await outboxOf(), 0);
    assert.equal(await tables.outbox.get(laneKey(LANE, 0n)), undefined);
    assert.deepEqual(scene.attested, []);
    assert.deepEqual(scene.releasing.released, []);
    await scene.bounce();
    await scene.untilMined('the release', () => (scene.releasing.released.length === 1 ? true : undefined));
    assert.equal(await outboxOf(), 1);
    assert.deepEqual(await scene.falseAttestations(), []);
  });

  it('that undoes the end of a hold has the message held again', async () => {
    await start({ finality: { depth: 6 } });
    await scene.anvil.mine(10);
    await caughtUp();
    const { tables } = scene.composed.ground;
    const { message } = await scene.bounce();
    const key = laneKey(LANE, message);
    await scene.untilMined('the end of the hold', async () =>
      (await tables.held.get(key)) === undefined ? true : undefined,
    );
    await scene.anvil.reorganize(5);
    await scene.untilMined('the hold', () => tables.held.get(key));
    assert.notEqual(tables.queues.retry.get(key), undefined);
  });

  it('of final blocks stops attesting with an alert, over restarts, and carrying goes on', async () => {
    await start({ finality: { depth: 2 } });
    await scene.anvil.mine(6);
    await caughtUp();
    await scene.anvil.reorganize(8);
    await scene.untilMined('the alert', () => heads().distrust);
    assert.equal(heads().distrust?.code, 'REORG_BEHIND_FINAL');
    assert.ok((await scene.faults('REORG_BEHIND_FINAL')) > 0);
    scene.asset.lock(5n);
    await scene.allCarried();
    const before = scene.attested.length;
    await scene.bounce();
    const { queues, follows } = scene.composed.ground.tables;
    await scene.untilMined('a refused attestation', () => [...queues.attest.all()].find((job) => job.parked));
    assert.equal(scene.attested.length, before);
    assert.deepEqual(scene.releasing.released, []);
    // What a restart begins with.
    assert.notEqual((await follows.get('trading'))?.replacedFinal, undefined);
  });
});

describe('two endpoints of which one lies', () => {
  it('stop what depends on them, and go on when the lies stop', async () => {
    await using scene = await FaultScene.start({ endpoints: 2 });
    scene.asset.lock(1n);
    await scene.allCarried();
    const [, second] = scene.proxies;
    assert.ok(second !== undefined);
    // Whole and consistent blocks of another chain with the same id.
    await using other = await AnvilChain.start();
    await other.mine(200);
    const elsewhere = new Map<unknown, unknown>();
    for (let block = 0n; block <= 200n; block++) {
      const number = `0x${block.toString(16)}`;
      elsewhere.set(number, await other.call('eth_getBlockByNumber', number, false));
    }
    const attested = scene.attested.length;
    second.lie = ({ method, params }) => {
      const lied = elsewhere.get(params[0]);
      return method === 'eth_getBlockByNumber' && lied !== undefined ? { result: lied } : undefined;
    };
    scene.asset.lock(2n);
    await scene.untilMined('the disagreement', async () =>
      (await scene.faults('ENDPOINTS_DISAGREE')) > 0 ? true : undefined,
    );
    const { values } = await scene.composed.shared.metrics.list.disagreements.get();
    assert.deepEqual(
      values.filter(({ value }) => value > 0).map(({ labels }) => labels.what),
      ['block'],
    );
    assert.equal(scene.attested.length, attested);
    second.lie = undefined;
    await scene.allCarried();
    await scene.bounce();
    await scene.allHome();
    assert.deepEqual(await scene.falseAttestations(), []);
  });
});
