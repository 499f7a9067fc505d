import { holdReasons } from '@twinspan/sdk';
import { z } from 'zod';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { addressInput, cursorText, indexInput, laneInput, next, paging, recordInput } from '../fields.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';
import { lifeSchema, messageLife } from '../views/messageLife.ts';
import { messagePage } from '../views/messagePages.ts';
import { messageSchema, stageInput } from '../views/messageView.ts';

const listQuery = z.strictObject({
  lane: laneInput.optional(),
  stage: stageInput.optional(),
  reason: z.enum(holdReasons).optional(),
  recipient: addressInput.optional(),
  record: recordInput.optional(),
  ...paging,
});

const listAnswer = z.object({ messages: z.array(messageSchema), next });

export function messageRoutes(app: App, modules: ApiModules): void {
  app.get(
    '/v1/messages',
    {
      schema: {
        tags: ['crossing'],
        summary: 'messages, the newest first; a page may be short and still have a next one',
        querystring: listQuery,
        response: { 200: listAnswer, ...refusals },
      },
      config: EXPENSIVE,
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await messagePage(filter, { limit, cursor }, modules);
      return { messages: [...page.messages], next: page.next === undefined ? undefined : cursorText(page.next) };
    },
  );

  app.get(
    '/v1/messages/:lane/:index',
    {
      schema: {
        tags: ['crossing'],
        summary: "a message's life and the place where its units are now",
        params: z.object({ lane: laneInput, index: indexInput }),
        response: { 200: lifeSchema, ...refusals },
      },
    },
    ({ params: { lane, index } }) => messageLife(lane, index, modules),
  );
}
