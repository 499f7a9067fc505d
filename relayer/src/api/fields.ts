import { Fault, rightsIdField, uint64Field } from '@twinspan/protocol';
import { z } from 'zod';
import { bigintField, hexField } from '../db/fields.ts';

/** What every route is made of. Numbers above 2^53 are decimal strings. */

export const decimal = bigintField;
export const hex = hexField;
export const time = z.int().describe('Unix milliseconds');
export const laneInput = uint64Field.describe('the id of a lane');
export const indexInput = uint64Field;
export const recordInput = rightsIdField;
export const addressInput = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, { error: 'expected an address' })
  .transform((text) => text.toLowerCase());

export const MOST_ROWS = 100;

/** `<lane>:<number>`: the row that the next page begins behind. */
const cursorInput = z
  .string()
  .regex(/^\d{1,20}:\d{1,20}$/, { error: 'expected the `next` of the page before' })
  .transform((text) => {
    const [laneId = '0', number = '0'] = text.split(':');
    return { laneId: BigInt(laneId), number: BigInt(number) };
  });

export const paging = {
  limit: z
    .string()
    .regex(/^[1-9]\d?$|^100$/, { error: `expected a number from 1 to ${MOST_ROWS}` })
    .transform(Number)
    .default(50),
  cursor: cursorInput.optional(),
};

export type Cursor = z.output<typeof cursorInput>;

/** @throws Fault REQUEST_BAD when the page before was of another lane */
export function requireSameLane(lane: bigint | undefined, cursor: Cursor | undefined): void {
  if (lane !== undefined && cursor !== undefined && cursor.laneId !== lane)
    throw new Fault('REQUEST_BAD', `cursor: it is of lane ${cursor.laneId}, not of lane ${lane}`);
}

export const next = z.string().optional().describe('give it as `cursor` for the next page; absent on the last one');

export function cursorText({ laneId, number }: Cursor): string {
  return `${laneId}:${number}`;
}

export const place = z.object({ block: decimal, txHash: hex, atMs: time.optional() });

export const parked = z.object({ code: z.string(), sentence: z.string() });
