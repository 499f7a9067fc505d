import { z } from 'zod';
import { recordKey } from '../../db/keys.ts';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { decimal, hex, laneInput, parked, recordInput, time } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';

const answer = z.object({
  records: z.array(
    z.object({
      laneId: decimal,
      rightsId: hex,
      token: hex.optional().describe('its mirror token; absent while it is not listed'),
      attested: z
        .object({
          status: z.enum(['ACTIVE', 'FROZEN', 'REVOKED']),
          unitValue: decimal.describe('10⁻¹⁸ HKD per base unit'),
          valuedAt: z.int().describe('Unix seconds'),
          commitment: hex,
          block: decimal,
        })
        .optional()
        .describe('what the trading chain was last told of it'),
      backing: z
        .object({ nextLookMs: time, attempts: z.int(), parked: parked.optional() })
        .optional()
        .describe("on the custodian's node with a prover"),
    }),
  ),
  next: recordInput.optional(),
});

const query = z.strictObject({
  lane: laneInput,
  after: recordInput.optional().describe('the `next` of the page before'),
});

const PAGE = 100;

export function recordRoutes(app: App, { tables }: ApiModules): void {
  app.get(
    '/v1/records',
    {
      schema: {
        tags: ['crossing'],
        summary: 'records of a lane in ascending order, a hundred at a time',
        querystring: query,
        response: { 200: answer, ...refusals },
      },
      config: EXPENSIVE,
    },
    async ({ query: { lane, after } }) => {
      const range = { from: recordKey(lane, after === undefined ? '' : `${after}!`), to: recordKey(lane, 'g') };
      const records: z.output<typeof answer>['records'] = [];
      for await (const [, row] of tables.records.entries({ ...range, limit: PAGE })) {
        const job = tables.queues.prove.get(row.rightsId);
        const backing =
          job === undefined ? undefined : { nextLookMs: job.notBeforeMs, attempts: job.attempts, parked: job.parked };
        records.push({ ...row, backing });
      }
      return { records, next: records.length === PAGE ? records.at(-1)?.rightsId : undefined };
    },
  );
}
