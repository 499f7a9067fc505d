import {
  encodeHeader,
  encodeMessage,
  encodeState,
  encodeWords,
  headerHashOf,
  hexFromBytes,
  wordsHashOf,
} from '../../src/index.ts';
import type { EpochHeader, Hex, Message, RecordState } from '../../src/index.ts';
import {
  ANVIL_CHAIN,
  bridge,
  labelled,
  labelled248,
  labelledAddress,
  MAX_248,
  MAX_32,
  MAX_40,
  MAX_80,
  ZERO_32,
} from './fixtures.ts';
import { solarHubei, solarHunan } from './fixtures.ts';
import type { VectorCase, VectorFile } from './vectorFile.ts';

const MAX_64 = 2n ** 64n - 1n;
const FIELD_MODULUS_HEX = '30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001';

const solarState: RecordState = {
  rightsId: solarHubei,
  status: 'ACTIVE',
  sealedUnits: 1_500n,
  releasedUnits: 20n,
  unitValue: 2_500_000_000_000_000_000n,
  valuedAt: 1_768_435_200,
  recordCommitment: labelled248('commitment'),
  termsHash: labelled('terms'),
};
const largestState: RecordState = {
  rightsId: MAX_248,
  status: 'REVOKED',
  sealedUnits: MAX_80,
  releasedUnits: MAX_80,
  unitValue: MAX_80,
  valuedAt: MAX_40,
  recordCommitment: '0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000',
  termsHash: MAX_32,
};
const leastState: RecordState = {
  rightsId: ZERO_32,
  status: 'FROZEN',
  sealedUnits: 0n,
  releasedUnits: 0n,
  unitValue: 0n,
  valuedAt: 0,
  recordCommitment: ZERO_32,
  termsHash: ZERO_32,
};
const mint: Message = { kind: 'MINT', slot: 0, recipient: labelledAddress('recipient'), units: 500n };
const largestMessage: Message = { kind: 'YIELD', slot: 255, recipient: `0x${'ff'.repeat(20)}`, units: MAX_80 };
const leastMessage: Message = { kind: 'MINT', slot: 0, recipient: `0x${'00'.repeat(20)}`, units: 0n };

function stateCase(name: string, state: RecordState): VectorCase {
  return { name, ...state, bytes: hexFromBytes(encodeState(state)) };
}
function messageCase(name: string, message: Message): VectorCase {
  return { name, ...message, bytes: hexFromBytes(encodeMessage(message)) };
}

/** The hex with the digits of one place replaced; `at` counts bytes. */
function patched(hex: string, at: number, digits: string): string {
  return hex.slice(0, 2 + 2 * at) + digits + hex.slice(2 + 2 * at + digits.length);
}

const stateHex = hexFromBytes(encodeState(solarState));
const messageHex = hexFromBytes(encodeMessage(mint));

const twoStates = [solarState, { ...solarState, rightsId: solarHunan }].sort((a, b) =>
  a.rightsId < b.rightsId ? -1 : 1,
);
const someWords: Readonly<Record<string, { states: readonly RecordState[]; messages: readonly Message[] }>> = {
  'one state, one mint': { states: [solarState], messages: [mint] },
  'two states, three messages': {
    states: twoStates,
    messages: [mint, { ...mint, units: 7n }, { ...largestMessage, slot: 1 }],
  },
  'states alone': { states: [leastState, solarState, largestState], messages: [] },
};

function joined(states: readonly RecordState[], messages: readonly Message[]): Hex {
  return hexFromBytes(
    new Uint8Array([...states.flatMap((s) => [...encodeState(s)]), ...messages.flatMap((m) => [...encodeMessage(m)])]),
  );
}

function refusedWords(
  name: string,
  states: readonly RecordState[],
  messages: readonly Message[],
  code: string,
): VectorCase {
  return { name, stateCount: states.length, messageCount: messages.length, bytes: joined(states, messages), code };
}

const header: EpochHeader = {
  assetChainId: labelled('asset chain'),
  laneId: 0x0123456789abcdefn,
  tradingChainId: ANVIL_CHAIN,
  bridge,
  epoch: 7n,
  previousHeader: labelled('previous header'),
  firstMessage: 1_024n,
  messageCount: 256,
  stateCount: 3,
  wordsHash: labelled('words'),
  detailsHash: labelled('details'),
  sealedAt: 1_784_073_600n,
  releasedThrough: 12n,
};
const firstHeader: EpochHeader = {
  ...header,
  epoch: 1n,
  previousHeader: ZERO_32,
  firstMessage: 0n,
  messageCount: 1,
  stateCount: 1,
  releasedThrough: 0n,
};
const largestHeader: EpochHeader = {
  assetChainId: MAX_32,
  laneId: MAX_64,
  tradingChainId: MAX_64,
  bridge: `0x${'ff'.repeat(20)}`,
  epoch: MAX_64,
  previousHeader: MAX_32,
  firstMessage: MAX_64,
  messageCount: 256,
  stateCount: 64,
  wordsHash: MAX_32,
  detailsHash: MAX_32,
  sealedAt: MAX_64,
  releasedThrough: MAX_64,
};
const headerHex = hexFromBytes(encodeHeader(header));

function headerCase(name: string, fields: EpochHeader): VectorCase {
  return { name, ...fields, bytes: hexFromBytes(encodeHeader(fields)), headerHash: headerHashOf(fields) };
}

export const epochVectorFiles: Readonly<Record<string, VectorFile>> = {
  states: {
    cases: [stateCase('ordinary', solarState), stateCase('largest', largestState), stateCase('least', leastState)],
    refused: [
      { name: 'status 0', bytes: patched(stateHex, 43, '00'), code: 'STATE_BAD' },
      { name: 'status 4', bytes: patched(stateHex, 43, '04'), code: 'STATE_BAD' },
      { name: 'unused bit of word 1', bytes: patched(stateHex, 43, '11'), code: 'STATE_BAD' },
      { name: 'first bit of word 1', bytes: patched(stateHex, 32, '80'), code: 'STATE_BAD' },
      { name: 'unused bit of word 2', bytes: patched(stateHex, 80, '01'), code: 'STATE_BAD' },
      { name: 'first bit of word 2', bytes: patched(stateHex, 64, '80'), code: 'STATE_BAD' },
      { name: 'rightsId of 32 bytes', bytes: patched(stateHex, 0, '01'), code: 'STATE_BAD' },
      { name: 'commitment not a field element', bytes: patched(stateHex, 96, FIELD_MODULUS_HEX), code: 'STATE_BAD' },
      { name: 'a byte short', bytes: stateHex.slice(0, -2), code: 'STATE_BAD' },
    ],
  },
  messages: {
    cases: [messageCase('mint', mint), messageCase('largest', largestMessage), messageCase('least', leastMessage)],
    refused: [
      { name: 'kind 0', bytes: patched(messageHex, 31, '00'), code: 'MESSAGE_BAD' },
      { name: 'kind 3', bytes: patched(messageHex, 31, '03'), code: 'MESSAGE_BAD' },
      { name: 'unused bit', bytes: `0x1${messageHex.slice(3)}`, code: 'MESSAGE_BAD' },
      { name: 'first bit', bytes: `0x8${messageHex.slice(3)}`, code: 'MESSAGE_BAD' },
      { name: 'a byte short', bytes: messageHex.slice(0, -2), code: 'MESSAGE_BAD' },
    ],
  },
  words: {
    cases: Object.entries(someWords).map(([name, words]) => {
      const bytes = encodeWords(words);
      return {
        name,
        states: words.states.map((state) => ({ ...state })),
        messages: words.messages.map((message) => ({ ...message })),
        stateCount: words.states.length,
        messageCount: words.messages.length,
        bytes: hexFromBytes(bytes),
        wordsHash: wordsHashOf(bytes),
      };
    }),
    refused: [
      refusedWords('states out of order', twoStates.toReversed(), [mint], 'STATE_BAD'),
      refusedWords('a state twice', [solarState, solarState], [mint], 'STATE_BAD'),
      refusedWords('a slot without a state', [solarState], [{ ...mint, slot: 1 }], 'MESSAGE_BAD'),
      refusedWords('messages out of order', twoStates, [{ ...mint, slot: 1 }, mint], 'MESSAGE_BAD'),
      {
        name: 'a word added',
        stateCount: 1,
        messageCount: 1,
        bytes: joined([solarState], [mint, mint]),
        code: 'WORDS_BAD',
      },
      {
        name: 'a word dropped',
        stateCount: 1,
        messageCount: 2,
        bytes: joined([solarState], [mint]),
        code: 'WORDS_BAD',
      },
    ],
  },
  headers: {
    cases: [
      headerCase('ordinary', header),
      headerCase('first epoch', firstHeader),
      headerCase('largest', largestHeader),
    ],
    refused: [
      { name: 'another magic', bytes: patched(headerHex, 0, '54534532'), code: 'HEADER_BAD' },
      { name: 'a byte short', bytes: headerHex.slice(0, -2), code: 'HEADER_BAD' },
      { name: 'a byte long', bytes: `${headerHex}00`, code: 'HEADER_BAD' },
      { name: 'epoch 0', bytes: patched(headerHex, 72, '0000000000000000'), code: 'HEADER_BAD' },
      { name: 'epoch 1 with a previous header', bytes: patched(headerHex, 72, '0000000000000001'), code: 'HEADER_BAD' },
      { name: '257 messages', bytes: patched(headerHex, 120, '0101'), code: 'HEADER_BAD' },
      { name: '65 states', bytes: patched(headerHex, 122, '0041'), code: 'HEADER_BAD' },
      { name: 'nothing', bytes: patched(headerHex, 120, '00000000'), code: 'HEADER_BAD' },
    ],
  },
};
