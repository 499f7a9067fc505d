import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { packChaincode } from '../../src/fabric/chaincodePackage.ts';

async function unpack(archive: Uint8Array): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const reader = extract();
  reader.on('entry', (header, stream, next) => {
    void buffer(stream).then((content) => {
      files.set(header.name, content);
      next();
    });
  });
  reader.end(gunzipSync(archive));
  await once(reader, 'finish');
  return files;
}

describe('chaincode package', () => {
  it('has the same bytes and id every time', async () => {
    const first = await packChaincode('rights', '127.0.0.1:17154');
    const second = await packChaincode('rights', '127.0.0.1:17154');
    assert.deepEqual(first, second);
    assert.equal(first.id, `rights:${createHash('sha256').update(first.bytes).digest('hex')}`);
  });

  it('has another id for another server', async () => {
    const [one, other] = await Promise.all(['127.0.0.1:1', '127.0.0.1:2'].map((at) => packChaincode('rights', at)));
    assert.notEqual(one?.id, other?.id);
  });

  it('says the type that the builder detects, and the address alone', async () => {
    const files = await unpack((await packChaincode('rights', '127.0.0.1:17154')).bytes);
    // builder/bin/detect looks for exactly these characters.
    assert.match(String(files.get('metadata.json')), /"type":"ccaas"/);
    const code = await unpack(files.get('code.tar.gz') ?? Buffer.alloc(0));
    assert.deepEqual([...code.keys()], ['connection.json']);
    assert.equal(String(code.get('connection.json')), '{"address":"127.0.0.1:17154"}');
  });
});
