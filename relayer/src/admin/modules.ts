import type { Logger } from 'pino';
import type { EventRing } from '../chronicle/eventRing.ts';
import type { Tables } from '../db/tables.ts';
import type { Lanes } from '../lanes.ts';
import type { Metrics } from '../metrics.ts';
import type { Pauses } from '../mint/pauses.ts';

export interface AdminModules {
  readonly tables: Tables;
  readonly lanes: Lanes;
  readonly pauses: Pauses;
  readonly metrics: Metrics;
  readonly live: EventRing;
  readonly log: Logger;
}
