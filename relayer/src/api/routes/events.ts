import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { laneInput } from '../fields.ts';
import type { Watchers } from '../live.ts';

const eventId = z.string().regex(/^\d{1,15}\.\d{1,15}$/, { error: 'expected the id of an event' });

export function eventRoutes(app: App, watchers: Watchers): void {
  app.get(
    '/v1/events',
    {
      schema: {
        tags: ['node'],
        summary:
          'live events as text/event-stream; `Last-Event-ID` goes on where a line broke, `gap` says what was lost',
        querystring: z.strictObject({ lane: laneInput.optional() }),
        headers: z.object({ 'last-event-id': eventId.optional() }),
        response: { 200: z.string().describe('text/event-stream'), ...refusals },
      },
    },
    (request, reply) => {
      if (watchers.isFull) throw new Fault('REQUESTS_TOO_MANY', 'as many clients as may be follow live events already');
      watchers.watch(reply, { lane: request.query.lane, lastId: request.headers['last-event-id'] });
    },
  );
}
