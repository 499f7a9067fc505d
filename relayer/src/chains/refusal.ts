import type { Fault, FaultCode } from '@twinspan/protocol';

const refusals: readonly FaultCode[] = ['NONCE_TAKEN', 'UNDERPRICED', 'FEES_TOO_HIGH', 'FUNDS_SHORT', 'GAS_REFUSED'];

/** Whether the node said no, so that nothing is on its way. Whatever else was wrong leaves that open. */
export function isRefusal({ code }: Fault): boolean {
  return refusals.includes(code);
}
