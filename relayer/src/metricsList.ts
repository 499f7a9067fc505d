import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** Everything that a node shows, declared here once. Labels take few values: never an id that grows with use. */

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

function makerFor(registry: Registry) {
  const registers = [registry];
  return {
    gauge: <L extends string>(name: string, help: string, labelNames: L[] = []): Gauge<L> =>
      new Gauge({ name, help, labelNames, registers }),
    counter: <L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> =>
      new Counter({ name, help, labelNames, registers }),
    seconds: <L extends string>(name: string, help: string, labelNames: L[] = []): Histogram<L> =>
      new Histogram({ name, help, labelNames, registers, buckets: SECONDS }),
  };
}

type Maker = ReturnType<typeof makerFor>;

const ofStages = ({ gauge, counter, seconds }: Maker) => ({
  stageQueue: gauge('bridge_stage_queue_length', 'Jobs waiting at a stage, parked ones excluded', ['stage']),
  stageParked: gauge('bridge_stage_parked', 'Jobs that wait for a human or a change outside', ['stage']),
  stageAge: gauge('bridge_stage_oldest_age_seconds', 'Age of the oldest waiting job', ['stage']),
  stageTurn: gauge('bridge_stage_last_turn_timestamp_seconds', 'When the stage last looked for work', ['stage']),
  stageAttempts: counter('bridge_stage_attempts_total', 'Attempts by outcome', ['stage', 'outcome']),
  stageSeconds: seconds('bridge_stage_seconds', 'Time of one attempt', ['stage']),
  faults: counter('bridge_faults_total', 'Faults by code', ['stage', 'code']),
});

const ofChains = ({ gauge, counter }: Maker) => ({
  chainHead: gauge('bridge_chain_head', 'Newest block seen', ['chain']),
  chainApplied: gauge('bridge_chain_applied', 'Newest block whose events are applied', ['chain']),
  chainFinal: gauge('bridge_chain_final', 'Newest final block of the trading chain'),
  chainErrors: counter('bridge_chain_errors_total', 'Times that a feed could not read its chain', ['chain']),
  reorgs: counter('bridge_reorgs_total', 'Reorganizations of the trading chain seen'),
});

/** Answers of several endpoints or peers that are compared. */
export const compared = ['chainId', 'block', 'checkpoint', 'lane', 'epoch', 'outbox'] as const;
export type Compared = (typeof compared)[number];

const ofTruth = ({ gauge, counter }: Maker) => ({
  attestingStopped: gauge('bridge_attesting_stopped', '1 while final blocks stand replaced or finality goes back'),
  attestationConflicts: counter('bridge_attestation_conflicts_total', 'Blocks with two checkpoints of one attestor'),
  attestationsSeen: counter('bridge_attestations_seen_total', 'Attestations seen, own ones included', ['attestor']),
  disagreements: counter(
    'bridge_endpoint_disagreements_total',
    'Different answers of two endpoints, or two peers, about the same height',
    ['what'],
  ),
  endpointUp: gauge('bridge_endpoint_up', '1 while the endpoint or peer answers', ['endpoint']),
  endpointBehind: gauge('bridge_endpoint_blocks_behind', 'Blocks behind the newest head of all', ['endpoint']),
});

const ofCrossings = ({ gauge, counter, seconds }: Maker) => ({
  sealed: counter('bridge_messages_sealed_total', 'Messages in epochs seen sealed'),
  delivered: counter('bridge_messages_delivered_total', 'Messages in epochs seen delivered'),
  held: gauge('bridge_messages_held', 'Messages held on the trading chain', ['reason']),
  undelivered: gauge('bridge_epochs_undelivered', 'Epochs sealed and not delivered'),
  paused: gauge('bridge_lanes_paused', 'Lanes that an operator paused on this node'),
  sealToMint: seconds('bridge_crossing_seconds', 'Time from seal to delivery of an epoch'),
  released: counter('bridge_releases_total', 'Outbox entries seen released on the asset chain'),
  outboxPending: gauge('bridge_outbox_pending', 'Outbox entries known and not released'),
  nextLook: gauge('bridge_backing_next_look_timestamp_seconds', 'When a backing has to be looked at next'),
  proofs: seconds('bridge_proof_seconds', 'Time of one asset-state proof', ['circuit']),
  proofsRefused: counter('bridge_proofs_refused_total', "Workers' answers that were no proof of what was asked", [
    'why',
  ]),
});

const ofSupply = ({ gauge }: Maker) => ({
  supplySealed: gauge('bridge_supply_sealed_units', 'Units sealed, all records of a lane', ['lane']),
  supplyAccounted: gauge('bridge_supply_accounted_units', 'Units minted, held or outboxed, all records', ['lane']),
  supplyDifference: gauge('bridge_supply_difference_units', 'What the chains disagree about: must be 0', [
    'lane',
    'record',
  ]),
  supplyAudited: gauge('bridge_supply_audit_timestamp_seconds', 'When the supplies were last compared'),
});

const ofPeers = ({ gauge, counter }: Maker) => ({
  peers: gauge('bridge_peers', 'Connected relayer nodes'),
  gossip: counter('bridge_gossip_total', 'Gossiped items by topic and verdict', ['topic', 'verdict']),
  peerOffences: counter('bridge_peer_offences_total', 'What peers did that counts against them', ['node', 'offence']),
  peerShutOuts: counter('bridge_peer_shut_outs_total', 'Times that a peer was shut out for a while', ['node']),
  fetched: counter('bridge_fetched_total', 'Items that were news and came by asking peers', ['ask']),
  fetchesAnswered: counter('bridge_fetches_answered_total', 'Questions of peers that were answered', ['ask']),
  attestorBlock: gauge('bridge_attestor_last_block', 'Newest block that an attestor is seen to have signed', [
    'operator',
  ]),
  attestations: gauge('bridge_attestations', 'Attestations of an attestor that are kept here', ['operator']),
});

const ofCarriers = ({ gauge, counter }: Maker) => ({
  sent: counter('bridge_transactions_total', 'Transactions sent to the trading chain', ['purpose']),
  balance: gauge('bridge_carrier_balance_ether', 'What a signer key can still spend on gas', ['sender']),
  runway: gauge('bridge_carrier_runway_epochs', 'Deliveries that a signer key can pay for now', ['sender']),
  pending: gauge('bridge_carrier_pending', 'Transactions of a signer key that are not mined', ['sender']),
  oldestPending: gauge('bridge_carrier_oldest_pending_seconds', 'Age of the oldest of them', ['sender']),
  unfit: gauge('bridge_carrier_unfit', '1 while a signer key is short of funds or stuck', ['sender']),
  replacements: counter('bridge_carrier_replacements_total', 'Transactions sent again at a higher fee', ['sender']),
  reverted: counter('bridge_carrier_reverted_total', 'Transactions that were mined in vain', ['sender']),
  gasPaid: counter('bridge_carrier_gas_total', 'Gas paid for final deliveries', ['sender']),
  ethPaid: counter('bridge_carrier_paid_ether_total', 'Ether paid for final deliveries', ['sender']),
  mintsPaid: counter('bridge_carrier_messages_total', 'Messages in those deliveries', ['sender']),
});

const ofStore = ({ gauge }: Maker) => ({
  tableRows: gauge('bridge_table_rows', 'Rows kept in a table', ['table']),
  storeBytes: gauge('bridge_store_bytes', 'Size of the durable store on disk'),
  watchers: gauge('bridge_api_watchers', 'Clients that follow live events'),
});

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the list is the type
export function declareMetrics(registry: Registry) {
  const make = makerFor(registry);
  return {
    ...ofStages(make),
    ...ofChains(make),
    ...ofTruth(make),
    ...ofCrossings(make),
    ...ofSupply(make),
    ...ofPeers(make),
    ...ofCarriers(make),
    ...ofStore(make),
  };
}

export type MetricsList = ReturnType<typeof declareMetrics>;
