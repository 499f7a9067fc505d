// SPDX-License-Identifier: GPL-3.0-only
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, describe, it } from 'node:test';
import { compile } from '../../scripts/compile.ts';
import { ROOT } from '../../scripts/declaration.ts';

// The compiler sees only what is below the root.
mkdirSync(join(ROOT, '.cache'), { recursive: true });
const directory = mkdtempSync(join(ROOT, '.cache', 'compile-'));
after(() => {
  rmSync(directory, { recursive: true });
});

async function compileText(body: string): Promise<void> {
  const source = join(directory, 'trial.circom');
  writeFileSync(source, `pragma circom 2.2.3;\ntemplate Trial() {\n${body}\n}\ncomponent main = Trial();\n`);
  await compile(relative(ROOT, source), directory);
}

describe('compiling', () => {
  it('takes a template in which every signal is bound', async () => {
    await compileText('signal input a; signal input b; signal output c <== a * b;');
  });

  it('refuses a signal that no constraint binds', async () => {
    await assert.rejects(compileText('signal input a; signal input b; signal output c; c <-- a * b;'), /circom warns/);
  });

  it('refuses what does not parse', async () => {
    await assert.rejects(compileText('signal input;'));
  });
});
