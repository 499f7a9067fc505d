import { createInterface } from 'node:readline';
import { z } from 'zod';

// A prover that answers each request as its script says: prove, refuse, babble or die.
const script = (process.argv[2] ?? '').split(',');
const answer = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

answer({ ready: true, circuits: [] });
for await (const line of createInterface({ input: process.stdin })) {
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(line));
  const act = script.shift();
  if (act === 'die') process.exit(3);
  if (act === 'babble') process.stdout.write('well, well\n');
  if (act === 'refuse') answer({ id, error: { code: 'PROOF_BAD', message: 'no' } });
  if (act === 'prove') answer({ id, proof: ['1', '2', '3', '4', '5', '6', '7', '8'], publicInputs: [], seconds: 0.5 });
}
