import { Fault, parseLockId } from '@twinspan/protocol';
import type { LockTrace } from '@twinspan/sdk';
import { z } from 'zod';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { decimal, hex, laneInput, time } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';
import { lockedAt, requireSealing, waitingBatches } from '../views/lockReader.ts';
import { lifeSchema, messageLife, waitOf } from '../views/messageLife.ts';
import { messageStages, unsealedPlaces } from '../views/messageView.ts';

const listQuery = z.strictObject({
  lane: laneInput,
  limit: z
    .string()
    .regex(/^(?:[1-9]|1\d|20)$/, { error: 'expected a number from 1 to 20' })
    .transform(Number)
    .default(10),
  cursor: z
    .string()
    .regex(/^(?:[0-9a-f]{2}){1,256}$/, { error: 'expected the `next` of the page before' })
    .optional(),
});

const listAnswer = z.object({
  batches: z.array(
    z.object({
      laneId: decimal,
      lockedAtMs: time.optional(),
      locks: z.array(z.object({ rightsId: hex, recipient: hex, units: decimal })),
    }),
  ),
  next: z.string().optional().describe('give it as `cursor` for the next page; absent on the last one'),
});

const lockAnswer = lifeSchema.extend({
  lockId: z.string(),
  stage: z.enum(['locked', 'cancelled', ...messageStages]),
  message: decimal.optional().describe('once it is sealed'),
  epoch: decimal.optional(),
});

const lockInput = z.string().refine((text) => parseLockId(text) !== undefined, { error: 'expected the id of a lock' });

/** What is not sealed yet. Only a gateway sees it, and it asks its own org's peer each time. */
export function lockRoutes(app: App, modules: ApiModules): void {
  app.get(
    '/v1/locks',
    {
      schema: {
        tags: ['crossing'],
        summary: 'locks that wait to be sealed, by the transaction that made them, in no particular order',
        querystring: listQuery,
        response: { 200: listAnswer, ...refusals },
      },
      config: EXPENSIVE,
    },
    async ({ query }) => {
      const { batches, next } = await waitingBatches(query, modules);
      return { batches: batches.map((batch) => ({ ...batch, locks: [...batch.locks] })), next };
    },
  );

  app.get(
    '/v1/locks/:lockId',
    {
      schema: {
        tags: ['crossing'],
        summary: "a lock's life, as a message once it is sealed, and the place where its units are now",
        params: z.object({ lockId: lockInput }),
        response: { 200: lockAnswer, ...refusals },
      },
      config: EXPENSIVE,
    },
    ({ params: { lockId } }) => lockLife(lockId, modules),
  );
}

/** @throws Fault NOT_FOUND */
async function lockLife(lockId: string, modules: ApiModules): Promise<z.output<typeof lockAnswer>> {
  const { asset } = requireSealing(modules);
  const batchId = parseLockId(lockId)?.batchId ?? '';
  const batch = await asset.locks(batchId);
  const lock = batch?.locks.find((one) => one.lockId === lockId);
  if (batch === undefined || lock === undefined) throw new Fault('NOT_FOUND', `there is no lock ${lockId}`);
  const { laneId } = batch;
  if (lock.place.state === 'sealed') return { lockId, ...(await messageLife(laneId, lock.place.message, modules)) };
  return unsealedLife({ ...lock, laneId, lockedAtMs: await lockedAt(batchId, asset) }, modules);
}

interface Unsealed extends LockTrace {
  readonly laneId: bigint;
  readonly lockedAtMs: number | undefined;
}

function unsealedLife(
  { lockId, laneId, rightsId, recipient, units, place, lockedAtMs }: Unsealed,
  modules: ApiModules,
): z.output<typeof lockAnswer> {
  const stage = place.state === 'cancelled' ? 'cancelled' : 'locked';
  const next = (modules.lanes.get(laneId)?.sealed ?? 0n) + 1n;
  return {
    ...{ lockId, laneId, kind: 'MINT', rightsId, recipient, units, stage },
    whereabouts: unsealedPlaces[stage],
    life: [{ step: 'locked', atMs: lockedAtMs }],
    ...waitOf(modules.tables.queues.seal.get(laneId.toString()), `${laneId}/${next}`, laneId, modules),
  };
}
