import { beforeEach, describe, it } from 'node:test';
import { bytesFromHex, hexFromBytes, signCheckpoint } from '@twinspan/protocol';
import type { Hex, OutboxEntry } from '@twinspan/protocol';
import { AssetNetwork } from '../fakes/assetNetwork.ts';
import { BRIDGE, CHAIN_ID, laneOf, openLane } from '../fakes/fixtures.ts';
import { ReleaseScene } from '../fakes/releaseScene.ts';
import { attestorKeys } from '../fakes/tradingChain.ts';

const [first, second, third] = attestorKeys as [Hex, Hex, Hex];
const stranger: Hex = `0x${'00'.repeat(31)}09`;

let scene: ReleaseScene;
let entries: OutboxEntry[];
beforeEach(async () => {
  scene = await ReleaseScene.prepare();
  entries = [scene.redeem(0n, 10n)];
  scene.chain.append(scene.laneId, entries);
});

describe('release refuses signatures', () => {
  it('below the threshold', async () => {
    await scene.refuse('QUORUM_MISSING', entries, {}, []);
    await scene.refuse('QUORUM_MISSING', entries, {}, [third]);
  });

  it('repeated or out of order', async () => {
    await scene.refuse('SIGNER_ORDER', entries, {}, [first, first]);
    await scene.refuse('SIGNER_ORDER', entries, {}, [second, first]);
    await scene.refuse('SIGNER_ORDER', entries, {}, [first, second, second]);
    await scene.refuse('SIGNER_ORDER', entries, {}, [first, second, third, third]);
  });

  it('of a stranger, even beside a quorum', async () => {
    await scene.refuse('SIGNER_UNKNOWN', entries, {}, [stranger, stranger]);
    await scene.refuse('SIGNER_UNKNOWN', entries, {}, [first, second, stranger]);
  });

  it('over another block, chain or bridge', async () => {
    const { checkpoint } = await scene.chain.evidence(scene.laneId);
    const domain = { tradingChainId: CHAIN_ID, bridge: BRIDGE };
    const wrong: [typeof domain, typeof checkpoint][] = [
      [domain, { ...checkpoint, blockNumber: checkpoint.blockNumber + 5n }],
      [domain, { ...checkpoint, blockHash: `0x${'cc'.repeat(32)}` }],
      [{ ...domain, tradingChainId: 1n }, checkpoint],
      [{ ...domain, bridge: `0x${'b2'.repeat(20)}` }, checkpoint],
    ];
    for (const [otherDomain, otherCheckpoint] of wrong) {
      const signatures = [first, second].map((key) => signCheckpoint(otherDomain, otherCheckpoint, key));
      await scene.refuse('SIGNER_UNKNOWN', entries, { checkpoint, signatures });
    }
  });

  it('that are malformed or have a high S', async () => {
    const { checkpoint, signatures } = await scene.chain.evidence(scene.laneId, [first, second]);
    const [one, two] = signatures as [Hex, Hex];
    const wrongV: Hex = `0x${two.slice(2, -2)}1d`;
    await scene.refuse('SIGNATURE_BAD', entries, { checkpoint, signatures: [one, wrongV] });
    await scene.refuse('SIGNATURE_BAD', entries, { checkpoint, signatures: [one, withHighS(two)] });
    await scene.refuse('SIGNATURE_BAD', entries, { checkpoint, signatures: [one, `0x${'00'.repeat(64)}1b`] });
    await scene.refuse('BAD_REQUEST', entries, { checkpoint, signatures: [one, two.slice(0, -2) as Hex] });
    const many = Array.from({ length: 65 }, () => one);
    await scene.refuse('TOO_MANY', entries, { checkpoint, signatures: many });
  });

  it('while no attestor set is in force', async () => {
    const network = new AssetNetwork();
    const laneId = await openLane(network, 'CustodianMSP');
    await network.refused('ATTESTORS_UNSET', 'AuditorMSP', 'release', await scene.args(entries));
    await network.refused('LANE_UNKNOWN', 'AuditorMSP', 'release', {
      ...(await scene.args(entries)),
      laneId: laneId + 1n,
    });
  });
});

describe('release refuses proofs', () => {
  it('of another account', async () => {
    const accountProof = await scene.chain.foreignAccountProof();
    await scene.refuse('PROOF_BAD', entries, { accountProof });
  });

  it("of another slot: another lane's outbox", async () => {
    const other = laneOf('CustodianMSP', 1);
    scene.chain.append(other, entries);
    const { storageProof } = await scene.chain.evidence(other);
    await scene.refuse('PROOF_BAD', entries, { storageProof });
  });

  it('of another block', async () => {
    const old = await scene.chain.evidence(scene.laneId);
    scene.chain.append(scene.laneId, [scene.redeem(1n, 1n)]);
    const { accountProof, storageProof } = old;
    await scene.refuse('PROOF_BAD', entries, { accountProof, storageProof });
    await scene.refuse('PROOF_BAD', entries, { storageProof });
    await scene.refuse('PROOF_BAD', entries, { accountProof });
    // The old block by itself is sound, but leads to an older head.
    await scene.refuse('OUTBOX_MISMATCH', [...entries, scene.redeem(1n, 1n)], old);
  });

  it('that are cut, reordered, changed or not RLP', async () => {
    const { accountProof, storageProof } = await scene.chain.evidence(scene.laneId);
    for (const broken of brokenProofs(accountProof)) {
      await scene.refuse('PROOF_BAD', entries, { accountProof: broken });
    }
    for (const broken of brokenProofs(storageProof)) {
      await scene.refuse('PROOF_BAD', entries, { storageProof: broken });
    }
  });

  it('that are empty, too long or no hexadecimal', async () => {
    const node: Hex = '0x80';
    await scene.refuse('BAD_REQUEST', entries, { accountProof: [] });
    await scene.refuse('BAD_REQUEST', entries, { storageProof: ['0x8'] });
    await scene.refuse('BAD_REQUEST', entries, { storageProof: [`0x${'80'.repeat(1025)}`] });
    await scene.refuse('TOO_MANY', entries, { storageProof: Array.from({ length: 65 }, () => node) });
  });

  it('of a slot that is empty', async () => {
    const other = await ReleaseScene.prepare();
    other.chain.append(laneOf('CustodianMSP', 1), entries);
    await other.refuse('PROOF_BAD', entries);
  });
});

function* brokenProofs(proof: readonly Hex[]): Generator<readonly Hex[]> {
  yield proof.slice(0, -1);
  yield proof.slice(1);
  yield [...proof].reverse();
  yield ['0x'];
  yield ['0xff'];
  for (let i = 0; i < proof.length; i++) {
    const node = bytesFromHex(proof[i] ?? '0x');
    node[node.length - 1] = (node[node.length - 1] ?? 0) ^ 1;
    yield proof.map((one, at) => (at === i ? hexFromBytes(node) : one));
  }
}

/** The other signature over the same digest by the same key. */
function withHighS(signature: Hex): Hex {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = order - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith('1b') ? '1c' : '1b';
  return `0x${signature.slice(2, 66)}${s.toString(16).padStart(64, '0')}${v}`;
}
