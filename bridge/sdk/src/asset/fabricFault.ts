import { status } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { Fault, parseFault, type FaultCode } from '@twinspan/protocol';

/** The part of a Fabric transaction that failed. */
export type Step = 'evaluate' | 'endorse' | 'submit' | 'commit';

/** A fault about one transaction: look its id up before sending anything like it again. */
export class TransactionFault extends Fault {
  readonly txId: string;
  /** Fabric's validation code, when the transaction was ordered. */
  readonly validationCode: number | undefined;

  constructor(code: FaultCode, sentence: string, about: { txId: string; validationCode?: number; cause?: unknown }) {
    super(code, sentence, { cause: about.cause });
    this.name = 'TransactionFault';
    this.txId = about.txId;
    this.validationCode = about.validationCode;
  }
}

const MVCC_READ_CONFLICT = 11;
const PHANTOM_READ_CONFLICT = 12;

/** Somebody else's transaction in the same block changed what this one had read: nothing was written. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof TransactionFault)) return false;
  return error.validationCode === MVCC_READ_CONFLICT || error.validationCode === PHANTOM_READ_CONFLICT;
}

/** The named peers answered differently, most likely from different heights. */
export function isDisagreement(error: unknown): boolean {
  if (!(error instanceof Fault) || error.code !== 'ENDORSEMENTS_SHORT') return false;
  return error.cause instanceof GatewayError && errorText(error.cause).includes('do not match');
}

/** A submit that failed so may still be ordered. */
export function isUncertainSubmit(error: unknown): boolean {
  const certain: readonly number[] = [status.INVALID_ARGUMENT, status.PERMISSION_DENIED, status.UNAUTHENTICATED];
  return error instanceof GatewayError && !certain.includes(error.code);
}

const codeByGrpcStatus = new Map<number, FaultCode>([
  [status.UNAVAILABLE, 'CHAIN_UNREACHABLE'],
  [status.DEADLINE_EXCEEDED, 'TIMED_OUT'],
  [status.PERMISSION_DENIED, 'FORBIDDEN'],
  [status.UNAUTHENTICATED, 'FORBIDDEN'],
]);

/** One fault for whatever the gateway or the chaincode behind it said; chaincode's own code wins. */
export function fabricFault(step: Step, error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof GatewayError)) {
    return new Fault('INTERNAL', `${step} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  for (const text of [...error.details.map((detail) => detail.message), error.message]) {
    const spoken = parseFault(text, { cause: error });
    if (spoken !== undefined) return spoken;
  }
  return new Fault(codeOf(step, error), `${step} failed: ${errorText(error)}`, { cause: error });
}

function codeOf(step: Step, error: GatewayError): FaultCode {
  const code = codeByGrpcStatus.get(error.code);
  if (code !== undefined) return code;
  return step === 'submit' || step === 'commit' ? 'SUBMIT_UNCERTAIN' : 'ENDORSEMENTS_SHORT';
}

function errorText(error: GatewayError): string {
  const details = error.details.map((detail) => `${detail.mspId}: ${detail.message}`);
  return [error.message, ...new Set(details)].join('; ').replaceAll(/[\r\n]+/g, ' ');
}
