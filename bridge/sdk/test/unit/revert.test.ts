import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultCodeOfSolidityError } from '@twinspan/protocol';
import { encodeErrorResult, HttpRequestError, TimeoutError } from 'viem';
import { assetChainClientAbi, backingsAbi, bridgeAbi, mirrorTokenAbi } from '../../src/generated/abi.ts';
import { revertFault, tradingFault } from '../../src/trading/revert.ts';

describe('revertFault', () => {
  it('names the code, the error and its values', () => {
    const data = encodeErrorResult({ abi: bridgeAbi, errorName: 'EpochOutOfOrder', args: [5n, 3n] });
    const fault = revertFault('deliver', data);
    assert.equal(fault.code, 'EPOCH_OUT_OF_ORDER');
    assert.equal(fault.sentence, 'deliver reverted with EpochOutOfOrder(5, 3)');
  });

  it('reads an error without values and one of another contract', () => {
    assert.equal(revertFault('x', encodeErrorResult({ abi: bridgeAbi, errorName: 'WordsBad' })).code, 'WORDS_BAD');
    const data = encodeErrorResult({ abi: assetChainClientAbi, errorName: 'QuorumMissing', args: [1n, 2n] });
    assert.equal(revertFault('x', data).code, 'QUORUM_MISSING');
  });

  it('keeps what it cannot read', () => {
    const fault = revertFault('x', '0xdeadbeef00');
    assert.equal(fault.code, 'DELIVERY_REVERTED');
    assert.match(fault.sentence, /0xdeadbeef00/);
  });
});

describe('tradingFault', () => {
  it('tells an unreachable node from a slow one', () => {
    const url = 'http://127.0.0.1:1';
    assert.equal(tradingFault('x', new HttpRequestError({ url })).code, 'CHAIN_UNREACHABLE');
    assert.equal(tradingFault('x', new TimeoutError({ body: {}, url })).code, 'TIMED_OUT');
  });
});

/** Errors of libraries, and refusals that only a mistaken deployment or permit can meet; no program acts on them. */
const withoutCode =
  /^(AccessControl|Create2|Insufficient|Failed|Invalid|ECDSA|ERC|String|Members|Threshold|Permit|Decimals|SafeCast)/;

describe('custom errors', () => {
  const names = [...bridgeAbi, ...backingsAbi, ...assetChainClientAbi, ...mirrorTokenAbi].flatMap((item) =>
    item.type === 'error' ? [item.name] : [],
  );
  for (const name of new Set(names.filter((one) => !withoutCode.test(one)))) {
    it(`${name} has a fault code`, () => {
      assert.notEqual(faultCodeOfSolidityError(name), undefined);
    });
  }
});
