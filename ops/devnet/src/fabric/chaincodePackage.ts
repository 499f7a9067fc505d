import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A package as peers install it. */
export interface ChaincodePackage {
  readonly bytes: Uint8Array;
  /** `label:sha256`, as peers compute it. */
  readonly id: string;
}

/**
 * Packs the address of a chaincode server for a peer to install. Equal arguments give equal bytes.
 *
 * @param address host:port at which the peer dials the server
 */
export async function packChaincode(label: string, address: string): Promise<ChaincodePackage> {
  const code = await archive([['connection.json', JSON.stringify({ address })]]);
  const bytes = await archive([
    ['metadata.json', JSON.stringify({ type: 'ccaas', label, path: '' })],
    ['code.tar.gz', code],
  ]);
  return { bytes, id: `${label}:${createHash('sha256').update(bytes).digest('hex')}` };
}

/** A tar.gz whose bytes depend on the names and contents alone. */
async function archive(files: readonly (readonly [name: string, content: string | Buffer])[]): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of files) {
    tar.entry({ name, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) }, content);
  }
  tar.finalize();
  return gzipSync(await buffer(tar));
}
