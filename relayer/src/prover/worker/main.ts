import { parseArgs } from 'node:util';
import { asFault } from '../../asFault.ts';
import { readFileAs } from '../../config/readConfig.ts';
import { openLog } from '../../log.ts';
import { retryWaitMs } from '../../retrySchedule.ts';
import { Wake } from '../../wake.ts';
import { ProgramProver } from '../programProver.ts';
import { Broker } from '../queue/broker.ts';
import { Worker } from './worker.ts';
import { workerConfigAt } from '../proverConfig.ts';
import type { WorkerConfig } from '../proverConfig.ts';

// node relayer/src/prover/worker/main.ts --config <file>
//
// A proof worker: any number of them, on any machine that may see confidential records. On SIGTERM it finishes the job in
// hand; one that dies costs that job one more delivery.

/** sysexits: a configuration that cannot be used, and an assumption that turned out false. */
const EXIT_CONFIG = 78;
const EXIT_HALT = 70;

async function work({ worker, prover: program, queue }: WorkerConfig, signal: AbortSignal): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const prover = new ProgramProver(program, log);
  closing.defer(() => prover.close());
  await prover.warm();
  const broker = await openBroker(queue, worker, signal);
  closing.defer(() => broker.close());
  log.info('pulling jobs');
  await new Worker(worker, { broker, prover, log }).run(signal);
}

/** The broker may come later than its workers. */
async function openBroker(queue: WorkerConfig['queue'], worker: string, signal: AbortSignal): Promise<Broker> {
  const pause = new Wake();
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await Broker.open(queue, worker);
    } catch (error) {
      const fault = asFault(error);
      if (fault.remedy !== 'retry' || signal.aborted) throw fault;
      log.warn({ code: fault.code, sentence: fault.sentence }, 'waiting for the broker');
      await pause.wait(retryWaitMs(attempts, Math.random()), signal);
    }
  }
}

let log = openLog('info', 'worker');
const control = new AbortController();
const end = (): void => {
  control.abort();
};
process.once('SIGINT', end).once('SIGTERM', end);
try {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  const config = readFileAs(workerConfigAt, values.config ?? 'worker.json');
  log = openLog(config.log.level, config.worker);
  await work(config, control.signal);
  log.info('stopped');
} catch (error) {
  const { code, sentence, stack } = asFault(error);
  log.fatal({ code, sentence, stack }, 'worker ends');
  if (!control.signal.aborted) process.exitCode = code === 'CONFIG_BAD' ? EXIT_CONFIG : EXIT_HALT;
}
