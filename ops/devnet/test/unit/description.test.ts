import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe as suite, it } from 'node:test';
import { describe, writeDescription } from '../../src/describe.ts';
import { DESCRIPTION_FILE, readDescription } from '../../src/description.ts';
import { planNetwork } from '../../src/plan.ts';

suite('description', () => {
  let directory: string;
  let file: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'devnet-description-'));
    file = join(directory, DESCRIPTION_FILE);
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  it('comes back as it was written, and is portable at rest', () => {
    const plan = planNetwork(directory, { orderers: 'smartbft', evm: 'geth', peers: 2 }, 2000);
    const account = { name: 'deployer', address: `0x${'00'.repeat(20)}`, keyFile: join(plan.keyDir, 'deployer.key') };
    const description = describe(plan, [account], []);
    writeDescription(plan, description);
    assert.deepEqual(readDescription(file), description);
    assert.ok(!readFileSync(file, 'utf8').includes(directory), 'an absolute path at rest');
  });

  it('refuses a file with a field missing or one too many', () => {
    const good = readFileSync(file, 'utf8');
    for (const bad of [good.replace('"chainId"', '"chain"'), good.replace('{', '{"extra": 1,'), '{}']) {
      writeFileSync(file, bad);
      assert.throws(() => readDescription(file));
    }
  });
});
