import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
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
import type { ConfidentialRecord, Policy } from '@twinspan/protocol';
import type { Measure } from '@twinspan/report';
import { root } from '../../../setup/root.ts';
import { median } from '../statistics.ts';

const HKD = 10n ** 18n;
const UNTIL = 1_900_000_000;
const POLICY: Policy = {
  allowedClasses: [assetClasses.SOLAR],
  allowedJurisdictions: [jurisdictions.CN],
  minRating: 50,
  maxAppraisalAge: 500_000_000,
  maxLtvBps: 7_000,
  requireFiling: true,
  requireUnencumbered: true,
};

/** Wall seconds from request to verified proof, witness included, the prover warm; medians of several runs. */
export async function proving(): Promise<Record<string, Measure>> {
  await using prover = new ProverProcess();
  const one = await prover.median('AssetState1', 1, 7);
  const sixteen = await prover.median('AssetState16', 16, 3);
  return {
    'seconds.prove.one': { value: one, unit: 'seconds' },
    'seconds.prove.sixteen': { value: sixteen, unit: 'seconds' },
  };
}

class ProverProcess implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    const args = [`${root}/circuits/prover/src/main.ts`, '--keys', `${root}/.cache/circuits`, '--development'];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.resume();
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** The first proof, which also waits for the keys, is left out. */
  async median(circuit: string, places: number, runs: number): Promise<number> {
    const records = Array.from({ length: places }, (_, place) => recordAt(place));
    const request = {
      id: 'bench',
      circuit,
      input: { policy: packPolicy(POLICY).toString(), records: records.map(asInput) },
    };
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

function asInput(record: ConfidentialRecord): object {
  const bound = packBound({ units: 3_000_000n, unitValue: 40n * HKD, until: UNTIL });
  return {
    ...confidentialRecordToJson(record),
    commitment: BigInt(recordCommitmentOf(record)).toString(),
    bound: bound.toString(),
  };
}
