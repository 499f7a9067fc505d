import type { FaultCode } from '@twinspan/protocol';
import type { Exchange, Lie, Lied } from './hostileRpc.ts';

export interface NamedLie {
  readonly name: string;
  /** A fresh lie, which may remember what it has heard. */
  readonly lie: () => Lie;
  /** What the node says about it; undefined when nobody needs to notice. */
  readonly code: FaultCode | undefined;
}

type Receipt = Record<string, unknown> & { readonly logs: readonly Record<string, unknown>[] };

/** Only about answers to this method. */
function about(method: string, lie: (exchange: Exchange) => Lied): () => Lie {
  return () => (exchange) => (exchange.method === method && exchange.result !== null ? lie(exchange) : undefined);
}

function receipts(change: (receipt: Receipt) => Receipt): () => Lie {
  return about('eth_getBlockReceipts', ({ result }) => ({ result: (result as readonly Receipt[]).map(change) }));
}

function header(fields: Readonly<Record<string, string>>): () => Lie {
  return about('eth_getBlockByNumber', ({ result }) => ({ result: { ...(result as object), ...fields } }));
}

function logs(change: (logs: readonly object[]) => readonly object[]): () => Lie {
  return about('eth_getLogs', ({ result }) => ({ result: change(result as readonly object[]) }));
}

function always(lied: Lied): () => Lie {
  return () => () => lied;
}

/** Answers each question with the answer to the one before it. */
function mixedUp(): Lie {
  let last: string | undefined;
  return ({ body }) => {
    const lied = last === undefined ? undefined : { body: last };
    last = body;
    return lied;
  };
}

function staleHead(): Lie {
  let first: unknown;
  return ({ method, result }) => {
    if (method !== 'eth_blockNumber') return undefined;
    first ??= result;
    return { result: first };
  };
}

/** Now the right chain, now another. */
function switchingChain(): Lie {
  let asked = 0;
  return ({ method }) => {
    if (method !== 'eth_chainId') return undefined;
    asked += 1;
    return asked % 2 === 0 ? { result: '0x1' } : undefined;
  };
}

const stranger = `0x${'66'.repeat(20)}`;
const word = `0x${'66'.repeat(32)}`;

export const lies: readonly NamedLie[] = [
  { name: 'drops logs', lie: receipts((one) => ({ ...one, logs: [] })), code: 'CHAIN_ANSWER_BAD' },
  {
    name: 'invents logs',
    lie: receipts((one) => ({ ...one, logs: [...one.logs, ...one.logs] })),
    code: 'CHAIN_ANSWER_BAD',
  },
  {
    name: "passes another contract's logs off as the bridge's",
    lie: receipts((one) => ({ ...one, logs: one.logs.map((log) => ({ ...log, data: word })) })),
    code: 'CHAIN_ANSWER_BAD',
  },
  {
    name: 'hides logs by an empty bloom',
    lie: header({ logsBloom: `0x${'00'.repeat(256)}` }),
    code: 'CHAIN_ANSWER_BAD',
  },
  { name: 'gives no receipts', lie: about('eth_getBlockReceipts', () => ({ result: null })), code: 'CHAIN_ANSWER_BAD' },
  { name: 'names another state root', lie: header({ stateRoot: word }), code: 'CHAIN_ANSWER_BAD' },
  { name: 'names another block hash', lie: header({ hash: word }), code: 'CHAIN_ANSWER_BAD' },
  {
    name: 'leaves outbox entries out',
    lie: logs(() => []),
    code: 'OUTBOX_MISMATCH',
  },
  {
    name: "mixes a stranger's logs in",
    lie: logs((all) => all.map((log) => ({ ...log, address: stranger }))),
    code: 'CHAIN_ANSWER_BAD',
  },
  {
    name: 'proves nothing',
    lie: about('eth_getProof', ({ result }) => ({ result: { ...(result as object), accountProof: [] } })),
    code: 'CHAIN_ANSWER_BAD',
  },
  { name: 'is of another chain', lie: about('eth_chainId', () => ({ result: '0x1' })), code: 'CHAIN_WRONG' },
  { name: 'changes its chain to and fro', lie: switchingChain, code: 'CHAIN_WRONG' },
  { name: 'stands still', lie: staleHead, code: undefined },
  { name: 'denies receipts', lie: about('eth_getTransactionReceipt', () => ({ result: null })), code: undefined },
  {
    name: 'gives receipts of other transactions',
    lie: about('eth_getTransactionReceipt', ({ result }) => ({
      result: { ...(result as object), transactionHash: word },
    })),
    code: undefined,
  },
  { name: 'answers with what is no JSON', lie: always({ body: '{"jsonrpc":' }), code: 'CHAIN_ANSWER_BAD' },
  { name: 'answers with what is no answer', lie: always({ body: '[]' }), code: 'CHAIN_ANSWER_BAD' },
  { name: 'answers in words', lie: always({ result: 'soon' }), code: 'CHAIN_ANSWER_BAD' },
  { name: 'answers without end', lie: always({ body: `"${'x'.repeat(5_000_000)}"` }), code: 'CHAIN_ANSWER_BAD' },
  { name: 'answers other questions', lie: () => mixedUp(), code: 'CHAIN_ANSWER_BAD' },
  { name: 'limits the rate', lie: always({ status: 429, body: 'slow down' }), code: 'CHAIN_UNREACHABLE' },
  { name: 'breaks', lie: always({ status: 500, body: 'oops' }), code: 'CHAIN_UNREACHABLE' },
  { name: 'drops connections', lie: always('drop'), code: 'CHAIN_UNREACHABLE' },
  { name: 'hangs', lie: always('hang'), code: 'TIMED_OUT' },
];
