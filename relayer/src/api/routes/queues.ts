import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { Job } from '../../db/jobQueue.ts';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { MOST_ROWS, parked, time } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';

const measure = z.object({ length: z.int(), parked: z.int(), oldestSeconds: z.number() });

const jobSchema = z.object({
  id: z.string(),
  attempts: z.int(),
  addedAtMs: time,
  notBeforeMs: time,
  parked: parked.optional(),
});

const isTrue = z.enum(['true', 'false']).transform((text) => text === 'true');

/** What waits, stage by stage. */
export function queueRoutes(app: App, { tables: { queues } }: ApiModules): void {
  app.get(
    '/v1/queues',
    {
      schema: {
        tags: ['node'],
        summary: 'how many jobs wait at every stage, and for how long',
        response: { 200: z.object({ queues: z.record(z.string(), measure) }), ...refusals },
      },
    },
    () => ({ queues: Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, queue.measure()])) }),
  );

  app.get(
    '/v1/queues/:queue',
    {
      schema: {
        tags: ['node'],
        summary: `up to ${MOST_ROWS} jobs of a queue, the parked ones first`,
        params: z.object({ queue: z.string().max(32) }),
        querystring: z.strictObject({ parked: isTrue.optional().describe('true: parked jobs alone') }),
        response: { 200: z.object({ jobs: z.array(jobSchema) }), ...refusals },
      },
      config: EXPENSIVE,
    },
    ({ params, query }) => {
      const queue = Object.entries(queues).find(([name]) => name === params.queue)?.[1];
      if (queue === undefined)
        throw new Fault('NOT_FOUND', `there is no queue ${params.queue}: they are ${Object.keys(queues).join(', ')}`);
      const jobs: z.output<typeof jobSchema>[] = [];
      for (const job of jobsOf(queue, query.parked === true)) {
        if (jobs.length === MOST_ROWS) break;
        jobs.push(job);
      }
      return { jobs };
    },
  );
}

interface Jobs {
  all(): Iterable<Job<unknown>>;
  parked(): Iterable<Job<unknown>>;
}

function* jobsOf(queue: Jobs, isParkedAlone: boolean): Generator<Job<unknown>> {
  yield* queue.parked();
  if (isParkedAlone) return;
  for (const job of queue.all()) if (job.parked === undefined) yield job;
}
