import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { decimal, hex, laneInput, time } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';

const whole = z.codec(z.string().regex(/^-?\d{1,78}$/), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (value) => value.toString(),
});

const record = z.object({
  rightsId: hex,
  token: hex.optional(),
  sealed: decimal.optional().describe('by the asset chain; absent on a node that does not see it'),
  released: decimal.optional(),
  attested: decimal.describe('sealed units that the trading chain knows of'),
  minted: decimal,
  held: decimal,
  outboxed: decimal.describe('ever put into the outbox'),
  inFlight: decimal,
  difference: whole.describe('must be 0'),
});

const answer = z.object({
  lanes: z.array(
    z.object({
      laneId: decimal,
      block: decimal.describe('of the trading chain, at which all was read'),
      atMs: time,
      agree: z.boolean(),
      records: z.array(record),
    }),
  ),
});

export function supplyRoutes(app: App, { lanes, supplies }: ApiModules): void {
  app.get(
    '/v1/supply',
    {
      schema: {
        tags: ['crossing'],
        summary: 'the units of every record on both chains, read at most once in a while for all who ask',
        querystring: z.strictObject({ lane: laneInput.optional() }),
        response: { 200: answer, ...refusals },
      },
      config: EXPENSIVE,
    },
    async ({ query: { lane } }) => {
      if (lane !== undefined && lanes.get(lane) === undefined)
        throw new Fault('NOT_FOUND', `this node knows no lane ${lane}`);
      const asked = lane === undefined ? lanes.all().map(({ laneId }) => laneId) : [lane];
      const all = await Promise.all(asked.map((laneId) => supplies.read(laneId)));
      return {
        lanes: all.map((supply) => ({
          ...supply,
          records: [...supply.records],
          agree: supply.records.every(({ difference }) => difference === 0n),
        })),
      };
    },
  );
}
