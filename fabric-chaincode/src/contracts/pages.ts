import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { ZodType } from 'zod';
import type { Call } from '../call.ts';
import { parseValue } from '../ledger/store.ts';

/** What every paged query takes besides its own fields. */
export const pageArgs = {
  pageSize: z.int().min(1).max(200).default(50),
  /** From the last page's answer. */
  bookmark: z.string().max(512).default(''),
};

export interface PageRequest {
  readonly pageSize: number;
  readonly bookmark: string;
}

export interface Page<Value> {
  readonly values: readonly Value[];
  /** Present when there may be more. */
  readonly bookmark?: string;
}

export interface Listing<Value> {
  readonly objectType: string;
  readonly shape: ZodType<Value>;
}

/** A page of the values whose keys begin with these attributes. In queries only: a range is re-run at commit. */
export async function pageOf<Value>(
  call: Call,
  listing: Listing<Value>,
  attributes: string[],
  { pageSize, bookmark }: PageRequest,
): Promise<Page<Value>> {
  const { objectType, shape } = listing;
  const from = bookmark === '' ? '' : keyOf(bookmark);
  // A peer starts at the bookmark wherever it lies: it must lie in this range.
  if (from !== '' && !from.startsWith(call.stub.createCompositeKey(objectType, attributes))) {
    throw new Fault('BAD_REQUEST', 'bookmark: not from an answer of this query');
  }
  const found = call.stub.getStateByPartialCompositeKeyWithPagination(objectType, attributes, pageSize, from);
  const values: Value[] = [];
  for await (const { value } of found) values.push(parseValue(shape, value));
  // The shim leaves metadata out when it encodes to nothing: an empty page, which is the last.
  const next = (await found).metadata?.bookmark ?? '';
  return { values, ...(next === '' ? {} : { bookmark: Buffer.from(next).toString('hex') }) };
}

/** A bookmark is the hex of the next page's first key, since keys contain control characters. */
function keyOf(bookmark: string): string {
  if (!/^(?:[0-9a-f]{2})+$/.test(bookmark)) throw new Fault('BAD_REQUEST', 'bookmark: expected hexadecimal');
  return Buffer.from(bookmark, 'hex').toString();
}
