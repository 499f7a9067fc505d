import { z } from 'zod';
import { evaluate } from './evaluate.ts';
import type { AssetSession } from './session.ts';

export const DEFAULT_PAGE_SIZE = 100;

export interface PagedQuery {
  readonly transaction: string;
  readonly args: object;
  /** 1–200. */
  readonly pageSize: number;
}

/** One page as chaincode answers it, its list under a name of its own. */
export type PageAnswer<Item> = z.ZodType<{ readonly items: readonly Item[]; readonly bookmark: string | undefined }>;

/** The answer `{[list]: item[], bookmark?}`; the bookmark is absent on the last page. */
export function pageAnswer<Item extends z.ZodType>(list: string, item: Item): PageAnswer<z.output<Item>> {
  const items = z.array(item);
  return z
    .object({ bookmark: z.string().optional() })
    .catchall(z.unknown())
    .transform((answer) => ({ items: items.parse(answer[list]), bookmark: answer.bookmark }));
}

/** Walks a paged query to its end: each page is one evaluated query, so the whole is not one snapshot. */
export async function* pages<Item>(
  session: AssetSession,
  query: PagedQuery,
  page: PageAnswer<Item>,
): AsyncGenerator<Item> {
  let bookmark: string | undefined = '';
  while (bookmark !== undefined) {
    const args = { ...query.args, pageSize: query.pageSize, bookmark };
    const answer: z.output<PageAnswer<Item>> = await evaluate(session, query.transaction, args, page);
    yield* answer.items;
    bookmark = answer.bookmark;
  }
}
