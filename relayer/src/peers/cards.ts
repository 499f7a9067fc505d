import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@twinspan/protocol';
import { MAX_CARD_BYTES, parseCard, verifyCard } from './card.ts';
import type { Card, CardDomain } from './card.ts';
import type { Role } from '../config/roles.ts';

/** Most nodes of one bridge. */
const MOST_CARDS = 256;
export const CARD_ENDING = '.card.json';

/**
 * The allow-list: every card in these files, and in these folders every file that ends with `.card.json`.
 * @throws Fault CARD_BAD when one of them is not signed by both its keys for this bridge, or two contradict each other
 */
export async function readCards(paths: readonly string[], domain: CardDomain): Promise<readonly Card[]> {
  const files = paths.flatMap(filesAt);
  if (files.length > MOST_CARDS) throw new Fault('CARD_BAD', `${files.length} cards are more than ${MOST_CARDS}`);
  const cards = await Promise.all(files.map((file) => readCard(file, domain)));
  requireAgreement(cards);
  return cards;
}

/** The nodes among which the turns of a role are drawn, this one included when it has the role. */
export function nodesWith(role: Role, cards: readonly Card[], own: { node: string; roles: readonly Role[] }): string[] {
  const names = cards.filter(({ roles }) => roles.includes(role)).map(({ node }) => node);
  return [...new Set(own.roles.includes(role) ? [own.node, ...names] : names)];
}

function filesAt(path: string): readonly string[] {
  if (!existsSync(path)) throw new Fault('CARD_BAD', `there is no card file or folder ${path}`);
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith(CARD_ENDING))
    .sort()
    .map((name) => join(path, name));
}

async function readCard(file: string, domain: CardDomain): Promise<Card> {
  try {
    if (statSync(file).size > MAX_CARD_BYTES) throw new Fault('CARD_BAD', `it has more than ${MAX_CARD_BYTES} bytes`);
    const card = parseCard(readFileSync(file, 'utf8'));
    await verifyCard(card, domain);
    return card;
  } catch (cause) {
    const why = cause instanceof Fault ? cause.sentence : String(cause);
    throw new Fault('CARD_BAD', `${file}: ${why}`, { cause });
  }
}

/** One card a node and a peer id; an operator has one EVM key, and an EVM key one operator. @throws Fault CARD_BAD */
function requireAgreement(cards: readonly Card[]): void {
  const nodes = new Set<string>();
  const peerIds = new Set<string>();
  const addresses = new Map<string, string>();
  const operators = new Map<string, string>();
  for (const { node, peerId, operator, evmAddress } of cards) {
    if (nodes.has(node)) throw new Fault('CARD_BAD', `two cards are of node ${node}`);
    if (peerIds.has(peerId)) throw new Fault('CARD_BAD', `two cards are of peer ${peerId}`);
    if ((addresses.get(operator) ?? evmAddress) !== evmAddress)
      throw new Fault('CARD_BAD', `operator ${operator} has two EVM addresses`);
    if ((operators.get(evmAddress) ?? operator) !== operator)
      throw new Fault('CARD_BAD', `${evmAddress} belongs to two operators`);
    nodes.add(node);
    peerIds.add(peerId);
    addresses.set(operator, evmAddress);
    operators.set(evmAddress, operator);
  }
}
