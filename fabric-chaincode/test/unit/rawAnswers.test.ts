import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { HEADER_MAGIC } from '@twinspan/protocol';
import fc from 'fast-check';
import { AssetNetwork, roles } from '../fakes/assetNetwork.ts';
import type { SendOptions } from '../fakes/assetNetwork.ts';
import { BRIDGE, CHAIN_ID, confidentialOf, lockAll, lockOf, registration } from '../fakes/fixtures.ts';
import { ReleaseScene } from '../fakes/releaseScene.ts';
import { attestorSet } from '../fakes/tradingChain.ts';
import { transactions } from '../../src/transactions.ts';

interface Sound {
  readonly mspId: string;
  readonly args: object;
  readonly options?: SendOptions;
}

/**
 * The function name is not part of what peers sign, so an endorsed answer that begins with the magic must come from
 * `readEpoch` whatever anyone asks.
 */
describe('only readEpoch answers with the magic of a header', () => {
  let network: AssetNetwork;
  let sound: ReadonlyMap<string, Sound>;

  before(async () => {
    const scene = await ReleaseScene.prepare();
    network = scene.network;
    const { laneId, rightsId } = scene;
    // Texts that people choose carry the magic.
    const register = registration(HEADER_MAGIC, { name: `${HEADER_MAGIC} name`, symbol: HEADER_MAGIC });
    const transient = confidentialOf('CustodianMSP', HEADER_MAGIC);
    await network.submit('CustodianMSP', 'register', register, { transient });
    const reference = lockOf(rightsId, 1n, { reference: HEADER_MAGIC });
    const [lockId] = await lockAll(network, 'CustodianMSP', laneId, [reference]);
    const { commitment } = await network.query('AuditorMSP', 'record', { rightsId });
    const batchId = lockId?.split(':')[0] ?? '';
    const entries = [scene.redeem(0n, 1n)];
    scene.chain.append(laneId, entries);
    const status = { mspId: 'RegistryMSP', args: { rightsId, reason: HEADER_MAGIC } };
    const ofLane = { mspId: 'AuditorMSP', args: { laneId } };
    const ofRecord = { mspId: 'AuditorMSP', args: { rightsId } };
    const paged = { mspId: 'AuditorMSP', args: { laneId, pageSize: 2, bookmark: '' } };
    sound = new Map<string, Sound>([
      ['register', { mspId: 'CustodianMSP', args: register, options: { transient } }],
      [
        'appraise',
        {
          mspId: 'CustodianMSP',
          args: { rightsId },
          options: { transient: confidentialOf('CustodianMSP', 'HB-1', { rating: 1 }) },
        },
      ],
      ['confirm', { mspId: 'RegistryMSP', args: { rightsId, commitment } }],
      ['value', { mspId: 'CustodianMSP', args: { rightsId, unitValue: '1', valuedAt: 1_799_000_000 } }],
      ['freeze', status],
      ['unfreeze', status],
      ['revoke', status],
      ['openLane', { mspId: 'CustodianMSP', args: { tradingChainId: CHAIN_ID, bridge: BRIDGE, ordinal: 1 } }],
      ['lock', { mspId: 'CustodianMSP', args: { laneId, locks: [reference] } }],
      ['cancelLocks', { mspId: 'CustodianMSP', args: { laneId, lockIds: [lockId] } }],
      ['seal', { mspId: 'CustodianMSP', args: { laneId, lockIds: [lockId], rightsIds: [] } }],
      ['readEpoch', { mspId: 'AuditorMSP', args: { laneId, epoch: '1' } }],
      ['release', { mspId: 'AuditorMSP', args: await scene.args(entries) }],
      ['approveAttestors', { mspId: 'AuditorMSP', args: attestorSet }],
      ['record', ofRecord],
      ['records', { mspId: 'AuditorMSP', args: {} }],
      ['holding', { mspId: 'AuditorMSP', args: { rightsId, account: 'treasury' } }],
      ['holdings', ofRecord],
      ['privateRecord', { mspId: 'RegistryMSP', args: { rightsId } }],
      ['history', ofRecord],
      ['lane', ofLane],
      ['lanes', { mspId: 'AuditorMSP', args: {} }],
      ['pendingLocks', paged],
      ['locks', { mspId: 'AuditorMSP', args: { batchId } }],
      ['epoch', { mspId: 'AuditorMSP', args: { laneId, epoch: '1' } }],
      ['supply', { mspId: 'AuditorMSP', args: { laneId, rightsId } }],
      ['supplies', paged],
      ['dirty', paged],
      ['attestors', { mspId: 'AuditorMSP', args: {} }],
      ['laneOutbox', ofLane],
      ['config', { mspId: 'AuditorMSP', args: {} }],
    ]);
  });

  for (const name of transactions.keys()) {
    it(name, async () => {
      const { mspId, args, options } = sound.get(name) ?? assert.fail('no sound argument');
      const answer = await network.propose(mspId, name, args, options);
      assert.equal(answer.status, 200, answer.message);
      assert.equal(answer.payload.toString('latin1').startsWith(HEADER_MAGIC), name === 'readEpoch');
      if (name === 'readEpoch') return;
      assert.ok(answer.payload.toString().startsWith('{'));

      const header = (await network.propose('AuditorMSP', 'readEpoch', sound.get('readEpoch')?.args)).payload;
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...roles.keys()),
          hostileArgument(args, header.toString('latin1')),
          async (caller, argument) => {
            const hostile = await network.propose(caller, name, argument, options);
            if (hostile.status === 500) assert.equal(hostile.payload.length, 0);
            assert.doesNotMatch(hostile.payload.toString('latin1'), /^TSE1/);
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  it('and nothing that anyone sent was a failure of ours', () => {
    assert.deepEqual(network.internalErrors, []);
  });
});

/** A sound argument with one value changed, or text that was never JSON. */
function hostileArgument(sound: object, header: string): fc.Arbitrary<string> {
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      HEADER_MAGIC,
      header,
      `"${HEADER_MAGIC}`,
      '',
      null,
      {},
      [],
      -1,
      0,
      1e21,
      '0',
      '-0',
      '../..',
    ),
    fc.string({ unit: 'binary' }),
    fc.anything({ maxDepth: 1 }),
    fc.bigInt().map(String),
  );
  const changed = fc
    .tuple(fc.constantFrom(...Object.keys(sound), 'extra', '__proto__'), value)
    .map(([key, hostile]) => textOf(Object.fromEntries([...Object.entries(sound), [key, hostile]])));
  return fc.oneof(changed, value.map(textOf), fc.constantFrom(header, HEADER_MAGIC, '{', '', 'null'));
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one)) as
    string | undefined;
  return text ?? 'undefined';
}
