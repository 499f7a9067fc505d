import { collectDefaultMetrics, Registry } from 'prom-client';
import { compared, declareMetrics } from './metricsList.ts';
import type { MetricsList } from './metricsList.ts';
import type { LaneSupply, RecordSupply } from './supplyBook.ts';

type Outcome = 'done' | 'retry' | 'park' | 'halt';
type Chain = 'asset' | 'trading';
interface Load {
  readonly length: number;
  readonly parked: number;
  readonly oldestSeconds: number;
}

const FEEDS: Readonly<Record<string, Chain>> = { 'asset-feed': 'asset', 'trading-feed': 'trading' };
/** Records of a lane with a label of their own. */
const MOST_RECORDS = 100;

/** The declared metrics and the few verbs by which stages touch them. */
export class Metrics {
  readonly registry = new Registry();
  readonly list: MetricsList;

  constructor() {
    this.list = declareMetrics(this.registry);
    this.#startAtZero();
  }

  /** Adds those of the process, for good: they take a timer that nothing ends. */
  measureProcess(): void {
    collectDefaultMetrics({ register: this.registry, prefix: 'bridge_' });
  }

  /** An alert sees an increase only where there was a value before. */
  #startAtZero(): void {
    const { disagreements, proofsRefused, faults, chainErrors } = this.list;
    for (const what of compared) disagreements.inc({ what }, 0);
    for (const why of ['unreadable', 'false']) proofsRefused.inc({ why }, 0);
    for (const chain of ['asset', 'trading']) chainErrors.inc({ chain }, 0);
    faults.inc({ stage: 'release-release', code: 'CHECKPOINT_DIFFERS' }, 0);
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
    const chain = FEEDS[stage];
    if (chain !== undefined) this.list.chainErrors.inc({ chain });
  }

  /** Every record that is wrong has its own label, and the first of the others, so that the labels stay few. */
  supply(lanes: readonly LaneSupply[]): void {
    const { supplySealed, supplyAccounted, supplyDifference } = this.list;
    supplyDifference.reset();
    for (const { laneId, records } of lanes) {
      const lane = laneId.toString();
      const sum = (of: (record: RecordSupply) => bigint): number =>
        Number(records.reduce((all, one) => all + of(one), 0n));
      supplySealed.set(
        { lane },
        sum(({ sealed, attested }) => sealed ?? attested),
      );
      supplyAccounted.set(
        { lane },
        sum(({ minted, held, outboxed }) => minted + held + outboxed),
      );
      const wrongFirst = [...records].sort((a, b) => Number(b.difference !== 0n) - Number(a.difference !== 0n));
      for (const { rightsId, difference } of wrongFirst.slice(0, MOST_RECORDS))
        supplyDifference.set({ lane, record: rightsId }, Number(difference));
      const rest = wrongFirst
        .slice(MOST_RECORDS)
        .reduce((all, { difference }) => all + Math.abs(Number(difference)), 0);
      supplyDifference.set({ lane, record: 'others' }, rest);
    }
  }

  position(chain: Chain, applied: bigint, head = applied): void {
    this.list.chainApplied.set({ chain }, Number(applied));
    this.list.chainHead.set({ chain }, Number(head));
  }
}
