import type { FaultCode } from '@twinspan/protocol';

/** What the shell sees. */
export const exitCodes = {
  DONE: 0,
  /** A chain, or a check against one, refused. */
  REFUSED: 1,
  /** The command line, a file or the configuration is wrong: nothing was asked of a chain. */
  USAGE: 2,
  /** A chain did not answer, or the outcome is not known. */
  UNREACHABLE: 3,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const usageFaults: readonly FaultCode[] = ['USAGE_BAD', 'CONFIG_BAD', 'ENCODING_BAD'];
const unreachableFaults: readonly FaultCode[] = [
  'CHAIN_UNREACHABLE',
  'TIMED_OUT',
  'SUBMIT_UNCERTAIN',
  'TRANSACTION_STUCK',
];

export function exitCodeOf(code: FaultCode): ExitCode {
  if (usageFaults.includes(code)) return exitCodes.USAGE;
  return unreachableFaults.includes(code) ? exitCodes.UNREACHABLE : exitCodes.REFUSED;
}

export const exitCodeHelp =
  'exit codes: 0 done · 1 refused by a chain · 2 bad usage or configuration · 3 unreachable, or outcome unknown';
