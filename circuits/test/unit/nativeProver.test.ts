// SPDX-License-Identifier: GPL-3.0-only
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tagsOf } from '../../scripts/nativeProver.ts';

describe('the build of the native prover', () => {
  it('leaves out instructions that the processor lacks', () => {
    assert.equal(tagsOf('x64', new Set(['adx', 'bmi2', 'sse'])), '');
    assert.equal(tagsOf('x64', new Set(['bmi2'])), 'rapidsnark_noasm');
    assert.equal(tagsOf('x64', new Set(['adx'])), 'rapidsnark_noasm');
    assert.equal(tagsOf('x64', undefined), '');
    assert.equal(tagsOf('arm64', new Set()), '');
  });
});
