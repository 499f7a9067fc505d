import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

type Outcome = 'done' | 'retry' | 'park' | 'halt';
type Chain = 'asset' | 'trading';
interface Load {
  readonly length: number;
  readonly parked: number;
  readonly oldestSeconds: number;
}

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

/** The list of metrics: everything that a node shows is declared here once. */
function declare(registers: Registry[]) {
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []): Gauge<L> =>
    new Gauge({ name, help, labelNames, registers });
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> =>
    new Counter({ name, help, labelNames, registers });
  const seconds = <L extends string>(name: string, help: string, labelNames: L[] = []): Histogram<L> =>
    new Histogram({ name, help, labelNames, registers, buckets: SECONDS });
  return {
    stageQueue: gauge('bridge_stage_queue_length', 'Jobs waiting at a stage, parked ones excluded', ['stage']),
    stageParked: gauge('bridge_stage_parked', 'Jobs that wait for a human or a change outside', ['stage']),
    stageAge: gauge('bridge_stage_oldest_age_seconds', 'Age of the oldest waiting job', ['stage']),
    stageTurn: gauge('bridge_stage_last_turn_timestamp_seconds', 'When the stage last looked for work', ['stage']),
    stageAttempts: counter('bridge_stage_attempts_total', 'Attempts by outcome', ['stage', 'outcome']),
    stageSeconds: seconds('bridge_stage_seconds', 'Time of one attempt', ['stage']),
    faults: counter('bridge_faults_total', 'Faults by code', ['stage', 'code']),
    chainHead: gauge('bridge_chain_head', 'Newest block seen', ['chain']),
    chainApplied: gauge('bridge_chain_applied', 'Newest block whose events are applied', ['chain']),
    chainFinal: gauge('bridge_chain_final', 'Newest final block of the trading chain'),
    reorgs: counter('bridge_reorgs_total', 'Reorganizations of the trading chain seen'),
    sealed: counter('bridge_messages_sealed_total', 'Messages in epochs seen sealed'),
    delivered: counter('bridge_messages_delivered_total', 'Messages in epochs seen delivered'),
    held: gauge('bridge_messages_held', 'Messages held on the trading chain', ['reason']),
    undelivered: gauge('bridge_epochs_undelivered', 'Epochs sealed and not delivered'),
    sealToMint: seconds('bridge_crossing_seconds', 'Time from seal to delivery of an epoch'),
    released: counter('bridge_releases_total', 'Outbox entries seen released on the asset chain'),
    outboxPending: gauge('bridge_outbox_pending', 'Outbox entries known and not released'),
    nextLook: gauge('bridge_backing_next_look_timestamp_seconds', 'When a backing has to be looked at next'),
    supplySealed: gauge('bridge_supply_sealed_units', 'Units sealed on the asset chain, all records of a lane', [
      'lane',
    ]),
    supplyAccounted: gauge('bridge_supply_accounted_units', 'Units minted, held or outboxed, all records', ['lane']),
    supplyExcess: gauge('bridge_supply_excess_units', 'Units accounted for above those sealed: must be 0', ['lane']),
    supplyAudited: gauge('bridge_supply_audit_timestamp_seconds', 'When the supplies were last compared'),
    proofs: seconds('bridge_proof_seconds', 'Time of one asset-state proof', ['circuit']),
    peers: gauge('bridge_peers', 'Connected relayer nodes'),
    gossip: counter('bridge_gossip_total', 'Gossiped items by topic and verdict', ['topic', 'verdict']),
    sent: counter('bridge_transactions_total', 'Transactions sent to the trading chain', ['purpose']),
    balance: gauge('bridge_carrier_balance_ether', 'What the carrier can still spend on gas'),
  };
}

/** The declared metrics and the few verbs by which stages touch them. */
export class Metrics {
  readonly registry = new Registry();
  readonly list: ReturnType<typeof declare>;

  constructor() {
    this.list = declare([this.registry]);
    collectDefaultMetrics({ register: this.registry, prefix: 'bridge_' });
  }

  stageTurn(stage: string, load: Load | undefined): void {
    this.list.stageTurn.set({ stage }, Math.floor(Date.now() / 1_000));
    if (load === undefined) return;
    this.list.stageQueue.set({ stage }, load.length);
    this.list.stageParked.set({ stage }, load.parked);
    this.list.stageAge.set({ stage }, load.oldestSeconds);
  }

  stageDone(stage: string, outcome: Outcome, seconds: number): void {
    this.list.stageAttempts.inc({ stage, outcome });
    this.list.stageSeconds.observe({ stage }, seconds);
  }

  fault(stage: string, code: string): void {
    this.list.faults.inc({ stage, code });
  }

  position(chain: Chain, applied: bigint, head = applied): void {
    this.list.chainApplied.set({ chain }, Number(applied));
    this.list.chainHead.set({ chain }, Number(head));
  }
}
