import assert from 'node:assert/strict';

export type RpcCall = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** JSON-RPC to an EVM node. */
export function rpcCaller(url: string): RpcCall {
  return async (method, params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const answer = (await response.json()) as {
      readonly result?: unknown;
      readonly error?: { readonly message: string };
    };
    assert.equal(answer.error, undefined, `${method}: ${answer.error?.message ?? ''}`);
    return answer.result;
  };
}
