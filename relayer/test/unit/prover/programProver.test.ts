import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { ProgramProver } from '../../../src/prover/programProver.ts';

const FAKE = fileURLToPath(import.meta.resolve('../../fakes/scriptedProver.ts'));
const record = {
  rightsId: '0x00',
  class: 1,
  jurisdiction: 1,
  registeredUnits: 1n,
  appraisedValue: 1n,
  appraisedAt: 1,
  appraisalValidUntil: 1,
  rating: 1,
  encumbered: false,
  filingValidUntil: 0,
  ownerHash: '0x00',
  documentsRoot: '0x00',
  salt: '0x01',
} as const;
const request = { record, commitment: '0x05', bound: 7n } as const;

/** A prover program that does what its script says, request by request. */
async function withProver(script: string, test: (prover: ProgramProver) => Promise<void>): Promise<void> {
  const options = { command: process.execPath, args: [FAKE, script], timeoutMs: 10_000 };
  const prover = new ProgramProver(options, pino({ level: 'silent' }));
  try {
    await test(prover);
  } finally {
    await prover.close();
  }
}

describe('the prover program', () => {
  it('asks for one record or for several, one request after the other', async () => {
    await withProver('prove,prove', async (prover) => {
      const [one, many] = await Promise.all([prover.prove(3n, [request]), prover.prove(3n, [request, request])]);
      assert.deepEqual([one.circuit, many.circuit], ['AssetState1', 'AssetState16']);
      assert.deepEqual(one.proof, [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);
    });
  });

  it('passes on the refusal of the prover', async () => {
    await withProver('refuse,prove', async (prover) => {
      const sentence = "the prover refuses; the node's log has its words";
      await assert.rejects(prover.prove(3n, [request]), { code: 'PROOF_BAD', sentence });
      assert.equal((await prover.prove(3n, [request])).circuit, 'AssetState1');
    });
  });

  it('starts a prover that died again for the next request', async () => {
    await withProver('die', async (prover) => {
      await assert.rejects(prover.prove(3n, [request]), { code: 'PROVER_FAILED' });
      await assert.rejects(prover.prove(3n, [request]), { code: 'PROVER_FAILED', sentence: 'the prover ended with 3' });
    });
  });

  it('does not believe babble, nor repeat it', async () => {
    await withProver('babble', async (prover) => {
      const sentence = 'the prover said something unexpected';
      await assert.rejects(prover.prove(3n, [request]), { code: 'PROVER_FAILED', sentence });
    });
  });

  it('says so when the program cannot be started', async () => {
    const prover = new ProgramProver(
      { command: '/nowhere/prover', args: [], timeoutMs: 10_000 },
      pino({ level: 'silent' }),
    );
    await assert.rejects(prover.prove(3n, [request]), { code: 'PROVER_FAILED' });
  });
});
