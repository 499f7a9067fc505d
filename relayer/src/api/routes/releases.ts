import { z } from 'zod';
import { numberKey } from '../../db/keys.ts';
import type { ReleaseRow, Tables } from '../../db/tables.ts';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { cursorText, decimal, hex, laneInput, next, paging, parked, place, recordInput, time } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';
import { releaseState, releaseStates } from '../views/releaseState.ts';
import { rowsBelow } from '../views/rowsBelow.ts';

const checkpoint = z.object({
  block: decimal,
  signed: z.array(hex).describe('attestors whose signatures are here'),
  missing: z.array(z.string()).describe('attestors that have a card and have not signed'),
  attempts: z.int(),
  parked: parked.optional(),
});

const answer = z.object({
  releases: z.array(
    z.object({
      laneId: decimal,
      index: decimal,
      kind: z.enum(['REDEEM', 'BOUNCE']),
      rightsId: hex,
      units: decimal,
      target: hex.describe('the account of a redemption, or the message of a bounce'),
      state: z.enum(releaseStates),
      outboxed: place,
      released: z.object({ block: decimal, txId: z.string(), atMs: time }).optional().describe('on the asset chain'),
      checkpoints: z.array(checkpoint).describe('by which it can be released, while it waits'),
    }),
  ),
  next,
});

type Release = z.output<typeof answer>['releases'][number];

const query = z.strictObject({
  lane: laneInput.optional(),
  state: z.enum(releaseStates).optional(),
  record: recordInput.optional(),
  ...paging,
});

export function releaseRoutes(app: App, modules: ApiModules): void {
  app.get(
    '/v1/releases',
    {
      schema: {
        tags: ['crossing'],
        summary: 'outbox entries on their way home and those that arrived, the newest first',
        querystring: query,
        response: { 200: answer, ...refusals },
      },
      config: EXPENSIVE,
    },
    async ({ query: { state, record, ...asked } }) => {
      const isWanted = async (row: ReleaseRow): Promise<boolean> =>
        (record === undefined || row.rightsId === record) &&
        (state === undefined || (await releaseState(row, modules)) === state);
      const { rows, last } = await rowsBelow(modules.tables.releases, asked, ({ index }) => index, isWanted);
      const known = await checkpointsOf(modules);
      const shown = rows.map(async (row): Promise<Release> => {
        const at = await releaseState(row, modules);
        const usable = known.filter(({ laneId, block }) => laneId === row.laneId && block >= row.outboxed.block);
        return { ...row, state: at, checkpoints: at === 'released' ? [] : usable };
      });
      return { releases: await Promise.all(shown), next: last === undefined ? undefined : cursorText(last) };
    },
  );
}

type Checkpoint = z.output<typeof checkpoint> & { readonly laneId: bigint };

/** Checkpoints of jobs. Few a lane: one that another has come again for gives way to the next. */
async function checkpointsOf({ tables, cards }: ApiModules): Promise<Checkpoint[]> {
  const attestors = [
    ...new Set(cards.filter(({ roles }) => roles.includes('attestor')).map((card) => card.evmAddress)),
  ];
  const jobs = [...tables.queues.release.all()];
  return Promise.all(
    jobs.map(async ({ body: { laneId, blockNumber: block }, attempts, parked: why }) => {
      const signed = await signersOf(block, tables);
      const missing = attestors.filter((address) => !signed.some((signer) => signer === address));
      return { laneId, block, signed, missing, attempts, parked: why };
    }),
  );
}

async function signersOf(block: bigint, { attestations }: Tables): Promise<`0x${string}`[]> {
  const signers: `0x${string}`[] = [];
  const range = { from: `${numberKey(block)}/`, to: `${numberKey(block)}/g` };
  for await (const [, row] of attestations.entries(range)) signers.push(row.attestor);
  return signers;
}
