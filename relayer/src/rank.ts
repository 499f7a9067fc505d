import { createHash } from 'node:crypto';

/**
 * A node's place in the turn for one piece of work: 0 acts at once, the others wait so many delays. Every node computes
 * the same order from the names alone, so nobody has to ask.
 * @param nodes those that have the role in question
 * @param work what the turn is about, for instance `deliver/<lane>/<turn>`
 */
export function rankOf(node: string, nodes: readonly string[], work: string): number {
  const order = [...nodes].sort((a, b) => compare(weight(work, a), weight(work, b)));
  const place = order.indexOf(node);
  return place === -1 ? order.length : place;
}

function weight(work: string, node: string): string {
  return createHash('sha256').update(`${work}\n${node}`).digest('hex');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Consecutive epochs share a carrier, because one sender's nonces are what puts several epochs into one block in order. */
const EPOCHS_PER_TURN = 32n;

export function deliveryTurn(laneId: bigint, epoch: bigint): string {
  return `deliver/${laneId}/${epoch / EPOCHS_PER_TURN}`;
}
