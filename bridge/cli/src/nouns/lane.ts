import { z } from 'zod';
import { listOf } from '../listOf.ts';
import { laneInput, reasonInput } from '../inputs.ts';
import { laneNamed } from '../naming.ts';
import { nodeNamed, tellNode } from '../nodes.ts';
import { committedAnswer, perform } from '../performing.ts';
import { facts, grouped, table, timeText } from '../render.ts';
import { verb, type Noun, type Verb } from '../verb.ts';

const ordinalInput = z
  .string()
  .regex(/^[0-9]{1,5}$/, { error: 'expected a number' })
  .transform(Number)
  .refine((ordinal) => ordinal < 65_536, { error: 'expected at most 65535' });

const nodeOption = { '--node <node>': 'the node: its name, or its local socket' };
const onNode = { lane: laneInput, node: z.string() };
const laneParameter = { '<lane>': 'the lane id' };

/** Of one node: the others go on. */
const pauseVerbs: readonly Verb[] = [
  verb({
    name: 'pause',
    summary: 'have a node neither seal nor deliver a lane; freezes still go ahead',
    parameters: laneParameter,
    options: { ...nodeOption, '--reason <text>': 'for those who find it paused' },
    input: z.object({ ...onNode, reason: reasonInput }),
    run: async (context, { lane, node, reason }) => {
      const paused = z.object({ laneId: z.string(), reason: z.string() });
      const json = await tellNode(nodeNamed(context, node), `/v1/lanes/${lane.toString()}/pause`, { reason }, paused);
      return { json, text: facts({ paused: json.laneId, on: node, reason: json.reason }) };
    },
  }),
  verb({
    name: 'resume',
    summary: 'have a node go on with a lane',
    parameters: laneParameter,
    options: nodeOption,
    input: z.object(onNode),
    run: async (context, { lane, node }) => {
      const resumed = z.object({ laneId: z.string() });
      const json = await tellNode(nodeNamed(context, node), `/v1/lanes/${lane.toString()}/resume`, undefined, resumed);
      return { json, text: facts({ resumed: json.laneId, on: node }) };
    },
  }),
];

/** `twinspan lane …` */
export const laneNoun: Noun = {
  name: 'lane',
  summary: 'a custodian’s ordered stream of epochs to one bridge',
  verbs: [
    verb({
      name: 'open',
      summary: 'open a lane to the deployed bridge; opening one again changes nothing',
      options: { '--ordinal <n>': 'tells several lanes apart (default: 0)', '--dry-run': 'say what would be sent' },
      input: z.object({ ordinal: ordinalInput.default(0), dryRun: z.boolean().default(false) }),
      run: async (context, { ordinal, dryRun }) => {
        using chains = context.open('custodian');
        const { chainId, addresses } = chains.trading;
        const args = { tradingChainId: BigInt(chainId), bridge: addresses.bridge, ordinal };
        return await perform(
          {
            what: `open lane ${ordinal} to bridge ${addresses.bridge}`,
            args,
            send: () => chains.asset.openLane(args),
            answer: (committed) => committedAnswer('opened', committed, { lane: committed.result.laneId.toString() }),
          },
          dryRun,
        );
      },
    }),
    verb({
      name: 'list',
      summary: 'all lanes',
      input: z.object({}),
      run: async (context) => {
        using side = context.openAsset('custodian');
        const lanes = await listOf(side.asset.lanes());
        const text = table(
          [
            { title: 'lane', of: (lane) => lane.laneId.toString() },
            { title: 'custodian', of: (lane) => lane.custodian },
            { title: 'epochs', of: (lane) => grouped(lane.epoch), isNumber: true },
            { title: 'messages', of: (lane) => grouped(lane.nextMessage), isNumber: true },
            { title: 'released', of: (lane) => grouped(lane.releasedThrough), isNumber: true },
            { title: 'last seal', of: (lane) => timeText(lane.sealedAt) },
          ],
          lanes,
          'no lanes: open one with `twinspan lane open`',
        );
        return { json: lanes, text };
      },
    }),
    ...pauseVerbs,
    verb({
      name: 'show',
      summary: 'how far a lane is on both chains',
      parameters: { '[lane]': 'the lane id; needed where there are several' },
      input: z.object({ lane: laneInput.optional() }),
      run: async (context, { lane: named }) => {
        using chains = context.open('custodian');
        const laneId = await laneNamed(chains.asset, named);
        const [asset, trading, outbox] = await Promise.all([
          chains.asset.lane(laneId),
          chains.trading.bridgeLane(laneId),
          chains.trading.outboxLength(laneId),
        ]);
        const of = (done: bigint, all: bigint | undefined): string => `${grouped(done)} of ${grouped(all ?? 0n)}`;
        return {
          json: { laneId, assetChain: asset, tradingChain: { ...trading, outboxLength: outbox } },
          text: facts({
            lane: laneId.toString(),
            custodian: asset?.custodian,
            bridge: asset?.bridge,
            'epochs delivered': of(trading.epoch, asset?.epoch),
            'messages delivered': of(trading.nextMessage, asset?.nextMessage),
            'outbox applied': of(asset?.releasedThrough ?? 0n, outbox),
            'last seal': timeText(asset?.sealedAt ?? 0),
          }),
        };
      },
    }),
  ],
};
