import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { decodeJob, decodeResult, encodeJob, encodeResult, jobIdOf } from '../../../src/prover/queue/job.ts';
import { seal, unseal } from '../../../src/prover/queue/sealed.ts';
import { recordOf, requestOf } from '../../fakes/records.ts';

const key = randomBytes(32);
const jobId = 'ab'.repeat(32);
const request = requestOf(recordOf(1));

describe('what lies in the broker', () => {
  it('opens with the key, as what it was sealed as, under its job id', () => {
    const sealed = seal(key, 'job', jobId, 'confidential');
    assert.equal(unseal(key, 'job', jobId, sealed), 'confidential');
    assert(!Buffer.from(sealed).toString('latin1').includes('confidential'));
  });

  it('does not open with another key, as another sort, or under another job id', () => {
    const sealed = seal(key, 'job', jobId, 'confidential');
    assert.equal(unseal(randomBytes(32), 'job', jobId, sealed), undefined);
    assert.equal(unseal(key, 'result', jobId, sealed), undefined);
    assert.equal(unseal(key, 'job', 'cd'.repeat(32), sealed), undefined);
  });

  it('does not open when any bit of it was changed, or an end is missing', () => {
    const sealed = Buffer.from(seal(key, 'job', jobId, 'confidential'));
    for (let place = 0; place < sealed.length; place += 1) {
      const altered = Buffer.from(sealed);
      altered[place] = (altered[place] ?? 0) ^ 1;
      assert.equal(unseal(key, 'job', jobId, altered), undefined, `byte ${place}`);
      assert.equal(unseal(key, 'job', jobId, sealed.subarray(0, place)), undefined, `cut at ${place}`);
    }
  });
});

describe('a proof job', () => {
  it('survives its writing', () => {
    const job = { policy: 3n, records: [request, requestOf(recordOf(2))], avoid: ['worker-1'] };
    assert.deepEqual(decodeJob(encodeJob(job)), job);
    const result = { worker: 'worker-1', proof: [1n, 2n, 3n, 4n, 5n, 6n, 7n, 2n ** 250n], seconds: 0.5 };
    assert.deepEqual(decodeResult(encodeResult(result)), result);
  });

  it('is not read from what is none', () => {
    const good = JSON.parse(encodeJob({ policy: 3n, records: [request], avoid: [] })) as Record<string, unknown>;
    const bad = [
      { ...good, more: 1 },
      { ...good, records: [] },
      { ...good, records: Array.from({ length: 17 }, () => (good.records as unknown[])[0]) },
      { ...good, policy: '-1' },
      { ...good, policy: undefined },
    ];
    for (const text of ['', '{', 'null', ...bad.map((one) => JSON.stringify(one))])
      assert.equal(decodeJob(text), undefined);
    for (const text of ['', '{}', '{"worker":"w","proof":["1"],"seconds":1}'])
      assert.equal(decodeResult(text), undefined);
  });

  it('has the same id for the same question alone', () => {
    const other = requestOf(recordOf(2));
    const ids = [
      jobIdOf('AssetState1', 'k', 3n, [request]),
      jobIdOf('AssetState16', 'k', 3n, [request]),
      jobIdOf('AssetState1', 'l', 3n, [request]),
      jobIdOf('AssetState1', 'k', 4n, [request]),
      jobIdOf('AssetState1', 'k', 3n, [other]),
      jobIdOf('AssetState1', 'k', 3n, [{ ...request, bound: request.bound + 1n }]),
      jobIdOf('AssetState16', 'k', 3n, [request, other]),
      jobIdOf('AssetState16', 'k', 3n, [other, request]),
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(jobIdOf('AssetState1', 'k', 3n, [{ ...request }]), ids[0]);
  });
});
