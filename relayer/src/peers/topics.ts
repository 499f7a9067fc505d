import type { Hex } from '@twinspan/protocol';
import { MAX_WIRE_CHARS } from '@twinspan/sdk';
import { MAX_PROOF_CHARS } from '../back/proofs.ts';
import { MOST_ATTESTATIONS_SAID } from '../release/attestations.ts';

export const TOPICS = ['bundles', 'attestations', 'proofs'] as const;
export type TopicName = (typeof TOPICS)[number];

/** An attestation is about 350 characters. */
const MAX_ATTESTATION_CHARS = 512;

/** Items that go in one message at most, a line each. */
export const MOST_ITEMS_A_MESSAGE: Readonly<Record<TopicName, number>> = {
  bundles: 1,
  attestations: MOST_ATTESTATIONS_SAID,
  proofs: 1,
};

/** Longest message of each topic, in bytes (they are ASCII). */
export const MAX_MESSAGE_BYTES: Readonly<Record<TopicName, number>> = {
  bundles: MAX_WIRE_CHARS,
  attestations: MOST_ATTESTATIONS_SAID * MAX_ATTESTATION_CHARS,
  proofs: MAX_PROOF_CHARS,
};

/** Topics are of one bridge: nodes of another would only reject each other's items. */
export function topicOf(name: TopicName, bridge: Hex): string {
  return `/twinspan/1/${bridge}/${name}`;
}
