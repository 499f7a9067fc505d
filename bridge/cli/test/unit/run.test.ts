import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { faultCodes } from '@twinspan/protocol';
import { z } from 'zod';
import { nouns } from '../../src/program.ts';
import { run } from '../../src/run.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function twinspan(...args: string[]): Promise<Ran> {
  const said = { out: '', err: '' };
  const code = await run(args, {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  return { code, ...said };
}

const faultSchema = z.object({ error: z.object({ code: z.string(), sentence: z.string(), advice: z.string() }) });

const folder = mkdtempSync(join(tmpdir(), 'twinspan-cli-'));
let files = 0;

function inFile(content: unknown): string {
  const file = join(folder, `input${files++}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the command line', () => {
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('help names every noun and the exit codes, and is no failure', async () => {
    const { code, out, err } = await twinspan('--help');
    assert.equal(code, 0);
    assert.equal(err, '');
    for (const { name } of nouns) assert.match(out, new RegExp(`^  ${name} `, 'm'));
    assert.match(out, /exit codes: 0 done/);
  });

  for (const { name, verbs } of nouns) {
    for (const { name: verb, summary } of verbs) {
      it(`twinspan ${name} ${verb} --help says what it does`, async () => {
        const { code, out } = await twinspan(name, verb, '--help');
        assert.equal(code, 0);
        assert.ok(out.replaceAll(/\s+/g, ' ').includes(summary));
      });
    }
  }

  it('explains every fault, by code or Solidity name', async () => {
    for (const code of faultCodes) assert.equal((await twinspan('explain', code)).code, 0);
    const { out } = await twinspan('explain', 'HoldingShort', '--json');
    assert.equal(z.object({ code: z.string() }).parse(JSON.parse(out)).code, 'HOLDING_SHORT');
    const list = await twinspan('explain', '--json');
    assert.equal(z.array(z.unknown()).parse(JSON.parse(list.out)).length, faultCodes.length);
  });

  it('an unknown fault is bad usage, with those that are near', async () => {
    const { code, err } = await twinspan('explain', 'LOCK_GONE');
    assert.equal(code, 2);
    assert.match(err, /LOCK_SEALED/);
  });

  it('bad usage is 2 and says which flag', async () => {
    const wrong: readonly (readonly [string[], RegExp])[] = [
      [['nonsense'], /unknown command/],
      [['record', 'nonsense'], /unknown command/],
      [['record', 'show'], /missing required argument/],
      [['record', 'show', 'x', '--nonsense'], /unknown option/],
      [['record', 'freeze', 'x'], /--reason is needed/],
      [['record', 'revoke', 'x', '--reason', 'y'], /--yes/],
      [['record', 'value', 'x', '2,5'], /hkd: expected HKD/],
      [['record', 'confirm', 'x', '--window-limit', '-1'], /--window-limit: expected whole base units/],
      [['record', 'register'], /--file is needed/],
      [['lock', 'add', '--record', 'x'], /give --record, --from, --to and --units, or --file alone/],
      [['lock', 'add', '--file', 'x', '--units', '1'], /--file alone/],
      [['epoch', 'list', '--last', '0'], /--last: expected a number/],
      [['message', 'show', 'x'], /message: expected a lock id/],
      [['token', 'redeem', 'x', '1'], /--to is needed/],
      [['token', 'redeem', 'x', '0', '--to', 'a'], /units: expected between/],
    ];
    for (const [args, said] of wrong) {
      const { code, out, err } = await twinspan(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, said);
      assert.equal(out, '');
    }
  });

  it('a missing network is bad configuration, as JSON on standard error where that is asked for', async () => {
    const { code, out, err } = await twinspan('record', 'list', '--network', '/nowhere/network.json', '--json');
    assert.equal(code, 2);
    assert.equal(out, '');
    const { error } = faultSchema.parse(JSON.parse(err));
    assert.equal(error.code, 'CONFIG_BAD');
    assert.match(error.sentence, /twinspan devnet up/);
  });

  it('has every verb and flag that the operations page names', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
    const commands = [...page.matchAll(/npm run twinspan -- ([^`\n]+)/g)].map(([, words = '']) =>
      words.trim().split(' '),
    );
    assert.ok(commands.length > 8);
    for (const words of commands) {
      const verb = words.slice(0, words.findIndex((word) => !/^[a-z]+$/.test(word)) >>> 0);
      const { code, out } = await twinspan(...verb, '--help');
      assert.equal(code, 0, words.join(' '));
      for (const flag of words.filter((word) => word.startsWith('--'))) assert.ok(out.includes(flag), words.join(' '));
    }
  });

  it('options of the whole program stand before or after the verb', async () => {
    for (const args of [
      ['--network', '/nowhere', 'lane', 'list'],
      ['lane', 'list', '--network', '/nowhere'],
    ]) {
      assert.match((await twinspan(...args)).err, /\/nowhere is not there/);
    }
  });

  it('a file that is missing, not JSON or wrong names what is wrong before any chain is asked', async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['/nowhere/record.json', /cannot be read/],
      [inFile('{'), /is not JSON/],
      [inFile({}), /registrationNumber: .*; name: /],
      [inFile({ confidential: { class: 'MOON' } }), /confidential\.class/],
    ];
    for (const [file, said] of wrong) {
      const { code, err } = await twinspan('record', 'register', '--file', file, '--network', '/nowhere');
      assert.equal(code, 2);
      assert.match(err, said);
    }
  });
});
