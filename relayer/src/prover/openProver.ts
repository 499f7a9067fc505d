import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Metrics } from '../metrics.ts';
import { ProgramProver } from './programProver.ts';
import type { Prover } from './prover.ts';
import { QueuedProver } from './queue/queuedProver.ts';

interface Modules {
  readonly node: string;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The prover that the configuration asks for. @throws Fault CONFIG_BAD */
export function openProver(config: NonNullable<Config['prover']>, modules: Modules): Prover {
  return 'queue' in config ? new QueuedProver(config.queue, modules) : new ProgramProver(config, modules.log);
}
