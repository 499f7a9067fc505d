import { describe } from 'node:test';
import type { Profile } from '@twinspan/devnet';
import { crossing } from './crossing.ts';

const profiles: readonly Profile[] = [
  { orderers: 'smartbft', evm: 'anvil', peers: 1 },
  { orderers: 'raft', evm: 'geth', peers: 1 },
];

for (const profile of profiles) {
  describe(`a right crosses to the trading chain and comes back, on ${profile.orderers} and ${profile.evm}`, () => {
    crossing(profile);
  });
}
