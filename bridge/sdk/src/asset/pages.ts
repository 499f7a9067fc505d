import { z } from 'zod';
import { evaluate } from './evaluate.ts';
import type { AssetSession } from './session.ts';

export const DEFAULT_PAGE_SIZE = 100;

/** Walks a paged query to its end: each page is one evaluated query, so the whole is not one snapshot. */
export async function* pages<Schema extends z.ZodType>(
  session: AssetSession,
  query: { readonly transaction: string; readonly args: object; readonly pageSize: number },
  item: Schema,
): AsyncGenerator<z.output<Schema>> {
  const page = z.object({ items: z.array(item), bookmark: z.string() });
  let bookmark = '';
  do {
    const args = { ...query.args, pageSize: query.pageSize, bookmark };
    const answer = await evaluate(session, query.transaction, args, page);
    yield* answer.items;
    bookmark = answer.bookmark;
  } while (bookmark !== '');
}
