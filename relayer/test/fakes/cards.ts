import type { Hex } from '@twinspan/protocol';
import { attestorAddressOf } from '@twinspan/protocol';
import { signAsNode, signAsOperator } from '../../src/peers/card.ts';
import type { Card, CardDomain, Introduction } from '../../src/peers/card.ts';
import { peerIdOf } from '../../src/peers/peerId.ts';

export interface CardKeys {
  /** Ed25519. */
  readonly seed: Hex;
  /** secp256k1. */
  readonly operatorKey: Hex;
}

/** Keys of the `number`-th node, the same every time. */
export function cardKeys(number: number): CardKeys {
  const word = (kind: string): Hex => `0x${kind}${number.toString(16).padStart(62, '0')}`;
  return { seed: word('a5'), operatorKey: word('0e') };
}

/** A card that both keys signed. */
export async function cardOf(
  said: Pick<Introduction, 'node'> & Partial<Introduction>,
  domain: CardDomain,
  { seed, operatorKey }: CardKeys,
): Promise<Card> {
  const introduction: Introduction = {
    operator: said.node,
    roles: ['carrier', 'attestor'],
    peerId: await peerIdOf(seed),
    evmAddress: attestorAddressOf(operatorKey),
    addresses: ['/ip4/127.0.0.1/tcp/19001'],
    ...said,
  };
  return signAsOperator(await signAsNode(introduction, domain, seed), domain, operatorKey);
}
