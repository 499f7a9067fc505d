import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { bytesFromHex, hexFromBytes, type Hex } from '@twinspan/protocol';
import { assetChainClientAbi, backingsAbi } from '../generated/abi.ts';
import { ask, type TradingSession } from './session.ts';

/** A member as the client contract keeps it. */
export interface MemberInForce {
  readonly identity: Uint8Array;
  readonly qx: Hex;
  readonly qy: Hex;
}

export interface ConsortiumInForce {
  readonly assetChainId: Hex;
  readonly threshold: number;
  readonly members: readonly MemberInForce[];
}

/** What has to be so before anything is begun: asked once, of one node. */
export interface DeploymentVerbs {
  /** The id that the node itself names. */
  chainIdNow(): Promise<number>;
  hasCode(address: Hex): Promise<boolean>;
  /** Whether the chain checks P-256 signatures (EIP-7951); one that does not answers with nothing. */
  verifiesP256(): Promise<boolean>;
  consortiumInForce(): Promise<ConsortiumInForce>;
  /** Deployed code of the verifiers for one record and for sixteen. */
  verifierCodes(): Promise<readonly [Hex, Hex]>;
  /** Unix seconds of the newest block. */
  newestBlockSeconds(): Promise<number>;
}

const P256_VERIFY = '0x0000000000000000000000000000000000000100';

export function deploymentVerbs(session: TradingSession): DeploymentVerbs {
  const { client, options } = session;
  const codeAt = async (address: Hex): Promise<Hex> =>
    (await ask('eth_getCode', () => client.getCode({ address }))) ?? '0x';
  return {
    chainIdNow: () => ask('eth_chainId', () => client.getChainId()),
    hasCode: async (address) => (await codeAt(address)) !== '0x',
    verifiesP256: async () => {
      const { data } = await ask('P256VERIFY', () => client.call({ to: P256_VERIFY, data: goodSignature() }));
      return data !== undefined && BigInt(data) === 1n;
    },
    consortiumInForce: () => consortiumInForce(session),
    verifierCodes: async () => {
      const contract = { address: options.addresses.backings, abi: backingsAbi } as const;
      const [one, sixteen] = await ask('the verifiers', () =>
        Promise.all([
          client.readContract({ ...contract, functionName: 'ONE' }),
          client.readContract({ ...contract, functionName: 'SIXTEEN' }),
        ]),
      );
      return Promise.all([codeAt(one), codeAt(sixteen)]);
    },
    newestBlockSeconds: async () => Number((await ask('the newest block', () => client.getBlock())).timestamp),
  };
}

async function consortiumInForce({ client, options }: TradingSession): Promise<ConsortiumInForce> {
  const contract = { address: options.addresses.assetChainClient, abi: assetChainClientAbi } as const;
  const [assetChainId, threshold, count] = await ask('the consortium', () =>
    Promise.all([
      client.readContract({ ...contract, functionName: 'ASSET_CHAIN_ID' }),
      client.readContract({ ...contract, functionName: 'THRESHOLD' }),
      client.readContract({ ...contract, functionName: 'memberCount' }),
    ]),
  );
  const members = await ask('the members', () =>
    Promise.all(
      Array.from({ length: Number(count) }, async (_, place) => {
        const args = [BigInt(place)] as const;
        const [, identity, qx, qy] = await client.readContract({ ...contract, functionName: 'memberAt', args });
        return { identity: bytesFromHex(identity), qx, qy };
      }),
    ),
  );
  return { assetChainId, threshold: Number(threshold), members };
}

/** hash ‖ r ‖ s ‖ x ‖ y of a key that nobody keeps. */
function goodSignature(): Hex {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const message = Buffer.from('twinspan');
  const signature = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'));
  return hexFromBytes(Buffer.concat([createHash('sha256').update(message).digest(), signature, ...point]));
}
