import { Fault } from '@twinspan/protocol';
import { custom, HttpRequestError, RpcRequestError, type CustomTransport } from 'viem';
import { z } from 'zod';
import { boundedPost } from './boundedPost.ts';
import type { Bounds, Posted } from './boundedPost.ts';

const answerSchema = z.object({
  id: z.union([z.number(), z.string(), z.null()]),
  result: z.unknown().optional(),
  error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }).optional(),
});

/** JSON-RPC over HTTP that reads no more and waits no longer than it is told, and takes no answer to another question. */
export function boundedHttp(url: string, bounds: Bounds): CustomTransport {
  const post = boundedPost(url, bounds);
  let lastId = 0;
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    lastId += 1;
    const body = { jsonrpc: '2.0', id: lastId, method, params };
    const posted = await post(body);
    const parsed = answerSchema.safeParse(jsonOf(posted));
    if (!parsed.success) throw notRpc(posted, body, url);
    const { id, error, result } = parsed.data;
    // A node that could not read the request answers with the id null.
    if (id !== body.id && !(id === null && error !== undefined)) {
      throw new Fault('CHAIN_ANSWER_BAD', `${method}: the answer is to question ${String(id)}, not ${body.id}`);
    }
    if (error !== undefined) throw new RpcRequestError({ body, error, url });
    if (result === undefined) throw new Fault('CHAIN_ANSWER_BAD', `${method}: the answer has neither result nor error`);
    return result;
  };
  // The callers' stages retry by their own schedules: a second hidden layer would hide a failing node.
  return custom({ request }, { retryCount: 0 });
}

/** undefined when it is none. */
function jsonOf({ text }: Posted): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A proxy in front of the node speaks by the status: the node cannot be reached, and has not answered badly. */
function notRpc({ status, text }: Posted, body: { method: string }, url: string): Error {
  if (status >= 200 && status < 300)
    return new Fault('CHAIN_ANSWER_BAD', `${body.method}: the answer is not one of JSON-RPC`);
  return new HttpRequestError({ body, details: text.slice(0, 200), status, url });
}
