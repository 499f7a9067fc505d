import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { addressField, Fault } from '@twinspan/protocol';
import { z } from 'zod';
import { ROLES } from '../config/roles.ts';
import type { Role } from '../config/roles.ts';

const CARD_FILE = '.card.json';

export const cardSchema = z.strictObject({
  node: z.string().min(1),
  operator: z.string().min(1),
  roles: z.array(z.enum(ROLES)).min(1),
  peerId: z.string().min(1),
  /** The operator's EVM account; an attestor's signs its checkpoints. */
  evmAddress: addressField,
  /** Multiaddrs without the peer id, for instance `/ip4/10.0.0.7/tcp/19001`. */
  addresses: z.array(z.string().min(1)).min(1),
});

/** How a node is introduced to the others. */
export type Card = z.output<typeof cardSchema>;

/** The cards in files and in folders of `*.card.json`. @throws Fault CONFIG_BAD */
export function readCards(paths: readonly string[]): readonly Card[] {
  return paths.flatMap(cardFilesIn).map(readCard);
}

/** The nodes among which the turns of a role are drawn, this one included when it has the role. */
export function nodesWith(role: Role, cards: readonly Card[], own: { node: string; roles: readonly Role[] }): string[] {
  const names = cards.filter(({ roles }) => roles.includes(role)).map(({ node }) => node);
  return [...new Set(own.roles.includes(role) ? [own.node, ...names] : names)];
}

function cardFilesIn(path: string): string[] {
  if (!existsSync(path)) throw new Fault('CONFIG_BAD', `there is no card ${path}`);
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith(CARD_FILE))
    .sort()
    .map((name) => join(path, name));
}

function readCard(file: string): Card {
  try {
    return cardSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Fault('CONFIG_BAD', `${file} is not a card: ${String(cause)}`, { cause });
  }
}
