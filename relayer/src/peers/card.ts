import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { peerIdFromString } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import {
  addressField,
  bytesFromHex,
  canonicalJson,
  Fault,
  hexField,
  hexFromBytes,
  recoverAttestor,
  utf8Bytes,
} from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { hashMessage } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';
import { ROLES } from '../config/roles.ts';
import type { Role } from '../config/roles.ts';

/** The bridge that a card is good for. */
export interface CardDomain {
  readonly tradingChainId: bigint;
  readonly bridge: Hex;
}

/** What a node says of itself. */
export interface Introduction {
  /** Unique among all nodes: turns are drawn from these names. */
  readonly node: string;
  /** Who runs it. */
  readonly operator: string;
  readonly roles: readonly Role[];
  readonly peerId: string;
  /** The operator's, lower case; an attestor attests under it. */
  readonly evmAddress: Hex;
  /** Multiaddrs without the peer id, for instance `/ip4/10.0.0.7/tcp/19001`; none on a node that only dials. */
  readonly addresses: readonly string[];
}

/** An introduction that the node's key has signed, on its way to the operator's. */
export interface Draft extends Introduction {
  /** Ed25519, 64 bytes, over `cardText`. */
  readonly peerSignature: Hex;
}

/** A signed introduction: both keys vouch for each other and for the rest. */
export interface Card extends Draft {
  /** EIP-191, 65 bytes r ‖ s ‖ v, over `cardText`. */
  readonly evmSignature: Hex;
}

/** Longest card file, in bytes. */
export const MAX_CARD_BYTES = 4_096;

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
  error: 'expected 1–63 characters of A-Z a-z 0-9 . _ -',
});
const unique = (items: readonly string[]): boolean => new Set(items).size === items.length;

const introduction = {
  node: name,
  operator: name,
  roles: z.array(z.enum(ROLES)).min(1).refine(unique, { error: 'a role stands twice' }),
  peerId: z.string().max(64).refine(isEd25519PeerId, { error: 'expected the peer id of an Ed25519 key' }),
  evmAddress: addressField,
  addresses: z
    .array(z.string().max(200).refine(isTcpAddress, { error: 'expected a multiaddr with tcp and without peer id' }))
    .max(8)
    .refine(unique, { error: 'an address stands twice' }),
};
const introductionSchema = z.strictObject(introduction);
const draftSchema = introductionSchema.extend({ peerSignature: hexField(64) });
const cardSchema = draftSchema.extend({ evmSignature: hexField(65) });

/** What both keys sign: one line of title and canonical JSON, bound to one bridge, so that any wallet can show it. */
export function cardText({ tradingChainId, bridge }: CardDomain, card: Introduction): string {
  const { node, operator, roles, peerId, evmAddress, addresses } = card;
  const said = { node, operator, roles: [...roles], peerId, evmAddress, addresses: [...addresses] };
  return `Twinspan node card\n${canonicalJson({ ...said, tradingChainId, bridge })}`;
}

/** @param seed Ed25519 seed of the peer id, 32 bytes. @throws Fault CARD_BAD when it is another peer's */
export async function signAsNode(said: Introduction, domain: CardDomain, seed: Hex): Promise<Draft> {
  const key = await generateKeyPairFromSeed('Ed25519', bytesFromHex(seed, 32));
  requireForm(introductionSchema, said, 'the introduction');
  if (key.publicKey.toString() !== said.peerId) throw new Fault('CARD_BAD', `the key is not peer ${said.peerId}'s`);
  return { ...said, peerSignature: hexFromBytes(await key.sign(utf8Bytes(cardText(domain, said)))) };
}

/** @throws Fault CARD_BAD when the key is not the named address's or the node's own signature does not verify */
export async function signAsOperator(draft: Draft, domain: CardDomain, privateKey: Hex): Promise<Card> {
  const account = privateKeyToAccount(privateKey);
  if (account.address.toLowerCase() !== draft.evmAddress) {
    throw new Fault(
      'CARD_BAD',
      `the key of ${account.address.toLowerCase()} is not the operator's, ${draft.evmAddress}`,
    );
  }
  await requirePeerSignature(draft, domain);
  return { ...draft, evmSignature: await account.signMessage({ message: cardText(domain, draft) }) };
}

/** Form only: pass the card to `verifyCard` before trusting it. @throws Fault CARD_BAD */
export function parseCard(text: string): Card {
  return parse(cardSchema, text, 'the card');
}

/** Form only. @throws Fault CARD_BAD */
export function parseDraft(text: string): Draft {
  return parse(draftSchema, text, 'the draft');
}

/** Whether both keys signed exactly this card, for this bridge. @throws Fault CARD_BAD */
export async function verifyCard(card: Card, domain: CardDomain): Promise<void> {
  await requirePeerSignature(card, domain);
  const signer = signerOf(card, domain);
  if (signer !== card.evmAddress) {
    throw new Fault('CARD_BAD', `${card.node}: the operator's signature is not of ${card.evmAddress} over this card`);
  }
}

async function requirePeerSignature(draft: Draft, domain: CardDomain): Promise<void> {
  const { publicKey } = peerIdFromString(draft.peerId);
  const isSigned =
    publicKey !== undefined &&
    (await publicKey.verify(utf8Bytes(cardText(domain, draft)), bytesFromHex(draft.peerSignature, 64)));
  if (!isSigned) {
    throw new Fault('CARD_BAD', `${draft.node}: the node's signature is not of ${draft.peerId} over this card`);
  }
}

function signerOf(card: Card, domain: CardDomain): Hex | undefined {
  try {
    return recoverAttestor(hashMessage(cardText(domain, card)), card.evmSignature);
  } catch {
    return undefined;
  }
}

function parse<Value>(schema: z.ZodType<Value>, text: string, what: string): Value {
  if (text.length > MAX_CARD_BYTES) throw new Fault('CARD_BAD', `${what} has more than ${MAX_CARD_BYTES} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Fault('CARD_BAD', `${what} is not JSON`, { cause });
  }
  return requireForm(schema, value, what);
}

function requireForm<Value>(schema: z.ZodType<Value>, value: unknown, what: string): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Fault('CARD_BAD', `${what}: ${z.prettifyError(parsed.error)}`);
}

function isEd25519PeerId(text: string): boolean {
  try {
    return peerIdFromString(text).type === 'Ed25519';
  } catch {
    return false;
  }
}

function isTcpAddress(text: string): boolean {
  try {
    const names = multiaddr(text)
      .getComponents()
      .map((component) => component.name);
    return names.includes('tcp') && !names.includes('p2p');
  } catch {
    return false;
  }
}
