import { z } from 'zod';

/** What a network is made of. */
export const profileSchema = z.strictObject({
  /** Four byzantine fault tolerant orderers, or one Raft orderer (lighter). */
  orderers: z.enum(['smartbft', 'raft']),
  /** The trading chain: anvil (chain id 31337) or geth in development mode (chain id 1337). */
  evm: z.enum(['anvil', 'geth']),
  /** Peers of each org. */
  peers: z.literal([1, 2]).default(1),
});

export type Profile = z.infer<typeof profileSchema>;

/** `TWINSPAN_EVM=geth` brings up every network that does not say otherwise, those of tests included, on geth. */
export const DEFAULT_PROFILE: Profile = profileSchema.parse({
  orderers: 'smartbft',
  evm: process.env.TWINSPAN_EVM ?? 'anvil',
});
