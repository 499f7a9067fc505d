import { Fault, faults } from '@twinspan/protocol';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { exitCodeOf, exitCodes } from '../exitCodes.ts';
import { addressInput } from '../inputs.ts';
import { listOf } from '../listOf.ts';
import { statusAnswer, type NodeStatus } from '../nodeAnswers.ts';
import { nodesBeside } from '../nodes.ts';
import { grouped, table, type Answer } from '../render.ts';
import { verb, type Verb } from '../verb.ts';
import { eachNode } from './node.ts';
import { supplyRows } from './token/supply.ts';

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly sentence: string;
  /** What to do; only when it is not ok. */
  readonly next?: string;
  /** Something did not answer. */
  readonly isUnreachable?: boolean;
}

/** The oldest Node that all parts run on (CONTRIBUTING.md). */
const LEAST_NODE = [22, 12] as const;
const MOST_SKEW_MS = 5_000;
const MOST_WAIT_SECONDS = 600;
/** About ten deliveries at a high price. */
const LEAST_ETHER = 0.05;

/** `twinspan doctor` */
export const doctorVerb: Verb = verb({
  name: 'doctor',
  summary: 'look at everything that can be wrong with a network and its nodes, and say what to do',
  details: 'exit codes: 0 nothing found · 1 something to see to · 3 something does not answer',
  input: z.object({}),
  run: async (context) => answerOf(await findings(context)),
});

async function findings(context: Context): Promise<Finding[]> {
  const program = versionFinding(process.versions.node);
  const network = await look('network', () => `described by ${context.networkFile()}`);
  if (!network.ok) return [program, network];
  const chains = await Promise.all([
    look('asset chain', () => assetChain(context)),
    look('trading chain', () => tradingChain(context)),
    look('supply', () => supply(context)),
    look('funds', () => funds(context)),
  ]);
  return [program, network, ...chains, ...(await nodes(context))];
}

export function versionFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const ok = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  const next = `use Node ${LEAST_NODE.join('.')} or newer: \`npm run twinspan\` brings its own`;
  return { check: 'node.js', ok, sentence: `this is Node ${version}`, ...(ok ? {} : { next }) };
}

/** Something is amiss that no fault names. */
class Amiss extends Error {
  readonly next: string;

  constructor(sentence: string, next: string) {
    super(sentence);
    this.next = next;
  }
}

async function look(check: string, ask: () => string | Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, sentence: await ask() };
  } catch (error) {
    if (error instanceof Amiss) return { check, ok: false, sentence: error.message, next: error.next };
    const fault = error instanceof Fault ? error : new Fault('INTERNAL', String(error), { cause: error });
    return { check, ok: false, ...faultFinding(fault) };
  }
}

function faultFinding(fault: Fault): Pick<Finding, 'sentence' | 'next' | 'isUnreachable'> {
  const isUnreachable = exitCodeOf(fault.code) === exitCodes.UNREACHABLE;
  return { sentence: fault.message, next: faults[fault.code].advice, isUnreachable };
}

async function assetChain(context: Context): Promise<string> {
  using side = context.openAsset('custodian');
  return `answers, ${grouped(await side.asset.height())} blocks`;
}

async function tradingChain(context: Context): Promise<string> {
  using chains = context.open('custodian');
  const { trading } = chains;
  const [head, final] = await Promise.all([trading.blockNumber(), trading.finalizedBlock()]);
  return `answers at block ${grouped(head)}, final to ${grouped(final)}`;
}

async function supply(context: Context): Promise<string> {
  using chains = context.open('custodian');
  const lanes = await listOf(chains.asset.lanes());
  const rows = (await Promise.all(lanes.map(({ laneId }) => supplyRows(chains, laneId)))).flat();
  const wrong = rows.filter(({ difference }) => difference !== 0n);
  if (wrong.length === 0) return `both chains agree about ${rows.length} records`;
  const names = wrong.map(({ symbol, difference }) => `${symbol} by ${difference.toString()}`).join(', ');
  throw new Amiss(`the chains disagree: ${names}`, faults.SUPPLY_DIFFERS.advice);
}

async function funds(context: Context): Promise<string> {
  const carriers = context.description().trading.accounts.filter(({ name }) => name.startsWith('carrier'));
  using chains = context.open('custodian');
  const poor: string[] = [];
  for (const { name, address } of carriers) {
    const ether = Number(await chains.trading.etherBalance(addressInput.parse(address))) / 1e18;
    if (ether < LEAST_ETHER) poor.push(`${name} has ${ether.toFixed(4)} ether`);
  }
  if (poor.length > 0) throw new Amiss(poor.join(', '), faults.FUNDS_SHORT.advice);
  return `${carriers.length} carrier accounts have at least ${LEAST_ETHER} ether`;
}

async function nodes(context: Context): Promise<Finding[]> {
  if (nodesBeside(context.networkFile()).length === 0)
    return [{ check: 'nodes', ok: true, sentence: 'no relayer node is described beside the network' }];
  const asked = await eachNode(context, undefined, '/v1/status', statusAnswer);
  return asked.flatMap(({ name, said }) =>
    said instanceof Fault
      ? [{ check: name, ok: false, ...faultFinding(said), next: 'start it, or look at its log: it says why it ended' }]
      : nodeFindings(said, Date.now()),
  );
}

/** Everything that one node says of itself and should not. Pure. */
export function nodeFindings(status: NodeStatus, nowMs: number): Finding[] {
  const { node: check, waitingFor, lanes, peers, queues, parked, supply: audit } = status;
  const skewMs = Math.abs(status.nowMs - nowMs);
  const minutes = Math.round(queues.oldestSeconds / 60);
  const wrong: (readonly [boolean, string, string])[] = [
    [
      waitingFor.length > 0,
      `waits for ${waitingFor.join(', ')}`,
      'wait; if it stays so, `twinspan node check` says why',
    ],
    [skewMs > MOST_SKEW_MS, `its clock is ${Math.round(skewMs / 1_000)} s from this one`, 'set both clocks by NTP'],
    [peers.connected < peers.known, `sees ${peers.connected} of ${peers.known} peers`, 'see `twinspan node peers`'],
    [lanes.paused.length > 0, `lanes ${lanes.paused.join(', ')} are paused`, '`twinspan lane resume` when it is time'],
    [queues.oldestSeconds > MOST_WAIT_SECONDS, `a job waits for ${minutes} minutes`, 'see its queue in /v1/queues'],
    [audit?.agree === false, 'says that the chains disagree about the supply', faults.SUPPLY_DIFFERS.advice],
  ];
  const jobs = parked.map(({ queue, id, code, sentence }): Finding => {
    const next = `\`twinspan explain ${code}\`, then \`twinspan node retry ${queue} --node ${check}\``;
    return { check, ok: false, sentence: `${queue} ${id} is parked: ${code}: ${sentence}`, next };
  });
  const amiss = wrong.flatMap(([is, sentence, next]): Finding[] => (is ? [{ check, ok: false, sentence, next }] : []));
  const all = [...amiss, ...jobs];
  return all.length > 0 ? all : [{ check, ok: true, sentence: `ready, ${grouped(queues.waiting)} jobs under way` }];
}

function answerOf(all: readonly Finding[]): Answer {
  const wrong = all.filter(({ ok }) => !ok);
  const text = table(
    [
      { title: '', of: ({ ok }) => (ok ? 'ok' : 'SEE') },
      { title: 'what', of: ({ check }) => check },
      { title: 'found', of: ({ sentence }) => sentence },
    ],
    all,
    'nothing was looked at',
  );
  const steps = wrong.map(({ check, next }) => `  ${check}: ${next ?? ''}`);
  const end = wrong.length === 0 ? 'nothing is amiss' : `do next:\n${steps.join('\n')}`;
  const isUnreachable = wrong.some((finding) => finding.isUnreachable === true);
  const amiss = isUnreachable ? exitCodes.UNREACHABLE : exitCodes.REFUSED;
  return { json: all, text: `${text}\n\n${end}`, code: wrong.length === 0 ? exitCodes.DONE : amiss };
}
