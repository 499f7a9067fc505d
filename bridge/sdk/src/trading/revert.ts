import { Fault, faultCodeOfSolidityError, type FaultCode, type Hex } from '@twinspan/protocol';
import {
  AbiDecodingDataSizeTooSmallError,
  AbiDecodingZeroDataError,
  BaseError,
  ContractFunctionZeroDataError,
  decodeErrorResult,
  HttpRequestError,
  isHex,
  ResponseBodyTooLargeError,
  TimeoutError,
  UnknownRpcError,
} from 'viem';
import { plainError, withoutUrls } from '../plainError.ts';
import { assetChainClientAbi, backingsAbi, bridgeAbi, mirrorTokenAbi } from '../generated/abi.ts';

/** Every error that a call to one contract may bubble up from another. */
const errorAbi = [...bridgeAbi, ...assetChainClientAbi, ...backingsAbi, ...mirrorTokenAbi].filter(
  (item) => item.type === 'error',
);

/** One fault for whatever the node or a contract behind it said; a custom error of ours names its own code. */
export function tradingFault(what: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  // Whatever breaks over a node's answer is about that answer: no node may end a program by what it says.
  if (!(error instanceof BaseError)) {
    return new Fault('CHAIN_ANSWER_BAD', `${what} failed: ${oneLine(plainError(error))}`, { cause: error });
  }
  const inner = error.walk((cause) => cause instanceof Fault);
  if (inner instanceof Fault) return new Fault(inner.code, `${what}: ${inner.sentence}`, { cause: error });
  const revert = revertDataOf(error);
  if (revert !== undefined) return revertFault(what, revert, error);
  // Whatever its type says, it is what the node put there, or nothing.
  const details: unknown = error.details;
  const detail = typeof details === 'string' && details !== '' ? ` (${withoutUrls(details)})` : '';
  return new Fault(codeOf(error), `${what} failed: ${oneLine(plainError(error) + detail)}`, { cause: error });
}

/** The fault that revert data stands for. */
export function revertFault(what: string, revert: Hex, cause?: unknown): Fault {
  const decoded = decode(revert);
  if (decoded === undefined) return new Fault('DELIVERY_REVERTED', `${what} reverted with ${revert}`, { cause });
  const text = `${what} reverted with ${decoded.name}(${decoded.args.map(String).join(', ')})`;
  return new Fault(faultCodeOfSolidityError(decoded.name) ?? 'DELIVERY_REVERTED', text, { cause });
}

function decode(revert: Hex): { name: string; args: readonly unknown[] } | undefined {
  try {
    const decoded = decodeErrorResult({ abi: errorAbi, data: revert });
    // viem gives no array for an error without parameters, whatever its type says.
    const args: unknown = decoded.args;
    return { name: decoded.errorName, args: Array.isArray(args) ? args : [] };
  } catch {
    return undefined;
  }
}

function revertDataOf(error: BaseError): Hex | undefined {
  const carrier = error.walk((inner) => hexIn(inner) !== undefined);
  return hexIn(carrier);
}

/** Nodes put revert data into `data`, some one level deeper; viem keeps it as `raw` once decoded. */
function hexIn(error: unknown): Hex | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const found = ['raw', 'data'].map((key): unknown => Reflect.get(error, key));
  for (const value of found) {
    if (isRevert(value)) return value;
    const inner = typeof value === 'object' && value !== null ? (Reflect.get(value, 'data') as unknown) : undefined;
    if (isRevert(inner)) return inner;
  }
  return undefined;
}

function isRevert(value: unknown): value is Hex {
  return isHex(value) && value.length >= 10;
}

function codeOf(error: BaseError): FaultCode {
  // First, because some say it under a code of their own, which is no less an answer.
  if (prunedWords.test(error.message)) return 'STATE_PRUNED';
  const found = error.walk((inner) => transportCodeOf(inner) !== undefined);
  const spoken = spokenCodes.find(([words]) => words.test(error.message));
  return transportCodeOf(found) ?? spoken?.[1] ?? 'CHAIN_UNREACHABLE';
}

function transportCodeOf(error: unknown): FaultCode | undefined {
  if (error instanceof TimeoutError) return 'TIMED_OUT';
  if (error instanceof SyntaxError || badAnswers.some((kind) => error instanceof kind)) return 'CHAIN_ANSWER_BAD';
  return error instanceof HttpRequestError && !(error.cause instanceof SyntaxError) ? 'CHAIN_UNREACHABLE' : undefined;
}

/** What viem says when an answer cannot be what was asked for. */
const badAnswers = [
  AbiDecodingDataSizeTooSmallError,
  AbiDecodingZeroDataError,
  ContractFunctionZeroDataError,
  ResponseBodyTooLargeError,
  UnknownRpcError,
];

/** What geth, Nethermind, reth, Erigon, Besu and anvil say of a block whose state or proofs they do not keep. */
const prunedWords =
  /missing trie node|(historical |world )?state .{0,80}(not available|unavailable|is pruned)|maximum proof window|pruned history unavailable|no state available for block|block is too old/i;

/** Nodes refuse a transaction in words only, and each in its own. */
const spokenCodes: readonly (readonly [RegExp, FaultCode])[] = [
  [/insufficient funds/i, 'FUNDS_SHORT'],
  [/nonce (is )?(too low|lower)/i, 'NONCE_TAKEN'],
  [/less than block base fee/i, 'FEES_TOO_HIGH'],
  [/transaction underpriced|txpool is full|account limit exceeded/i, 'UNDERPRICED'],
  [/intrinsic gas too low|gas limit too high|exceeds block gas limit|floor data gas/i, 'GAS_REFUSED'],
  [/revert/i, 'DELIVERY_REVERTED'],
];

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
