import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultCodes } from '@twinspan/protocol';
import { exitCodeOf, exitCodes } from '../../src/exitCodes.ts';

describe('exit codes', () => {
  it('tell a refusal from bad usage and from silence', () => {
    assert.equal(exitCodeOf('HOLDING_SHORT'), exitCodes.REFUSED);
    assert.equal(exitCodeOf('USAGE_BAD'), exitCodes.USAGE);
    assert.equal(exitCodeOf('CONFIG_BAD'), exitCodes.USAGE);
    assert.equal(exitCodeOf('CHAIN_UNREACHABLE'), exitCodes.UNREACHABLE);
    assert.equal(exitCodeOf('SUBMIT_UNCERTAIN'), exitCodes.UNREACHABLE);
  });

  it('every fault has one that is not success', () => {
    for (const code of faultCodes) assert.notEqual(exitCodeOf(code), exitCodes.DONE);
  });
});
