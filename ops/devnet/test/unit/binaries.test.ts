import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkFabric } from '../../src/binaries.ts';

const PROGRAMS = ['peer', 'orderer', 'configtxgen', 'configtxlator', 'cryptogen', 'osnadmin'];

describe('FABRIC_BIN', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'devnet-bin-'));
    for (const program of PROGRAMS) install(program, 'v3.1.4');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** A program that says its version as Fabric's do. */
  function install(program: string, version: string): void {
    writeFileSync(join(directory, program), `#!/bin/sh\necho "${program}:\n Version: ${version}"\n`, { mode: 0o755 });
  }

  it('may be any 3.1', async () => {
    await checkFabric(directory);
  });

  it('is refused with the names of what it lacks', async () => {
    rmSync(join(directory, 'osnadmin'));
    rmSync(join(directory, 'peer'));
    await assert.rejects(checkFabric(directory), /lacks peer, osnadmin/);
  });

  for (const version of ['v2.5.9', 'v3.10.0', 'latest']) {
    it(`is refused when a program says ${version}`, async () => {
      install('orderer', version);
      await assert.rejects(checkFabric(directory), new RegExp(`orderer says «Version: ${version}»`));
    });
  }

  it('is refused when a program does not run', async () => {
    writeFileSync(join(directory, 'cryptogen'), '#!/bin/sh\necho broken >&2\nexit 7\n', { mode: 0o755 });
    await assert.rejects(checkFabric(directory), /cryptogen version failed \(7\):\s+broken/);
  });
});
