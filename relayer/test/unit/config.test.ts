import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { readConfig, readKey } from '../../src/config.ts';

const directory = mkdtempSync(join(tmpdir(), 'twinspan-config-'));
const example = resolve(import.meta.dirname, '../../config.example.jsonc');
const file = join(directory, 'config.json');

after(() => rm(directory, { recursive: true }));

interface Plain {
  [key: string]: Plain | string | number | string[];
}

function exampleWith(change: (config: Plain) => void): string {
  const commented = readFileSync(example, 'utf8').replaceAll(/^\s*\/\/.*$/gm, '');
  const config = JSON.parse(commented.replaceAll(/,(?=\s*[}\]])/g, '')) as Plain;
  change(config);
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function part(config: Plain, name: string): Plain {
  const found = config[name];
  assert.ok(typeof found === 'object' && !Array.isArray(found));
  return found;
}

const refuses =
  (sentence: RegExp) =>
  (error: unknown): boolean =>
    error instanceof Fault && error.code === 'CONFIG_BAD' && sentence.test(error.sentence);

describe('readConfig', () => {
  it('reads the example, comments and all, with paths relative to it', () => {
    const config = readConfig(example);
    assert.equal(config.operator, 'custodian');
    assert.equal(config.peers.keyFile, join(resolve(example, '..'), 'secrets/peer.key'));
    assert.equal(config.back.batchFrom, 5);
  });

  it('refuses unknown keys, wherever they are', () => {
    const top = exampleWith((config) => Object.assign(config, { minting: {} }));
    assert.throws(() => readConfig(top), refuses(/minting/));
    const deep = exampleWith((config) => Object.assign(part(config, 'trading'), { rpcURL: 'http://x' }));
    assert.throws(() => readConfig(deep), refuses(/rpcURL/));
  });

  it('refuses what is missing or of another kind, and says where', () => {
    assert.throws(
      () => readConfig(exampleWith((config) => delete part(config, 'asset').mspId)),
      refuses(/asset\.mspId/),
    );
    assert.throws(
      () => readConfig(exampleWith((config) => Object.assign(part(config, 'http'), { port: '80' }))),
      refuses(/http\.port/),
    );
    assert.throws(() => readConfig(join(directory, 'none.json')), refuses(/no file/));
  });
});

describe('readKey', () => {
  const key = join(directory, 'key');

  it('reads a key that only its owner can read', () => {
    writeFileSync(key, `0x${'ab'.repeat(32)}\n`);
    chmodSync(key, 0o600);
    assert.equal(readKey(key), `0x${'ab'.repeat(32)}`);
  });

  it('refuses a key that others can read, and what is no key', () => {
    chmodSync(key, 0o640);
    assert.throws(() => readKey(key), refuses(/chmod 600/));
    chmodSync(key, 0o600);
    writeFileSync(key, 'abc');
    assert.throws(() => readKey(key), refuses(/64 hex digits/));
  });
});
