import { hexBytesField } from '@twinspan/protocol';
import { z } from 'zod';

/** What one racing carrier is told, as JSON. */
export const termsSchema = z.strictObject({
  node: z.string(),
  carriers: z.array(z.string()),
  keys: z.array(hexBytesField),
  rpcUrl: z.string(),
  addressBookFile: z.string(),
  /** One bundle in its wire form a line, in the order in which they become known. */
  bundlesFile: z.string(),
  directory: z.string(),
  carryDelayMs: z.int(),
  /** Unix milliseconds at which the first bundle becomes known. */
  startAtMs: z.int(),
  /** Between one bundle and the next. */
  gapMs: z.int(),
  /** How much later than others it may hear of a bundle. */
  lagMs: z.int(),
});

export type Terms = z.output<typeof termsSchema>;
