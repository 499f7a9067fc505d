import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultCodeOfSolidityError } from '@twinspan/protocol';
import {
  encodeErrorResult,
  HttpRequestError,
  InvalidInputRpcError,
  RpcRequestError,
  TimeoutError,
  TransactionRejectedRpcError,
  UnknownRpcError,
} from 'viem';
import { assetChainClientAbi, backingsAbi, bridgeAbi, mirrorTokenAbi } from '../../src/generated/abi.ts';
import { plainError } from '../../src/plainError.ts';
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

/** What anvil 1.7.1 (-32003) and geth 1.17.10 (-32000) say to a raw transaction that they do not take. */
const refusals = [
  ['NONCE_TAKEN', -32_003, 'nonce too low'],
  ['NONCE_TAKEN', -32_000, 'nonce too low: next nonce 1, tx nonce 0'],
  ['UNDERPRICED', -32_003, 'replacement transaction underpriced'],
  ['UNDERPRICED', -32_000, 'replacement transaction underpriced'],
  ['UNDERPRICED', -32_000, 'transaction underpriced: gas tip cap 0, minimum needed 1'],
  ['UNDERPRICED', -32_000, 'txpool is full'],
  ['FUNDS_SHORT', -32_003, 'Insufficient funds for gas * price + value'],
  [
    'FUNDS_SHORT',
    -32_000,
    'insufficient funds for gas * price + value: balance 0, tx cost 420000000000000, overshot 420000000000000',
  ],
  ['GAS_REFUSED', -32_000, 'intrinsic gas too low'],
  ['GAS_REFUSED', -32_000, 'intrinsic gas too low: gas 20000, minimum needed 21000'],
  ['GAS_REFUSED', -32_000, 'transaction gas limit too high (cap: 16777216, tx: 17000000)'],
  ['FEES_TOO_HIGH', -32_003, 'max fee per gas less than block base fee'],
  ['FEES_TOO_HIGH', -32_000, 'max fee per gas less than block base fee: address 0x00, maxFeePerGas: 5, baseFee: 7'],
] as const;

describe('what a node says to a transaction', () => {
  for (const [code, number, message] of refusals) {
    it(`«${message}» is ${code}`, () => {
      const said = new RpcRequestError({ body: {}, error: { code: number, message }, url: 'http://127.0.0.1:1' });
      const Refusal = number === -32_003 ? TransactionRejectedRpcError : InvalidInputRpcError;
      assert.equal(tradingFault('deliver', new Refusal(said)).code, code);
    });
  }

  it('in words that nobody knows leaves the outcome open', () => {
    const said = new RpcRequestError({
      body: {},
      error: { code: -32_000, message: 'oops' },
      url: 'http://127.0.0.1:1',
    });
    assert.equal(tradingFault('deliver', new InvalidInputRpcError(said)).code, 'CHAIN_UNREACHABLE');
  });
});

const forgotten = [
  [-32_000, 'missing trie node 5a1c (path ) state 0x5a1c is not available, not found'],
  [-32_000, 'historical state 0x5a1c is not available'],
  [-32_000, 'historical state not available in path scheme yet'],
  [-32_000, 'required historical state unavailable (reexec=128)'],
  [-32_602, 'distance to target block exceeds maximum proof window'],
  [4_444, 'pruned history unavailable'],
  [-32_000, 'state at block #12 is pruned'],
  [-32_002, 'No state available for block 12'],
  [-32_000, 'World state unavailable'],
  [-32_000, 'requested block is too old, block must be within 100000 blocks of the head block number'],
] as const;

describe('what a node says of a block that it keeps no state of', () => {
  for (const [code, message] of forgotten) {
    it(`«${message}» is no failure of the node`, () => {
      const said = new RpcRequestError({ body: {}, error: { code, message }, url: 'http://127.0.0.1:1' });
      const Answer = code === 4_444 ? UnknownRpcError : InvalidInputRpcError;
      assert.equal(tradingFault('outboxHead', new Answer(said)).code, 'STATE_PRUNED');
    });
  }
});

describe('a node that cannot be asked', () => {
  const url = 'https://user:secret@rpc.example/v2/secret?key=secret';

  it('is told of without its URL, wherever viem or the transport names it', () => {
    const cause = new TypeError(`Failed to parse URL from ${url}`);
    const errors = [
      new HttpRequestError({ body: { method: 'eth_chainId' }, cause, details: cause.message, status: 401, url }),
      new RpcRequestError({ body: {}, error: { code: -32_000, message: `see "${url}"` }, url }),
      new TimeoutError({ body: {}, url }),
      cause,
    ];
    for (const error of errors) {
      assert.doesNotMatch(tradingFault('eth_chainId', error).message, /secret|rpc\.example/);
      assert.doesNotMatch(plainError(error), /secret|rpc\.example/);
    }
    assert.equal(tradingFault('ask', cause).sentence, 'ask failed: Failed to parse URL from (URL)');
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
