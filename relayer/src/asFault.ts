import { Fault, parseFault } from '@twinspan/protocol';
import { plainError, withoutUrls } from '@twinspan/sdk';

/** Any error as a Fault of the one space; what nobody foresaw is INTERNAL. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const spoken = parseFault(withoutUrls(message), { cause: error });
  return spoken ?? new Fault('INTERNAL', plainError(error), { cause: error });
}
