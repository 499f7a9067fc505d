import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { App } from '../api/app.ts';
import { refusals } from '../api/errors.ts';
import { decimal, indexInput, laneInput, time } from '../api/fields.ts';
import { epochOf } from '../api/views/epochReader.ts';
import { laneKey } from '../db/keys.ts';
import type { JobQueue } from '../db/jobQueue.ts';
import type { AdminModules } from './modules.ts';

const laneParams = z.object({ lane: laneInput });
const reason = z.string().min(1).max(256);
const roused = z.object({ roused: z.array(z.object({ queue: z.string(), id: z.string() })) });

/** Every verb is POST and leaves a line in the log. */
export function adminRoutes(app: App, modules: AdminModules): void {
  laneVerbs(app, modules);
  jobVerbs(app, modules);
  nodeVerbs(app, modules);
}

function laneVerbs(app: App, modules: AdminModules): void {
  const { pauses } = modules;
  const paused = z.object({ laneId: decimal, atMs: time, reason: z.string() });
  app.post(
    '/v1/lanes/:lane/pause',
    { schema: { params: laneParams, body: z.strictObject({ reason }), response: { 200: paused, ...refusals } } },
    async ({ params: { lane }, body }) => {
      requireLane(lane, modules);
      const row = await pauses.pause(lane, body.reason);
      audit('lane pause', { laneId: lane, reason: body.reason }, modules);
      return row;
    },
  );
  app.post(
    '/v1/lanes/:lane/resume',
    { schema: { params: laneParams, response: { 200: z.object({ laneId: decimal }), ...refusals } } },
    async ({ params: { lane } }) => {
      if (pauses.get(lane) === undefined) throw new Fault('NOT_FOUND', `lane ${lane} is not paused on this node`);
      await pauses.resume(lane);
      audit('lane resume', { laneId: lane }, modules);
      return { laneId: lane };
    },
  );
}

function jobVerbs(app: App, modules: AdminModules): void {
  const { queues } = modules.tables;
  app.post(
    '/v1/messages/:lane/:index/retry',
    { schema: { params: z.object({ lane: laneInput, index: indexInput }), response: { 200: roused, ...refusals } } },
    async ({ params: { lane, index } }) => {
      const epoch = await epochOf(lane, index, modules.tables);
      const ofEpoch = epoch === undefined ? [] : (['endorse', 'deliver'] as const);
      const key = epoch === undefined ? '' : laneKey(lane, epoch.epoch);
      const found = [
        ...ofEpoch.filter((name) => queues[name].get(key) !== undefined).map((queue) => ({ queue, id: key })),
        ...(queues.retry.get(laneKey(lane, index)) === undefined ? [] : [{ queue: 'retry', id: laneKey(lane, index) }]),
      ];
      if (found.length === 0) throw new Fault('NOT_FOUND', `nothing waits here for message ${index} of lane ${lane}`);
      return { roused: await rouse('message retry', found, modules) };
    },
  );
  app.post(
    '/v1/jobs/retry',
    {
      schema: {
        body: z.strictObject({ queue: z.string().max(32), id: z.string().max(4_000).optional() }),
        response: { 200: roused, ...refusals },
      },
    },
    async ({ body: { queue: name, id } }) => {
      const queue = queueNamed(name, modules);
      const ids = id === undefined ? [...queue.parked()].map((job) => job.id) : [id];
      if (id !== undefined && queue.get(id) === undefined) throw new Fault('NOT_FOUND', `${name} has no job ${id}`);
      const found = ids.map((one) => ({ queue: name, id: one }));
      return { roused: await rouse('job retry', found, modules) };
    },
  );
}

function nodeVerbs(app: App, modules: AdminModules): void {
  const level = z.enum(['debug', 'info', 'warn', 'error']);
  const levels = z.object({ level, before: z.string() });
  app.post(
    '/v1/log',
    { schema: { body: z.strictObject({ level }), response: { 200: levels, ...refusals } } },
    ({ body }) => {
      const before = modules.log.level;
      modules.log.level = body.level;
      audit('log level', { level: body.level, before }, modules);
      return { level: body.level, before };
    },
  );
}

interface Found {
  readonly queue: string;
  readonly id: string;
}

async function rouse(verb: string, found: Found[], modules: AdminModules): Promise<Found[]> {
  const writes = modules.tables.writes('admin/rouse');
  for (const { queue, id } of found) queueNamed(queue, modules).rouse(writes, id);
  await writes.commit();
  audit(verb, { jobs: found.length, first: found[0]?.id ?? '' }, modules);
  return found;
}

type AnyQueue = Pick<JobQueue<unknown>, 'get' | 'parked' | 'rouse'>;

function queueNamed(name: string, { tables: { queues } }: AdminModules): AnyQueue {
  const queue = Object.entries(queues).find(([known]) => known === name)?.[1];
  if (queue === undefined)
    throw new Fault('NOT_FOUND', `there is no queue ${name}: they are ${Object.keys(queues).join(', ')}`);
  return queue;
}

function requireLane(laneId: bigint, { lanes }: AdminModules): void {
  if (lanes.get(laneId) === undefined) throw new Fault('NOT_FOUND', `this node knows no lane ${laneId}`);
}

type Details = Readonly<Record<string, string | number | bigint>>;

/** Level `error` would hide nothing of this: it is written whatever the level. */
function audit(verb: string, details: Details, { log, live, metrics, pauses }: AdminModules): void {
  const plain = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
  log.error({ audit: true, verb, ...plain }, 'admin');
  metrics.list.paused.set(pauses.all().length);
  const { laneId, ...others } = details;
  live.say('lane', typeof laneId === 'bigint' ? laneId : undefined, { verb, ...others });
}
