import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AssetNetwork } from '../fakes/assetNetwork.ts';

const refuse = (code: string, argument: string): Promise<string> =>
  new AssetNetwork().refused(code, 'CustodianMSP', 'config', argument);

describe('the argument of a transaction', () => {
  it('is one JSON object without unknown fields', async () => {
    for (const argument of ['', '{', 'null', '[]', '"{}"', '1', '{} {}', '{"a":1}', '{"__proto__":{}}']) {
      await refuse('BAD_REQUEST', argument);
    }
  });

  it('is at most 1 MiB long and may be nested deeply', async () => {
    assert.match(await refuse('BAD_REQUEST', `{"a":"${'x'.repeat(1 << 20)}"}`), /1048576 characters/);
    await refuse('BAD_REQUEST', `{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`);
  });

  it('is refused in one short line, whatever it says', async () => {
    for (const key of ['x'.repeat(100_000), 'line\nbreak', 'CODE: a\u2028b', '\ud800']) {
      const sentence = await refuse('BAD_REQUEST', JSON.stringify({ [key]: 1 }));
      assert.ok(sentence.length <= 250);
      assert.ok(sentence.isWellFormed());
      assert.doesNotMatch(sentence, /[\p{Cc}\u2028\u2029]/u);
    }
  });
});
