import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LANE } from '../fakes/memoryAsset.ts';
import { FaultScene } from '../faults/faultScene.ts';
import { lies } from '../faults/lies.ts';

/** Blocks that a lie lasts when nobody needs to notice it. */
const UNNOTICED_BLOCKS = 8;

describe('a node of the trading chain that', () => {
  let scene: FaultScene;

  before(async () => {
    scene = await FaultScene.start();
    scene.asset.lock(1n, 2n, 3n);
    await scene.allCarried();
  });

  after(() => scene[Symbol.asyncDispose]());

  for (const { name, lie, code } of lies) {
    it(`${name} costs nothing but time`, async () => {
      const [proxy] = scene.proxies;
      assert.ok(proxy !== undefined);
      const faultsBefore = code === undefined ? 0 : await scene.faults(code);
      scene.asset.lock(1n, 2n);
      await scene.bounce();
      proxy.lie = lie();
      if (code === undefined) {
        for (let block = 0; block < UNNOTICED_BLOCKS; block++) await scene.untilMined('a block', () => true);
      } else {
        await scene.untilMined(`the fault ${code}`, async () =>
          (await scene.faults(code)) > faultsBefore ? true : undefined,
        );
      }
      await requireNothingFalse(scene);
      proxy.lie = undefined;
      const lane = await scene.allCarried();
      await scene.allHome();
      assert.equal(lane.epoch, BigInt(scene.asset.sealedEpochs));
      await requireNothingFalse(scene);
    });
  }
});

async function requireNothingFalse(scene: FaultScene): Promise<void> {
  assert.deepEqual(await scene.falseAttestations(), []);
  const outboxed = await scene.truth.outboxLength(LANE);
  assert.ok(BigInt(scene.releasing.released.length) <= outboxed);
  const { delivered = 0n } = scene.composed.shared.lanes.get(LANE) ?? {};
  assert.ok(delivered <= (await scene.lane()).epoch);
}
