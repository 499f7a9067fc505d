import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import type { Chains, Context } from '../context.ts';
import { messageNameInput } from '../inputs.ts';
import { rousedAnswer } from '../nodeAnswers.ts';
import { nodeNamed, tellNode } from '../nodes.ts';
import { whyVerb } from './messageWhy.ts';
import { traceMessage, type MessageTrace } from '../messageFacts.ts';
import { minedAnswer, perform } from '../performing.ts';
import { facts, grouped, table, timeText, unitsText, type Answer } from '../render.ts';
import { verb, type Noun } from '../verb.ts';
import { whereIs } from '../whereIs.ts';

const parameters = { '<message>': 'a lock id, or lane:index, or the index where there is one lane' };
const input = z.object({ message: messageNameInput });
const actInput = input.extend({ dryRun: z.boolean().default(false) });
const options = { '--dry-run': 'check and say what would be sent' };

/** `twinspan message …` */
export const messageNoun: Noun = {
  name: 'message',
  summary: 'what crosses from the asset chain to the trading chain',
  verbs: [
    verb({
      name: 'show',
      summary: 'where a message is now and why, and what to do next',
      parameters,
      input,
      run: async (context, { message }) => {
        using chains = context.open('custodian');
        return await showAnswer(chains, await traceMessage(chains, message));
      },
    }),
    whyVerb,
    verb({
      name: 'retry',
      summary: 'mint a held message whose reason is gone (anyone may); with --node, have a node try again',
      parameters,
      options: { ...options, '--node <node>': 'rouse what waits for it on this node: its name, or its local socket' },
      input: actInput.extend({ node: z.string().optional() }),
      run: (context, { message, dryRun, node }) =>
        node === undefined
          ? act(context, { verb: 'retry', account: 'carrier1', message, dryRun })
          : rouse(context, node, message),
    }),
    verb({
      name: 'bounce',
      summary: 'send a held message home: anyone after the hold period, compliance at once',
      parameters,
      options,
      input: actInput,
      run: (context, { message, dryRun }) => act(context, { verb: 'bounce', account: 'compliance', message, dryRun }),
    }),
  ],
};

/** @throws {Fault} USAGE_BAD when the message is named by its lock: a node knows places */
async function rouse(context: Context, node: string, message: Act['message']): Promise<Answer> {
  if (message.by === 'lock' || message.laneId === undefined)
    throw new Fault('USAGE_BAD', 'name the message by lane:index for a node');
  const path = `/v1/messages/${message.laneId.toString()}/${message.index.toString()}/retry`;
  const said = await tellNode(nodeNamed(context, node), path, undefined, rousedAnswer);
  const jobs = said.roused.map(({ queue, id }) => `${queue} ${id}`).join(', ');
  return { json: said, text: facts({ 'tried again': jobs, on: node }) };
}

interface Act {
  readonly verb: 'retry' | 'bounce';
  /** Who sends unless `--account` says otherwise. */
  readonly account: string;
  readonly message: z.output<typeof messageNameInput>;
  readonly dryRun: boolean;
}

async function act(context: Context, { verb: name, account, message, dryRun }: Act): Promise<Answer> {
  using chains = context.open('custodian', account);
  const trace = await traceMessage(chains, message);
  const { held } = trace;
  const { state, why } = whereIs(trace.facts);
  if (held === undefined) throw new Fault('NOT_HELD', `the message is ${state}: ${why}`);
  const what = `${name} message ${held.message.toString()} of lane ${held.laneId.toString()}`;
  return await perform(
    {
      what,
      args: held,
      checks: () =>
        Promise.resolve([
          {
            check: `the message is held${name === 'retry' ? ` (${why})` : ''}`,
            ok: name === 'bounce' || state === 'retryable',
          },
        ]),
      send: () => chains.trading[name](held),
      answer: (sent) => minedAnswer(what, sent),
    },
    dryRun,
  );
}

async function showAnswer({ asset }: Chains, trace: MessageTrace): Promise<Answer> {
  const record = await asset.record(trace.rightsId);
  const where = whereIs(trace.facts);
  const { index, epoch, held, lockedAt, sealedAt } = trace.facts;
  const steps = table(
    [
      { title: 'on the trading chain', of: ({ step }) => step },
      { title: 'block', of: ({ block }) => grouped(block), isNumber: true },
      { title: 'transaction', of: ({ txHash }) => txHash },
    ],
    trace.steps,
    '',
  );
  const text = facts({
    state: where.state,
    where: where.chain,
    why: where.why,
    'do next': where.next,
    units: `${unitsText(trace.units, record?.decimals ?? 0)}${record === undefined ? '' : ` of ${record.symbol} (${record.name})`}`,
    recipient: trace.recipient,
    from: trace.account,
    locked: lockedAt === undefined ? undefined : timeText(lockedAt),
    sealed: sealedAt === undefined ? undefined : timeText(sealedAt),
    reference: trace.reference,
    lock: trace.lockId,
    message: index === undefined ? undefined : `${trace.laneId.toString()}:${index.toString()}`,
    epoch: epoch?.toString(),
    'held for': held?.reason,
    record: trace.rightsId,
  });
  return { json: { ...where, ...trace }, text: steps === '' ? text : `${text}\n\n${steps}` };
}
