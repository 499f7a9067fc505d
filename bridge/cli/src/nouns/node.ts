import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { exitCodes } from '../exitCodes.ts';
import { peersAnswer, rousedAnswer, statusAnswer } from '../nodeAnswers.ts';
import { askNode, nodeNamed, nodesBeside, tellNode, type NodeAddress } from '../nodes.ts';
import { grouped, table, type Answer } from '../render.ts';
import { verb, type Noun } from '../verb.ts';

const MAIN = resolve(import.meta.dirname, '../../../../relayer/src/main.ts');

const options = { '--node <node>': 'its URL or name (default: every node of the network)' };
const input = z.object({ node: z.string().optional() });
const configOptions = { '--config <file>': 'its configuration' };
const configInput = z.object({ config: z.string() });

/** `twinspan node …` */
export const nodeNoun: Noun = {
  name: 'node',
  summary: 'a relayer node: where it stands, whom it sees, whether it can be started',
  verbs: [
    verb({
      name: 'status',
      summary: 'whether nodes are ready, what waits and what is parked',
      options,
      input,
      run: async (context, { node }) => statusText(await eachNode(context, node, '/v1/status', statusAnswer)),
    }),
    verb({
      name: 'peers',
      summary: 'which other nodes each node sees, and how they behave',
      options,
      input,
      run: async (context, { node }) => peersText(await eachNode(context, node, '/v1/peers', peersAnswer)),
    }),
    verb({
      name: 'check',
      summary: 'look at everything that a node needs before it is started, and say what to mend',
      options: configOptions,
      input: configInput,
      run: (_, { config }) => relayer(['check', '--config', config]),
    }),
    verb({
      name: 'retry',
      summary: 'have a node try parked jobs of a queue again: one, or all of them',
      parameters: { '<queue>': 'as `twinspan node status` names it', '[job]': 'the id of one job' },
      options: { '--node <node>': 'its name, or its local socket' },
      input: z.object({ queue: z.string(), job: z.string().optional(), node: z.string() }),
      run: async (context, { queue, job: id, node }) => {
        const said = await tellNode(nodeNamed(context, node), '/v1/jobs/retry', { queue, id }, rousedAnswer);
        return { json: said, text: `${said.roused.length} jobs of ${queue} are tried again` };
      },
    }),
    verb({
      name: 'rebuild',
      summary: 'set the store of a stopped node aside and begin a new one from the chains',
      options: configOptions,
      input: configInput,
      run: (_, { config }) => relayer(['rebuild', '--config', config]),
    }),
  ],
};

export interface Asked<Said> {
  readonly name: string;
  /** What the node said, or why it did not. */
  readonly said: Said | Fault;
}

export async function eachNode<Schema extends z.ZodType>(
  context: Context,
  node: string | undefined,
  path: string,
  schema: Schema,
): Promise<Asked<z.output<Schema>>[]> {
  const nodes = node === undefined ? nodesBeside(context.networkFile()) : [nodeNamed(context, node)];
  if (nodes.length === 0) throw new Fault('USAGE_BAD', 'no node is described beside the network: name one with --node');
  return Promise.all(nodes.map((one) => ask(one, path, schema)));
}

async function ask<Schema extends z.ZodType>(
  node: NodeAddress,
  path: string,
  schema: Schema,
): Promise<Asked<z.output<Schema>>> {
  try {
    return { name: node.name, said: await askNode(node, path, schema) };
  } catch (error) {
    if (error instanceof Fault) return { name: node.name, said: error };
    throw error;
  }
}

/** Nobody answering is the outcome of a command that asks; one of several is a line of its table. */
function jsonOf(asked: readonly Asked<object>[]): unknown {
  const refusals = asked.map(({ said }) => said).filter((said) => said instanceof Fault);
  if (refusals.length === asked.length && refusals[0] !== undefined) throw refusals[0];
  return asked.map(({ name, said }) =>
    said instanceof Fault ? { node: name, error: { code: said.code, sentence: said.sentence } } : said,
  );
}

function statusText(asked: readonly Asked<z.infer<typeof statusAnswer>>[]): Answer {
  const json = jsonOf(asked);
  type Row = Asked<z.infer<typeof statusAnswer>>;
  const of = (show: (said: z.infer<typeof statusAnswer>) => string) => (row: Row) =>
    row.said instanceof Fault ? '' : show(row.said);
  const text = table(
    [
      { title: 'node', of: ({ name, said }) => (said instanceof Fault ? name : said.node) },
      {
        title: 'state',
        of: ({ said }) => (said instanceof Fault ? said.code : said.waitingFor.length === 0 ? 'ready' : 'starting'),
      },
      { title: 'roles', of: of(({ roles }) => roles.join(' ')) },
      { title: 'applied', of: of(({ tradingChain }) => grouped(BigInt(tradingChain.applied))), isNumber: true },
      { title: 'final', of: of(({ tradingChain }) => grouped(BigInt(tradingChain.final))), isNumber: true },
      { title: 'undelivered', of: of(({ lanes }) => grouped(lanes.undelivered)), isNumber: true },
      { title: 'waiting', of: of(({ queues }) => grouped(queues.waiting)), isNumber: true },
      { title: 'parked', of: of(({ queues }) => grouped(queues.parked)), isNumber: true },
      { title: 'peers', of: of(({ peers }) => `${peers.connected}/${peers.known}`), isNumber: true },
    ],
    asked,
    'no nodes',
  );
  const parked = asked.flatMap(({ name, said }) =>
    said instanceof Fault
      ? []
      : said.parked.map((job) => `${name}: ${job.queue} ${job.id}: ${job.code}: ${job.sentence}`),
  );
  return { json, text: parked.length === 0 ? text : `${text}\n\nparked:\n${parked.join('\n')}` };
}

function peersText(asked: readonly Asked<z.infer<typeof peersAnswer>>[]): Answer {
  const rows = asked.flatMap(({ name, said }) =>
    said instanceof Fault ? [] : said.peers.map((peer) => ({ name, ...peer })),
  );
  const text = table(
    [
      { title: 'seen by', of: ({ name }) => name },
      { title: 'node', of: ({ node }) => node },
      { title: 'operator', of: ({ operator }) => operator },
      { title: 'state', of: ({ isConnected }) => (isConnected ? 'connected' : 'away') },
      { title: 'score', of: ({ score }) => score.toFixed(1), isNumber: true },
      { title: 'offences', of: ({ offences }) => offences.toFixed(0), isNumber: true },
    ],
    rows,
    'no other nodes',
  );
  return { json: jsonOf(asked), text };
}

/** The relayer's own program, which alone knows its configuration. */
async function relayer(args: readonly string[]): Promise<Answer> {
  const file = args.at(-1) ?? '';
  if (!existsSync(file)) throw new Fault('CONFIG_BAD', `there is no file ${file}`);
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const take = (part: Buffer): void => {
    text += part.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const [code] = (await once(child, 'close')) as [number | null];
  const said = text.trimEnd();
  return { json: { ok: code === 0, text: said }, text: said, code: code === 0 ? exitCodes.DONE : exitCodes.REFUSED };
}
