/**
 * The one fault space of both chains, the relayer and the tools. Chaincode messages begin `CODE: `; Solidity names its
 * custom errors with the same code in PascalCase.
 */
import { cryptographyFaults } from './faults/cryptographyFaults.ts';
import { assetChainFaults } from './faults/assetChainFaults.ts';
import { tradingChainFaults } from './faults/tradingChainFaults.ts';
import { programFaults } from './faults/programFaults.ts';
import type { FaultEntry, Remedy } from './faults/faultEntry.ts';

export type { FaultEntry, Remedy } from './faults/faultEntry.ts';

/** Every code with its meaning, its remedy and what a person does next. */
export const faults = {
  ...assetChainFaults,
  ...cryptographyFaults,
  ...tradingChainFaults,
  ...programFaults,
} as const satisfies Record<string, FaultEntry>;

export type FaultCode = keyof typeof faults;

export const faultCodes = Object.keys(faults).sort() as readonly FaultCode[];

/** A refusal with its code; `message` is `CODE: sentence`, the form that crosses every boundary. */
export class Fault extends Error {
  readonly code: FaultCode;
  /** The message without its code. */
  readonly sentence: string;

  constructor(code: FaultCode, sentence: string, options?: ErrorOptions) {
    super(`${code}: ${sentence}`, options);
    this.name = 'Fault';
    this.code = code;
    this.sentence = sentence;
  }

  get remedy(): Remedy {
    return faults[this.code].remedy;
  }
}

export function isFaultCode(text: string): text is FaultCode {
  return Object.hasOwn(faults, text);
}

/**
 * The first `CODE: sentence` in a message, however a peer or gateway has wrapped it; undefined when it carries no code
 * of ours. The sentence ends with the line.
 */
export function parseFault(message: string, options?: ErrorOptions): Fault | undefined {
  for (const match of message.matchAll(/\b([A-Z][A-Z0-9_]*): /g)) {
    const [prefix, code] = match;
    if (code === undefined || !isFaultCode(code)) continue;
    const [sentence] = message.slice(match.index + prefix.length).split(/[\r\n]/, 1);
    return new Fault(code, sentence ?? '', options);
  }
  return undefined;
}

/** `QUORUM_MISSING` → `QuorumMissing`, the name of the Solidity error. */
export function solidityErrorOf(code: FaultCode): string {
  return code
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}

const codeBySolidityError = new Map<string, FaultCode>(faultCodes.map((code) => [solidityErrorOf(code), code]));

/** The code of a decoded Solidity error name; undefined for an error that is not ours. */
export function faultCodeOfSolidityError(errorName: string): FaultCode | undefined {
  return codeBySolidityError.get(errorName);
}
