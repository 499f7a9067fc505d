import type { Hex } from '@twinspan/protocol';
import { MAX_WIRE_CHARS } from '@twinspan/sdk';
import { MAX_PROOF_CHARS } from '../back/proofs.ts';

export const TOPICS = ['bundles', 'attestations', 'proofs'] as const;
export type TopicName = (typeof TOPICS)[number];

/** An attestation is about 350 characters. */
const MAX_ATTESTATION_CHARS = 1_024;

/** Longest item of each topic, in bytes (the items are ASCII). */
export const MAX_ITEM_BYTES: Readonly<Record<TopicName, number>> = {
  bundles: MAX_WIRE_CHARS,
  attestations: MAX_ATTESTATION_CHARS,
  proofs: MAX_PROOF_CHARS,
};

/** Topics are of one bridge: nodes of another would only reject each other's items. */
export function topicOf(name: TopicName, bridge: Hex): string {
  return `/twinspan/1/${bridge}/${name}`;
}
