import type { GossipsubOpts } from '@libp2p/gossipsub';
import type { Roster } from './standing.ts';

type Scoring = Required<Pick<GossipsubOpts, 'scoreParams' | 'scoreThresholds'>>;

/** Nodes behind one address before it counts against them: operators put several behind one. */
const MOST_NODES_PER_HOST = 8;

/** Gossipsub's score of a peer below which nothing that it sends is looked at. */
export const GRAYLIST = -40;

/**
 * How gossipsub weighs peers. Everyone here has a card, so the score is no guard against crowds of strangers but against
 * a member that misbehaves:
 * - credit is small and capped, so that no good past pays for a flood of garbage;
 * - what shuts a peer out by the own book comes before gossipsub's gray list, under which a peer would be ignored for ever
 *   without ever being told; gossipsub alone sees wrong signatures and broken promises, and grays for those;
 * - too few deliveries are never held against a peer: traffic follows locks, a quiet peer is not a bad one, and whatever a
 *   mesh withholds is fetched.
 */
export function scoringOf(topics: readonly string[], roster: Roster): Scoring {
  const perTopic = Object.fromEntries(topics.map((topic) => [topic, topicParams]));
  return {
    scoreParams: {
      topics: perTopic,
      topicScoreCap: 10,
      appSpecificScore: (peerId) => -(roster.get(peerId)?.offences() ?? 100),
      appSpecificWeight: 2,
      IPColocationFactorWeight: -1,
      IPColocationFactorThreshold: MOST_NODES_PER_HOST,
      IPColocationFactorWhitelist: new Set(['127.0.0.1', '::1']),
      behaviourPenaltyWeight: -1,
      behaviourPenaltyThreshold: 4,
      behaviourPenaltyDecay: 0.98,
      decayInterval: 1_000,
      decayToZero: 0.1,
      retainScore: 3_600_000,
    },
    scoreThresholds: {
      gossipThreshold: -10,
      publishThreshold: -20,
      graylistThreshold: GRAYLIST,
      acceptPXThreshold: 1_000,
      opportunisticGraftThreshold: 1,
    },
  };
}

const topicParams = {
  topicWeight: 1,
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1_000,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.1,
  firstMessageDeliveriesDecay: 0.95,
  firstMessageDeliveriesCap: 50,
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 5_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  invalidMessageDeliveriesWeight: -0.5,
  invalidMessageDeliveriesDecay: 0.98,
} as const;
