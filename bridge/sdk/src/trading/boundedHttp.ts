import { Fault } from '@twinspan/protocol';
import { custom, RpcRequestError, type CustomTransport } from 'viem';
import { getHttpRpcClient } from 'viem/utils';
import { z } from 'zod';

interface Bounds {
  readonly timeoutMs: number;
  /** A longer body is not read to its end. */
  readonly maxResponseBytes: number;
}

const answerSchema = z.object({
  id: z.union([z.number(), z.string(), z.null()]),
  result: z.unknown().optional(),
  error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }).optional(),
});

/** JSON-RPC over HTTP that reads no more and waits no longer than it is told, and takes no answer to another question. */
export function boundedHttp(url: string, { timeoutMs, maxResponseBytes }: Bounds): CustomTransport {
  const client = getHttpRpcClient(url, { timeout: timeoutMs, maxResponseBodySize: maxResponseBytes });
  let lastId = 0;
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    lastId += 1;
    const body = { id: lastId, method, params };
    const parsed = answerSchema.safeParse(await client.request({ body }));
    if (!parsed.success) throw new Fault('CHAIN_ANSWER_BAD', `${method}: the answer is not one of JSON-RPC`);
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
