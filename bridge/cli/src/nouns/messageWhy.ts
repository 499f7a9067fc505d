import { Fault, faults, isFaultCode } from '@twinspan/protocol';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { messageNameInput } from '../inputs.ts';
import { traceMessage, type MessageTrace } from '../messageFacts.ts';
import { messageAnswer, type NodeMessage } from '../nodeAnswers.ts';
import { askNode, nodeNamed } from '../nodes.ts';
import { verb, type Verb } from '../verb.ts';
import { whereIs, type Whereabouts } from '../whereIs.ts';

/** `twinspan message why <message>` */
export const whyVerb: Verb = verb({
  name: 'why',
  summary: 'in one paragraph: where a message is, why, who must act, and what next',
  parameters: { '<message>': 'a lock id, or lane:index, or the index where there is one lane' },
  options: { '--node <node>': 'also what this node says: its name or URL' },
  input: z.object({ message: messageNameInput, node: z.string().optional() }),
  run: async (context, { message, node }) => {
    using chains = context.open('custodian');
    const trace = await traceMessage(chains, message);
    const where = whereIs(trace.facts);
    const said = node === undefined ? undefined : await asked(context, node, trace);
    return {
      json: { ...placeOf(trace), ...where, who: whoActs(where, said), node: said },
      text: `${nameOf(trace)} ${paragraph(where, said)}`,
    };
  },
});

function placeOf({ laneId, lockId, facts: { index } }: MessageTrace): object {
  return { laneId, lockId, message: index };
}

function nameOf({ laneId, lockId, facts: { index } }: MessageTrace): string {
  return index === undefined ? `Lock ${lockId ?? ''}` : `Message ${index.toString()} of lane ${laneId.toString()}`;
}

/** A node that joined late, or that sees no locks, may not know it: that is an answer, too. */
async function asked(
  context: Context,
  node: string,
  { laneId, lockId, facts: { index } }: MessageTrace,
): Promise<NodeMessage | undefined> {
  const path = index === undefined ? `locks/${lockId ?? ''}` : `messages/${laneId.toString()}/${index.toString()}`;
  try {
    return await askNode(nodeNamed(context, node), `/v1/${path}`, messageAnswer);
  } catch (error) {
    if (error instanceof Fault && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** Cause, who must act, and the next step. Pure. */
export function paragraph(where: Whereabouts, node: NodeMessage | undefined): string {
  const sentences = [
    `is ${where.state}, on the ${where.chain}`.replace('on the between', 'between'),
    where.why,
    ...(node === undefined ? [] : nodeSentences(node)),
    `${whoActs(where, node)} must act: ${where.next}`,
  ];
  if (where.isFinal) sentences.splice(-1, 1, where.next);
  return `${sentences
    .map(capital)
    .join('. ')
    .replace(/^./, (letter) => letter.toLowerCase())}.`;
}

function nodeSentences({ attempts, parked, lastFault, isLanePaused }: NodeMessage): string[] {
  const fault = parked ?? lastFault;
  return [
    ...(isLanePaused ? ['its lane is paused on this node'] : []),
    ...(attempts > 0 ? [`this node has tried ${attempts} times`] : []),
    ...(fault === undefined
      ? []
      : [`${parked === undefined ? 'it last failed' : 'it is parked'} with ${fault.code}: ${fault.sentence}`]),
    ...(parked !== undefined && isFaultCode(parked.code) ? [faults[parked.code].advice.replace(/\.$/, '')] : []),
  ];
}

/** Pure. */
export function whoActs({ state, isFinal }: Whereabouts, node: NodeMessage | undefined): string {
  if (isFinal) return 'nobody';
  if (node?.isLanePaused === true || node?.parked !== undefined) return "the node's operator";
  if (state === 'pending') return "the custodian's relayer";
  if (state === 'held') return 'whoever the next step names';
  return 'a relayer';
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
