/** What a node's API answers, as far as this command line reads it: see relayer/openapi.json. */
import { z } from 'zod';

const fault = z.object({ code: z.string(), sentence: z.string() });

export const statusAnswer = z.object({
  node: z.string(),
  operator: z.string(),
  roles: z.array(z.string()),
  nowMs: z.number(),
  waitingFor: z.array(z.string()),
  tradingChain: z.object({ applied: z.string(), final: z.string() }),
  lanes: z.object({ count: z.int(), undelivered: z.int(), paused: z.array(z.string()) }),
  peers: z.object({ connected: z.int(), known: z.int() }),
  queues: z.object({ waiting: z.int(), parked: z.int(), oldestSeconds: z.number() }),
  parked: z.array(fault.extend({ queue: z.string(), id: z.string() })),
  supply: z.object({ atMs: z.number(), agree: z.boolean() }).optional(),
});
export type NodeStatus = z.infer<typeof statusAnswer>;

export const peersAnswer = z.object({
  peers: z.array(
    z.object({
      node: z.string(),
      operator: z.string(),
      roles: z.array(z.string()),
      isConnected: z.boolean(),
      score: z.number(),
      offences: z.number(),
      lastSeenMs: z.number().optional(),
    }),
  ),
});

export const messageAnswer = z.object({
  stage: z.string(),
  whereabouts: z.object({ chain: z.string(), sentence: z.string() }),
  attempts: z.int(),
  parked: fault.optional(),
  lastFault: fault.extend({ stage: z.string(), atMs: z.number() }).optional(),
  isLanePaused: z.boolean(),
});
export type NodeMessage = z.infer<typeof messageAnswer>;

export const rousedAnswer = z.object({ roused: z.array(z.object({ queue: z.string(), id: z.string() })) });
