import {
  assetChainIdOf,
  bytes32FromAccount,
  laneIdOf,
  lockIdOf,
  ownerHashOf,
  rightsIdOf,
  termsHashOf,
} from '../../src/index.ts';
import { ANVIL_CHAIN, bridge, custodian, labelled, MAX_248, solarHubei, ZERO_32 } from './fixtures.ts';
import type { VectorFile } from './vectorFile.ts';

const rightsIds = [
  { mspId: custodian, registrationNumber: 'HB-2024-000017' },
  { mspId: custodian, registrationNumber: '' },
  { mspId: 'Custodian2MSP', registrationNumber: 'HB-2024-000017' },
  // A length prefix keeps these two apart.
  { mspId: 'AB', registrationNumber: 'C' },
  { mspId: 'A', registrationNumber: 'BC' },
  { mspId: custodian, registrationNumber: '鄂-2024-光伏-十七' },
  { mspId: custodian, registrationNumber: 'x'.repeat(300) },
];

const assetChains = [
  { networkId: 'twinspan-devnet', channel: 'assets', chaincode: 'rights' },
  { networkId: 'twinspan-devnet', channel: 'assets', chaincode: 'right' },
  { networkId: 'twinspan-devnetassets', channel: '', chaincode: 'rights' },
];

const lanes = [
  { mspId: custodian, tradingChainId: ANVIL_CHAIN, bridge, ordinal: 0 },
  { mspId: custodian, tradingChainId: ANVIL_CHAIN, bridge, ordinal: 1 },
  { mspId: custodian, tradingChainId: 2n ** 64n - 1n, bridge: `0x${'ff'.repeat(20)}`, ordinal: 65535 },
  { mspId: 'Custodian2MSP', tradingChainId: 1n, bridge: `0x${'00'.repeat(20)}`, ordinal: 0 },
] as const;

const terms = [
  { rightsId: solarHubei, decimals: 0, name: 'Hubei Household Solar', symbol: 'HBSOL' },
  { rightsId: solarHubei, decimals: 6, name: 'Hubei Household Solar', symbol: 'HBSOL' },
  { rightsId: solarHubei, decimals: 6, name: 'Hubei Household SolarH', symbol: 'BSOL' },
  { rightsId: MAX_248, decimals: 6, name: '湖北户用光伏', symbol: '鄂光' },
  { rightsId: ZERO_32, decimals: 0, name: '', symbol: '' },
];

const accounts = ['a', 'treasury', 'unclaimed', 'client-0017.sub_1', 'z'.repeat(31), '0'];

export const idVectorFiles: Readonly<Record<string, VectorFile>> = {
  'rights-ids': {
    cases: rightsIds.map((name) => ({ ...name, rightsId: rightsIdOf(name.mspId, name.registrationNumber) })),
  },
  'asset-chain-ids': { cases: assetChains.map((name) => ({ ...name, assetChainId: assetChainIdOf(name) })) },
  'lane-ids': { cases: lanes.map((name) => ({ ...name, laneId: laneIdOf(name) })) },
  'terms-hashes': { cases: terms.map((term) => ({ ...term, termsHash: termsHashOf(term) })) },
  'owner-hashes': {
    cases: ['Household Solar SPV One', '', '户用光伏一号'].map((owner) => ({ owner, ownerHash: ownerHashOf(owner) })),
  },
  'lock-ids': {
    cases: [0, 1, 99].map((place) => {
      const batchId = labelled('transaction').slice(2);
      return { batchId, place, lockId: lockIdOf(batchId, place) };
    }),
    refused: [
      { lockId: `${'A'.repeat(64)}:0`, code: 'ENCODING_BAD' },
      { lockId: `${'a'.repeat(64)}:01`, code: 'ENCODING_BAD' },
      { lockId: `${'a'.repeat(63)}:1`, code: 'ENCODING_BAD' },
    ],
  },
  accounts: {
    cases: accounts.map((account) => ({ account, bytes32: bytes32FromAccount(account) })),
    refused: [
      { name: 'empty', bytes32: ZERO_32, code: 'ACCOUNT_BAD' },
      { name: 'upper case', bytes32: `0x41${'00'.repeat(31)}`, code: 'ACCOUNT_BAD' },
      { name: '32 characters', bytes32: `0x${'61'.repeat(32)}`, code: 'ACCOUNT_BAD' },
      { name: 'zero byte inside', bytes32: `0x610061${'00'.repeat(29)}`, code: 'ACCOUNT_BAD' },
      { name: 'zero byte first', bytes32: `0x0061${'00'.repeat(30)}`, code: 'ACCOUNT_BAD' },
      { name: 'space', bytes32: `0x6120${'00'.repeat(30)}`, code: 'ACCOUNT_BAD' },
      { name: 'not ASCII', bytes32: `0xe98482${'00'.repeat(29)}`, code: 'ACCOUNT_BAD' },
    ],
  },
};
