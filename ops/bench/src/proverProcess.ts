import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { proverProgram } from '@twinspan/devnet';
import type { ProofEngine } from '@twinspan/devnet';
import {
  assetClasses,
  confidentialRecordToJson,
  jurisdictions,
  ownerHashOf,
  packBound,
  packPolicy,
  recordCommitmentOf,
  rightsIdOf,
} from '@twinspan/protocol';
import type { ConfidentialRecord, Hex } from '@twinspan/protocol';
import { median } from './statistics.ts';

const HKD = 10n ** 18n;
const UNTIL = 1_900_000_000;
/** A policy that the records below satisfy, packed. */
export const PACKED_POLICY = packPolicy({
  allowedClasses: [assetClasses.SOLAR],
  allowedJurisdictions: [jurisdictions.CN],
  minRating: 50,
  maxAppraisalAge: 500_000_000,
  maxLtvBps: 7_000,
  requireFiling: true,
  requireUnencumbered: true,
});

/** The prover program by itself. */
export class ProverProcess implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;

  constructor(engine: ProofEngine) {
    const { command, args } = proverProgram(engine);
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.resume();
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** The first proof, which also waits for the keys, is left out. */
  async median(circuit: string, places: number, runs: number): Promise<number> {
    const records = Array.from({ length: places }, (_, place) => asInput(statementAt(place)));
    const request = { id: 'bench', circuit, input: { policy: PACKED_POLICY.toString(), records } };
    await this.#prove(request);
    const seconds: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const startedAt = performance.now();
      await this.#prove(request);
      seconds.push((performance.now() - startedAt) / 1000);
    }
    return median(seconds);
  }

  async #prove(request: object): Promise<void> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const line = await this.#answers.next();
      if (line.done === true) throw new Error('the prover ended');
      const answer = JSON.parse(line.value) as { ready?: boolean; proof?: unknown; error?: { message: string } };
      if (answer.error !== undefined) throw new Error(`the prover refused: ${answer.error.message}`);
      if (answer.proof !== undefined) return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    this.#child.kill();
    await new Promise((resolve) => this.#child.once('close', resolve));
  }
}

/** A record with its commitment and a bound that it backs. */
interface Statement {
  readonly record: ConfidentialRecord;
  readonly commitment: Hex;
  readonly bound: bigint;
}

export function statementAt(place: number): Statement {
  const record = recordAt(place);
  const bound = packBound({ units: 3_000_000n, unitValue: 40n * HKD, until: UNTIL });
  return { record, commitment: recordCommitmentOf(record), bound };
}

function recordAt(place: number): ConfidentialRecord {
  return {
    rightsId: rightsIdOf('CustodianMSP', `BENCH-${place}`),
    class: assetClasses.SOLAR,
    jurisdiction: jurisdictions.CN,
    registeredUnits: 4_600_000n,
    appraisedValue: 184_000_000n * HKD,
    appraisedAt: 1_790_000_000,
    appraisalValidUntil: 2_000_000_000,
    rating: 80,
    encumbered: false,
    filingValidUntil: 2_000_000_000,
    ownerHash: ownerHashOf('bench'),
    documentsRoot: rightsIdOf('documents', 'bench'),
    salt: `0x00${'5a'.repeat(31)}`,
  };
}

function asInput({ record, commitment, bound }: Statement): object {
  return {
    ...confidentialRecordToJson(record),
    commitment: BigInt(commitment).toString(),
    bound: bound.toString(),
  };
}
