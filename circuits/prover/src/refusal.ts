// SPDX-License-Identifier: GPL-3.0-only

/** Why a request gets no proof, or the program does not start:
 *
 * - REQUEST_BAD: the line is not a well-formed request
 * - LINE_TOO_LONG: the line is over the limit and was skipped
 * - CIRCUIT_UNKNOWN: no keys are loaded for that circuit
 * - TOO_MANY_RECORDS: more records than the circuit has places
 * - STATEMENT_FALSE: a record does not open its commitment, or its bound is not backed under the policy
 * - PROOF_INVALID: the proof that was made does not verify; nothing was handed out
 * - NATIVE_FAILED: the native prover does not run, or made nothing of the witness
 * - QUEUE_FULL: too many requests wait; ask again later
 * - OPTIONS_BAD: the program was started with options it does not know
 * - KEYS_BAD: the keys are missing, or are no Groth16 keys of the circuit
 * - KEYS_INSECURE: the keys are for development, and --development was not given
 */
export type RefusalCode =
  | 'REQUEST_BAD'
  | 'LINE_TOO_LONG'
  | 'CIRCUIT_UNKNOWN'
  | 'TOO_MANY_RECORDS'
  | 'STATEMENT_FALSE'
  | 'PROOF_INVALID'
  | 'NATIVE_FAILED'
  | 'QUEUE_FULL'
  | 'OPTIONS_BAD'
  | 'KEYS_BAD'
  | 'KEYS_INSECURE';

/** A refusal with its code and, where the line told it, the request's id. Its sentence holds no value of a record. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly id: string | undefined;

  constructor(code: RefusalCode, sentence: string, id?: string) {
    super(sentence);
    this.name = 'Refusal';
    this.code = code;
    this.id = id;
  }
}
