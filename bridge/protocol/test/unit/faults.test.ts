import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import {
  Fault,
  faultCodeOfSolidityError,
  faultCodes,
  faults,
  isFaultCode,
  parseFault,
  solidityErrorOf,
} from '../../src/index.ts';
import { faultCodeField, noRefused, readVectors } from './vectorFiles.ts';

describe('faults', () => {
  it('match the vectors', () => {
    const { cases } = readVectors('faults', {
      cases: z.object({
        code: faultCodeField,
        solidityError: z.string(),
        meaning: z.string(),
        remedy: z.enum(['retry', 'park', 'halt']),
        advice: z.string(),
      }),
      refused: noRefused,
    });
    assert.deepEqual(
      cases.map(({ code }) => code),
      [...faultCodes],
    );
    for (const { code, solidityError, ...entry } of cases) {
      assert.deepEqual({ ...faults[code] }, entry);
      assert.equal(solidityErrorOf(code), solidityError);
      assert.equal(faultCodeOfSolidityError(solidityError), code);
    }
  });

  it('every code is upper case with single underscores, and its entry is written in sentences', () => {
    for (const code of faultCodes) {
      assert.match(code, /^[A-Z]+(?:_[A-Z]+)*$/);
      assert.match(faults[code].meaning, /^[A-Z].*\.$/s);
      assert.match(faults[code].advice, /^[A-Z].*\.$/s);
    }
    assert.equal(isFaultCode('toString'), false);
    assert.equal(faultCodeOfSolidityError('Error'), undefined);
  });

  it('a fault carries code, sentence and remedy, and reads back from its message', () => {
    const cause = new Error('beneath');
    const original = new Fault('LOCK_SEALED', 'lock 1 is in epoch 4', { cause });
    assert.equal(original.message, 'LOCK_SEALED: lock 1 is in epoch 4');
    assert.equal(original.remedy, 'retry');
    assert.equal(original.cause, cause);
    const read = parseFault(original.message);
    assert.equal(read?.code, 'LOCK_SEALED');
    assert.equal(read.sentence, 'lock 1 is in epoch 4');
  });

  it('a message wrapped by a peer or a gateway still shows its code', () => {
    const wrapped = 'chaincode response 500, HOLDING_SHORT: treasury has 3 of 5 units\n details: x';
    assert.equal(parseFault(wrapped)?.sentence, 'treasury has 3 of 5 units');
    assert.equal(parseFault('UNKNOWN: oh (RECORD_UNKNOWN: none)')?.code, 'RECORD_UNKNOWN');
    assert.equal(parseFault('ABORTED: nothing of ours'), undefined);
    assert.equal(parseFault('NOT_RECORD_UNKNOWN: no'), undefined);
    assert.equal(parseFault(''), undefined);
  });
});
