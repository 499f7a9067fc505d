import { z } from 'zod';

const answerSchema = z.union([
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ code: z.number(), message: z.string() }) }),
]);

/**
 * One JSON-RPC call.
 *
 * @throws Error with the node's message if it refuses, or the transport's if it is not there
 */
export async function call(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = answerSchema.parse(await response.json());
  if ('error' in answer) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

/** The number of the newest block. */
export async function blockNumber(url: string): Promise<number> {
  return Number(z.string().parse(await call(url, 'eth_blockNumber', [])));
}
