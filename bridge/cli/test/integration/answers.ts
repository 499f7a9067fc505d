import { z } from 'zod';

/** The parts of a node's configuration that a test gets wrong. */
export const nodeConfigSchema = z.looseObject({
  directory: z.string(),
  trading: z.looseObject({ addressBookFile: z.string() }),
  gateway: z.looseObject({ mspId: z.string() }),
  carrier: z.looseObject({ keyFiles: z.array(z.string()) }),
});

export const lockedSchema = z.object({ lockIds: z.array(z.string()) });
export const whereSchema = z.object({
  state: z.string(),
  why: z.string(),
  next: z.string(),
  steps: z.array(z.unknown()),
});
export const supplySchema = z.object({
  agree: z.boolean(),
  supply: z.array(
    z.object({
      assetChain: z.object({ sealed: z.string(), released: z.string() }),
      tradingChain: z.object({ minted: z.string(), held: z.string(), outboxPending: z.string() }),
      difference: z.string(),
    }),
  ),
});

/** Of a message or a lock, as a node's API tells it. */
export const lifeSchema = z.object({
  stage: z.string(),
  life: z.array(z.object({ step: z.string(), atMs: z.number().optional() })),
});
