import { createHash } from 'node:crypto';
import { confidentialRecordSchema, confidentialRecordToJson, isHex } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { z } from 'zod';
import { MOST_PER_PROOF, publicInputsOf } from '../prover.ts';
import type { Circuit, ProofRequest } from '../prover.ts';

const decimal = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform(BigInt);
const hex32 = z.string().refine((text): text is Hex => isHex(text, 32), { error: 'expected 32 bytes of hex' });
const workerName = z.string().min(1).max(64);

const jobSchema = z.strictObject({
  policy: decimal,
  records: z
    .array(z.strictObject({ record: confidentialRecordSchema, commitment: hex32, bound: decimal }))
    .min(1)
    .max(MOST_PER_PROOF),
  /** Workers whose answers to this job were refused. */
  avoid: z.array(workerName).max(64),
});
const resultSchema = z.union([
  z.strictObject({ worker: workerName, proof: z.array(decimal).length(8), seconds: z.number().min(0) }),
  z.strictObject({ worker: workerName, gaveUpAfter: z.int().min(1) }),
]);

/** What a worker is asked to prove. */
export interface ProofJob {
  readonly policy: bigint;
  readonly records: readonly ProofRequest[];
  readonly avoid: readonly string[];
}

/** A worker's answer: a proof, or that the job was handed out so often and nobody finished it. */
export type JobResult = z.output<typeof resultSchema>;

/** The same question has the same id: a hash over circuit, its key and the public inputs, which bind each record's version. */
export function jobIdOf(circuit: Circuit, keyId: string, policy: bigint, records: readonly ProofRequest[]): string {
  const content = ['twinspan proof job 1', circuit, keyId, ...publicInputsOf(policy, records)].join('\n');
  return createHash('sha256').update(content).digest('hex');
}

export function isJobId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

export function encodeJob({ policy, records, avoid }: ProofJob): string {
  const places = records.map(({ record, commitment, bound }) => ({
    record: confidentialRecordToJson(record),
    commitment,
    bound: bound.toString(),
  }));
  return JSON.stringify({ policy: policy.toString(), records: places, avoid });
}

/** undefined for what is no job. */
export function decodeJob(text: string): ProofJob | undefined {
  return jobSchema.safeParse(parseJson(text)).data;
}

export function encodeResult(result: JobResult): string {
  return JSON.stringify(result, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

/** undefined for what is no result. */
export function decodeResult(text: string): JobResult | undefined {
  return resultSchema.safeParse(parseJson(text)).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
