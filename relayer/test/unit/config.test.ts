import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import { readConfig } from '../../src/config/readConfig.ts';
import { rolesOf } from '../../src/config/roles.ts';
import { configSchemaAt } from '../../src/config/schema.ts';
import { readKey, readSecret } from '../../src/config/secrets.ts';

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

/** Names of properties anywhere in a JSON schema. */
function keysOf(schema: unknown): Set<string> {
  if (typeof schema !== 'object' || schema === null) return new Set();
  const deeper = Object.values(schema).flatMap((inner) => [...keysOf(inner)]);
  const { properties } = schema as { properties?: object };
  return new Set([...Object.keys(properties ?? {}), ...deeper]);
}

const refuses =
  (sentence: RegExp) =>
  (error: unknown): boolean =>
    error instanceof Fault && error.code === 'CONFIG_BAD' && sentence.test(error.sentence);

describe('readConfig', () => {
  it('reads the example, comments and all, with paths relative to it', () => {
    const config = readConfig(example);
    assert.equal(config.node, 'custodian-1');
    assert.equal(config.peers.keyFile, join(resolve(example, '..'), 'secrets/peer.key'));
    assert.equal(config.back.batchFrom, 5);
    assert.equal(config.retention.epochs, 100_000);
  });

  it('refuses unknown keys, wherever they are', () => {
    const top = exampleWith((config) => Object.assign(config, { minting: {} }));
    assert.throws(() => readConfig(top), refuses(/minting/));
    const deep = exampleWith((config) => Object.assign(part(config, 'trading'), { rpcURL: 'http://x' }));
    assert.throws(() => readConfig(deep), refuses(/rpcURL/));
  });

  it('keeps a bounded past: with nothing said as the example says, and neither too little nor without end', () => {
    const unsaid = exampleWith((config) => Reflect.deleteProperty(config, 'retention'));
    assert.equal(readConfig(unsaid).retention.epochs, 100_000);
    for (const epochs of [255, 100_000_001, 300.5]) {
      const bad = exampleWith((config) => Object.assign(config, { retention: { epochs } }));
      assert.throws(() => readConfig(bad), refuses(/retention\.epochs|retention/), String(epochs));
    }
    assert.equal(
      readConfig(exampleWith((config) => Object.assign(config, { retention: { epochs: 256 } }))).retention.epochs,
      256,
    );
  });

  it('refuses a node without a role, and a prover that could read nothing', () => {
    const roles = ['gateway', 'carrier', 'attestor', 'prover'];
    const without = (...gone: string[]): string =>
      exampleWith((config) => {
        for (const role of gone) Reflect.deleteProperty(config, role);
      });
    assert.throws(() => readConfig(without(...roles)), refuses(/a node needs a role/));
    assert.throws(() => readConfig(without('gateway')), refuses(/only a gateway can read .* add a part gateway/));
    for (const kept of ['gateway', 'carrier', 'attestor']) {
      assert.deepEqual(rolesOf(readConfig(without(...roles.filter((role) => role !== kept)))), [kept]);
    }
  });

  it('has every key of the schema in the example', () => {
    const text = readFileSync(example, 'utf8');
    const keys = keysOf(z.toJSONSchema(configSchemaAt('/'), { io: 'input' }));
    assert.ok(keys.size > 40);
    assert.deepEqual(
      [...keys].filter((key) => !text.includes(`"${key}"`)),
      [],
    );
  });

  it('refuses what is missing or of another kind, and says where', () => {
    assert.throws(
      () => readConfig(exampleWith((config) => delete part(config, 'gateway').mspId)),
      refuses(/gateway\.mspId/),
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

  it('refuses a key that belongs to somebody else', () => {
    assert.throws(() => readSecret(key, statSync(key).uid + 1), refuses(/belongs to user \d+, .*chown it/));
  });

  it('refuses a key that others can read, and what is no key', () => {
    chmodSync(key, 0o640);
    assert.throws(() => readKey(key), refuses(/chmod 600/));
    chmodSync(key, 0o600);
    writeFileSync(key, 'abc');
    assert.throws(() => readKey(key), refuses(/64 hex digits/));
  });
});
