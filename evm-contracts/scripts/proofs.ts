/**
 * Makes the proofs of test/fixtures/proofs.json with the prover program and the development keys. Proofs are random, so this
 * is run by hand, after the circuits or their keys changed.
 *
 *     node scripts/proofs.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  confidentialRecordToJson,
  ownerHashOf,
  packBound,
  packPolicy,
  recordCommitmentOf,
  rightsIdOf,
  type ConfidentialRecord,
  type Policy,
} from '@twinspan/protocol';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixture = new URL('../test/fixtures/proofs.json', import.meta.url);

/** Unix seconds: the bounds end after any block time of the tests. */
const UNTIL = 1_900_000_000;
const DAY_SECONDS = 86_400;

const policy: Policy = {
  allowedClasses: [1, 2, 3],
  allowedJurisdictions: [1],
  minRating: 100,
  maxAppraisalAge: 400_000_000,
  maxLtvBps: 7_000,
  requireFiling: true,
  requireUnencumbered: true,
};

/** 48 million units appraised at 4 HKD each. */
const records: ConfidentialRecord[] = Array.from({ length: 16 }, (_, i) => ({
  rightsId: rightsIdOf('CustodianMSP', `FIXTURE-${i}`),
  class: 1 + (i % 3),
  jurisdiction: 1,
  registeredUnits: 48_000_000n,
  appraisedValue: 192_000_000n * 10n ** 18n,
  appraisedAt: 1_768_435_200,
  appraisalValidUntil: 2_000_000_000,
  rating: 180,
  encumbered: false,
  filingValidUntil: 2_000_000_000,
  ownerHash: ownerHashOf('Fixture Energy'),
  documentsRoot: ownerHashOf(`documents ${i}`),
  salt: ownerHashOf(`salt ${i}`),
}));

const bound = { units: 48_000_000n, unitValue: 28n * 10n ** 17n };
const commitments = records.map(recordCommitmentOf);

const answerSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ id: z.string(), proof: z.array(z.string()).length(8) }),
]);

interface Claim {
  readonly id: string;
  readonly places: 1 | 16;
  readonly until: number;
  readonly policy: Policy;
}

const claims: readonly Claim[] = [
  { id: 'one', places: 1, until: UNTIL, policy },
  { id: 'oneLater', places: 1, until: UNTIL + DAY_SECONDS, policy },
  { id: 'oneUnderOtherPolicy', places: 1, until: UNTIL, policy: { ...policy, minRating: 101 } },
  { id: 'sixteen', places: 16, until: UNTIL, policy },
  { id: 'sixteenLater', places: 16, until: UNTIL + DAY_SECONDS, policy },
];

function boundOf({ until }: Claim): string {
  return packBound({ ...bound, until }).toString();
}

function requestOf(claim: Claim): string {
  const places = records.slice(0, claim.places).map((record, i) => ({
    ...confidentialRecordToJson(record),
    commitment: BigInt(commitments[i] ?? 0).toString(),
    bound: boundOf(claim),
  }));
  const input = { policy: packPolicy(claim.policy).toString(), records: places };
  return JSON.stringify({ id: claim.id, circuit: `AssetState${claim.places}`, input });
}

async function prove(): Promise<Record<string, unknown>> {
  const args = ['circuits/prover/src/main.ts', '--keys', '.cache/circuits', '--development'];
  const prover = spawn(process.execPath, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  prover.stdin.end(claims.map((claim) => `${requestOf(claim)}\n`).join(''));
  const proofs: Record<string, unknown> = {};
  for await (const line of createInterface(prover.stdout)) {
    const answer = answerSchema.parse(JSON.parse(line));
    const claim = claims.find(({ id }) => 'id' in answer && id === answer.id);
    if (claim === undefined || !('id' in answer)) continue;
    proofs[answer.id] = { policy: packPolicy(claim.policy).toString(), bound: boundOf(claim), proof: answer.proof };
  }
  if (prover.exitCode === null) await once(prover, 'exit');
  return proofs;
}

const content = { commitments, proofs: await prove() };
writeFileSync(fixture, `${JSON.stringify(content, null, 2)}\n`);
