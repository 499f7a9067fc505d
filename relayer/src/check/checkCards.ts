import type { AddressBook } from '@twinspan/sdk';
import { ROLES, rolesOf } from '../config/roles.ts';
import type { Config } from '../config/schema.ts';
import { readKey } from '../config/secrets.ts';
import type { Card } from '../peers/card.ts';
import { nodesWith, readCards } from '../peers/cards.ts';
import { peerIdOf } from '../peers/peerId.ts';
import { Amiss, look } from './finding.ts';
import type { Finding } from './finding.ts';

const makeAnew = 'Make the card anew and give it to the other operators.';

/** The cards of all nodes, and what is wrong with them or with the own one. */
export async function checkCards(
  config: Config,
  { chainId, addresses }: AddressBook,
): Promise<{ readonly cards: readonly Card[]; readonly findings: readonly Finding[] }> {
  let cards: readonly Card[] = [];
  const read = await look('peers.cards', async () => {
    cards = await readCards(config.peers.cards, { tradingChainId: BigInt(chainId), bridge: addresses.bridge });
    return `${cards.length} cards are signed by both their keys`;
  });
  if (!read.ok) return { cards, findings: [read] };
  const own = await look('peers.own', () => ownOf(config, cards));
  return { cards, findings: [read, own, await look('peers.roles', () => coveredOf(config, cards))] };
}

async function ownOf(config: Config, cards: readonly Card[]): Promise<string> {
  const card = cards.find(({ node }) => node === config.node);
  if (card === undefined) {
    throw new Amiss(`there is no card of ${config.node}`, 'Put the own card among the others: they need it as well.');
  }
  const peerId = await peerIdOf(readKey(config.peers.keyFile));
  if (card.peerId !== peerId)
    throw new Amiss(`the peer key is of ${peerId}, the own card names ${card.peerId}`, makeAnew);
  if (card.operator !== config.operator) {
    throw new Amiss(`the own card names operator ${card.operator}, the configuration ${config.operator}`, makeAnew);
  }
  const [said, has] = [card.roles, rolesOf(config)].map((roles) => [...roles].sort().join(', '));
  if (said !== has) throw new Amiss(`the own card names the roles ${said}, the configuration has ${has}`, makeAnew);
  return `the own card names this node's key and roles`;
}

/** A bridge needs each of these somewhere, else work waits for ever. */
function coveredOf(config: Config, cards: readonly Card[]): string {
  const own = { node: config.node, roles: rolesOf(config) };
  const numbers = ROLES.map((role) => [role, nodesWith(role, cards, own).length] as const);
  const missing = numbers.filter(([role, count]) => count === 0 && role !== 'prover').map(([role]) => role);
  if (missing.length === 0) return numbers.map(([role, count]) => `${count} × ${role}`).join(', ');
  throw new Amiss(`no node is ${missing.join(' or ')}`, 'Get the cards of nodes that have these roles.');
}
