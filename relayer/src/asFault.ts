import { Fault, parseFault } from '@twinspan/protocol';

/** Any error as a Fault of the one space; what nobody foresaw is INTERNAL. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return parseFault(message, { cause: error }) ?? new Fault('INTERNAL', message, { cause: error });
}
