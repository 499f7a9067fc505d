import { Fault } from '@twinspan/protocol';

const IS_FULL = /no space left|quota exceeded|read-only|permission denied/iu;

/** What is wrong with the store, said so that whoever runs the node knows what to do. */
export function openFault(error: unknown, directory: string): unknown {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (codeOf(cause) === 'LEVEL_LOCKED') {
    return new Fault('STORE_LOCKED', `another process has the store in ${directory} open`, { cause });
  }
  if (isFull(cause)) return new Fault('STORE_FULL', `the store in ${directory}: ${textOf(cause)}`, { cause });
  return isOfDisk(cause) ? corrupt(`the store in ${directory}`, textOf(cause), cause) : error;
}

export function writeFault(cause: unknown): unknown {
  if (codeOf(cause) === 'LEVEL_CORRUPTION') return corrupt('the store', textOf(cause), cause);
  if (codeOf(cause) !== 'LEVEL_IO_ERROR') return cause;
  return new Fault('STORE_FULL', `a batch was not written: ${textOf(cause)}`, { cause });
}

/** @param where `table/key` */
export function readFault(cause: unknown, where: string): unknown {
  return isOfDisk(cause) ? corrupt(where, textOf(cause), cause) : cause;
}

/** @param where `table/key`, or the whole store */
export function corrupt(where: string, why: string, cause?: unknown): Fault {
  const sentence = `${where}: ${why}; \`twinspan node rebuild\` keeps this store aside and starts from the chains`;
  return new Fault('STORE_CORRUPT', sentence, { cause });
}

function isFull(error: unknown): boolean {
  return codeOf(error) === 'LEVEL_IO_ERROR' && IS_FULL.test(textOf(error));
}

function isOfDisk(error: unknown): boolean {
  return ['LEVEL_CORRUPTION', 'LEVEL_IO_ERROR', 'LEVEL_DECODE_ERROR'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
