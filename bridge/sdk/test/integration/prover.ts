import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { confidentialRecordToJson, packBound, packPolicy, recordCommitmentOf } from '@twinspan/protocol';
import type { Bound, ConfidentialRecord, Policy } from '@twinspan/protocol';
import { z } from 'zod';
import type { BackingProof } from '../../src/index.ts';

const REPOSITORY = join(import.meta.dirname, '../../../..');
const PROVER = join(REPOSITORY, 'circuits/prover/src/main.ts');
const KEYS = join(REPOSITORY, '.cache/circuits');

const decimal = z.string().transform(BigInt);
const answerSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ id: z.string(), proof: z.array(decimal), publicInputs: z.array(decimal) }),
  z.object({ id: z.string(), error: z.object({ code: z.string(), message: z.string() }) }),
]);

/** The prover program, asked one proof at a time. */
export class Prover implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string, undefined>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async start(): Promise<Prover> {
    const args = [PROVER, '--keys', KEYS, '--circuits', 'AssetState1', '--development'];
    const prover = new Prover(spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    await prover.#answer();
    return prover;
  }

  async prove(record: ConfidentialRecord, policy: Policy, bound: Bound): Promise<BackingProof> {
    const commitment = recordCommitmentOf(record);
    const place = {
      ...confidentialRecordToJson(record),
      commitment: BigInt(commitment).toString(),
      bound: packBound(bound).toString(),
    };
    const input = { policy: packPolicy(policy).toString(), records: [place] };
    this.#child.stdin.write(`${JSON.stringify({ id: '1', circuit: 'AssetState1', input })}\n`);
    const answer = await this.#answer();
    if ('proof' in answer) return { commitments: [commitment], bounds: [bound], proof: answer.proof };
    throw new Error(`no proof: ${JSON.stringify(answer)}`);
  }

  async #answer(): Promise<z.output<typeof answerSchema>> {
    const line: IteratorResult<string, undefined> = await this.#lines.next();
    if (line.value === undefined) throw new Error('the prover ended; build the circuits first');
    return answerSchema.parse(JSON.parse(line.value));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    await ended;
  }
}
