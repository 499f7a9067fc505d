import { bytesFromHex, decodeHeader, decodeWords, Fault, headerHashOf } from '@twinspan/protocol';
import type { BridgeLane } from '@twinspan/protocol';
import type { AssetChain, EpochView } from '@twinspan/sdk';
import { z } from 'zod';
import { countInput, indexInput, laneInput } from '../inputs.ts';
import { laneNamed } from '../naming.ts';
import { facts, grouped, hkdText, shortId, table, timeText, type Answer } from '../render.ts';
import { verb, type Noun } from '../verb.ts';

const laneOption = { '--lane <id>': 'needed where there are several' };

/** `twinspan epoch …` */
export const epochNoun: Noun = {
  name: 'epoch',
  summary: 'what one seal took: messages and the states they refer to',
  verbs: [
    verb({
      name: 'list',
      summary: 'the newest epochs of a lane',
      options: { ...laneOption, '--last <n>': 'how many (default: 20)' },
      input: z.object({ lane: laneInput.optional(), last: countInput.default(20) }),
      run: async (context, { lane, last }) => {
        using chains = context.open('custodian');
        const laneId = await laneNamed(chains.asset, lane);
        const [epochs, delivered] = await Promise.all([
          newestEpochs(chains.asset, laneId, last),
          chains.trading.bridgeLane(laneId),
        ]);
        return listAnswer(epochs, delivered);
      },
    }),
    verb({
      name: 'show',
      summary: 'header, states and messages of one epoch',
      parameters: { '<epoch>': 'its number, from 1' },
      options: laneOption,
      input: z.object({ epoch: indexInput, lane: laneInput.optional() }),
      run: async (context, { epoch, lane }) => {
        using chains = context.open('custodian');
        const laneId = await laneNamed(chains.asset, lane);
        const view = await chains.asset.epoch(laneId, epoch);
        if (view === undefined) {
          throw new Fault('EPOCH_UNKNOWN', `lane ${laneId.toString()} has no epoch ${epoch.toString()}`);
        }
        return showAnswer(view, await chains.trading.bridgeLane(laneId));
      },
    }),
  ],
};

async function newestEpochs(asset: AssetChain, laneId: bigint, last: number): Promise<EpochView[]> {
  const lane = await asset.lane(laneId);
  if (lane === undefined) throw new Fault('LANE_UNKNOWN', `no lane ${laneId.toString()}`);
  const numbers = Array.from({ length: last }, (_, i) => lane.epoch - BigInt(i)).filter((epoch) => epoch > 0n);
  const epochs = await Promise.all(numbers.map((epoch) => asset.epoch(laneId, epoch)));
  return epochs.filter((epoch) => epoch !== undefined);
}

function whereabouts(epoch: bigint, delivered: BridgeLane): string {
  return epoch <= delivered.epoch ? 'delivered' : 'sealed';
}

function listAnswer(epochs: readonly EpochView[], delivered: BridgeLane): Answer {
  const rows = epochs.map((view) => ({
    laneId: view.laneId,
    epoch: view.epoch,
    where: whereabouts(view.epoch, delivered),
    firstMessage: view.firstMessage,
    messageCount: view.messageCount,
    stateCount: view.stateCount,
    sealedAt: decodeHeader(bytesFromHex(view.header)).sealedAt,
  }));
  const text = table(
    [
      { title: 'epoch', of: (row) => grouped(row.epoch), isNumber: true },
      { title: 'where', of: (row) => row.where },
      { title: 'first message', of: (row) => grouped(row.firstMessage), isNumber: true },
      { title: 'messages', of: (row) => grouped(row.messageCount), isNumber: true },
      { title: 'states', of: (row) => grouped(row.stateCount), isNumber: true },
      { title: 'sealed', of: (row) => timeText(row.sealedAt) },
    ],
    rows,
    'no epochs yet',
  );
  return { json: rows, text };
}

function showAnswer(view: EpochView, delivered: BridgeLane): Answer {
  const header = decodeHeader(bytesFromHex(view.header));
  const words = decodeWords(bytesFromHex(view.words), view);
  const where = whereabouts(view.epoch, delivered);
  const head = facts({
    epoch: `${grouped(header.epoch)} of lane ${header.laneId.toString()}`,
    where,
    sealed: timeText(header.sealedAt),
    'header hash': headerHashOf(header),
    'previous header': header.previousHeader,
    bridge: `${header.bridge} on chain ${header.tradingChainId.toString()}`,
    'releases applied': grouped(header.releasedThrough),
  });
  const messages = words.messages.map((message, i) => ({
    index: view.firstMessage + BigInt(i),
    ...message,
    lock: view.details.locks[i],
  }));
  const json = { where, header, headerHash: headerHashOf(header), states: words.states, messages };
  return { json, text: [head, statesTable(words.states), messagesTable(messages)].join('\n\n') };
}

function statesTable(states: ReturnType<typeof decodeWords>['states']): string {
  return table(
    [
      { title: 'slot', of: ({ slot }) => slot.toString(), isNumber: true },
      { title: 'record', of: ({ state }) => shortId(state.rightsId) },
      { title: 'status', of: ({ state }) => state.status },
      { title: 'sealed units', of: ({ state }) => grouped(state.sealedUnits), isNumber: true },
      { title: 'released units', of: ({ state }) => grouped(state.releasedUnits), isNumber: true },
      { title: 'unit value', of: ({ state }) => hkdText(state.unitValue), isNumber: true },
      { title: 'valued', of: ({ state }) => timeText(state.valuedAt) },
    ],
    states.map((state, slot) => ({ slot, state })),
    'no states',
  );
}

function messagesTable(
  messages: readonly {
    index: bigint;
    kind: string;
    slot: number;
    units: bigint;
    recipient: string;
    lock: { lockId: string } | undefined;
  }[],
): string {
  return table(
    [
      { title: 'message', of: ({ index }) => grouped(index), isNumber: true },
      { title: 'kind', of: ({ kind }) => kind },
      { title: 'slot', of: ({ slot }) => slot.toString(), isNumber: true },
      { title: 'units', of: ({ units }) => grouped(units), isNumber: true },
      { title: 'recipient', of: ({ recipient }) => recipient },
      { title: 'lock', of: ({ lock }) => lock?.lockId ?? '-' },
    ],
    messages,
    'no messages: it carries states alone',
  );
}
