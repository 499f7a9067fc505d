import type { FaultCode } from '@twinspan/protocol';

/** What `assert.throws` and `assert.rejects` compare a fault with. */
export function fault(code: FaultCode): { code: FaultCode } {
  return { code };
}
