import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  confidentialRecordSchema,
  hexField,
  laneIdField,
  rightsIdField,
  unitsField,
  uint64Field,
} from '@twinspan/protocol';
import { z } from 'zod';
import { AssetNetwork, jsonOf } from '../fakes/assetNetwork.ts';
import { commitmentOf, holdingOf, registration } from '../fakes/fixtures.ts';
import { ReleaseScene } from '../fakes/releaseScene.ts';

/** The golden vectors of the protocol, with what the chaincode itself makes of them. */
function vectors<Case extends z.ZodType, Refused extends z.ZodType>(
  name: string,
  shape: Case,
  refused: Refused,
): { readonly cases: z.output<Case>[]; readonly refused: z.output<Refused>[] } {
  const file = new URL(`../../../bridge/protocol/vectors/${name}.json`, import.meta.url);
  const whole = z.object({ count: z.int().min(1), cases: z.array(shape), refused: z.array(refused).default([]) });
  const parsed = whole.parse(JSON.parse(readFileSync(file, 'utf8')));
  assert.equal(parsed.cases.length, parsed.count);
  return parsed;
}

const word = hexField(32);
const rightsIds = vectors(
  'rights-ids',
  z.object({ mspId: z.string(), registrationNumber: z.string(), rightsId: rightsIdField }),
  z.unknown(),
).cases;
const [first, second] = vectors(
  'record-commitments',
  z.object({ record: confidentialRecordSchema, commitment: word }),
  z.unknown(),
).cases;
assert.ok(first !== undefined && second !== undefined);

const number =
  rightsIds.find(({ rightsId }) => rightsId === first.record.rightsId)?.registrationNumber ?? assert.fail('no such id');
const { rightsId } = first.record;

describe('golden vectors', () => {
  it('record ids and commitments', async () => {
    const network = new AssetNetwork();
    const registered = await network.submit('CustodianMSP', 'register', registration(number), {
      transient: first.record,
    });
    assert.deepEqual(jsonOf(registered), { rightsId, commitment: first.commitment });
    const appraised = await network.submit('CustodianMSP', 'appraise', { rightsId }, { transient: second.record });
    assert.equal(commitmentOf(appraised), second.commitment);
  });

  it('terms', async () => {
    const shape = z.object({
      rightsId: word,
      decimals: z.int(),
      name: z.string(),
      symbol: z.string(),
      termsHash: word,
    });
    const ours = vectors('terms-hashes', shape, z.unknown()).cases.filter((one) => one.rightsId === rightsId);
    assert.ok(ours.length >= 2);
    for (const { decimals, name, symbol, termsHash } of ours) {
      const network = new AssetNetwork();
      const args = registration(number, { decimals, name, symbol });
      await network.submit('CustodianMSP', 'register', args, { transient: first.record });
      assert.equal((await network.query('AuditorMSP', 'record', { rightsId })).termsHash, termsHash);
    }
  });

  it('lane ids', async () => {
    const shape = z.object({
      mspId: z.string(),
      tradingChainId: uint64Field,
      bridge: hexField(20),
      ordinal: z.int(),
      laneId: laneIdField,
    });
    const ours = vectors('lane-ids', shape, z.unknown()).cases.filter(({ mspId }) => mspId === 'CustodianMSP');
    assert.ok(ours.length >= 2);
    for (const { mspId, laneId, ...args } of ours) {
      const opened = await new AssetNetwork().submit(mspId, 'openLane', args);
      assert.equal(jsonOf(opened).laneId, laneId.toString());
    }
  });

  it('outbox heads', async () => {
    const shape = z.object({
      index: uint64Field,
      kind: z.enum(['REDEEM', 'BOUNCE']),
      rightsId: rightsIdField,
      units: unitsField,
      target: word,
      headAfter: word,
    });
    const [entry] = vectors('outbox', shape, z.unknown()).cases;
    assert.ok(entry !== undefined);
    const { headAfter, ...release } = entry;
    const scene = await ReleaseScene.prepare({ number });
    assert.equal(scene.rightsId, release.rightsId);
    await scene.appendAndRelease([release]);
    const outbox = await scene.network.query('AuditorMSP', 'laneOutbox', { laneId: scene.laneId });
    assert.equal(outbox.head, headAfter);
  });

  it('targets that are accounts and targets that are none', async () => {
    const { cases, refused } = vectors(
      'accounts',
      z.object({ account: z.string(), bytes32: word }),
      z.object({ name: z.string(), bytes32: word }),
    );
    const scene = await ReleaseScene.prepare();
    const targets = [...cases, ...refused].map(({ bytes32 }) => bytes32);
    await scene.appendAndRelease(targets.map((target, i) => ({ ...scene.redeem(BigInt(i), 1n), target })));
    for (const { account } of cases)
      assert.ok((await holdingOf(scene.network, scene.rightsId, account)) >= 1n, account);
    const unclaimed = cases.filter(({ account }) => account === 'unclaimed').length + refused.length;
    assert.equal(await holdingOf(scene.network, scene.rightsId, 'unclaimed'), BigInt(unclaimed));
  });
});
