import { addressField, bytesFromHex, hexBytesField, uint64Field, wordField } from '@twinspan/protocol';
import { z } from 'zod';
import type { Consortium } from './bundle.ts';
import { readJsonFile } from './readJsonFile.ts';
import type { ContractAddresses } from './trading/options.ts';

const contract = z.object({ address: addressField });
const memberSchema = z.object({ mspId: z.string(), identity: hexBytesField, qx: wordField, qy: wordField });

/** Of the file that a deployment writes, what a client needs. */
const addressBookSchema = z.object({
  version: z.literal(1),
  chainId: z.int().positive(),
  deployedAtBlock: uint64Field,
  consortium: z.object({
    assetChainId: wordField,
    chaincode: z.string(),
    threshold: z.int().positive(),
    members: z.array(memberSchema).min(1),
  }),
  contracts: z.object({ assetChainClient: contract, backings: contract, bridge: contract }),
});

/** Where the contracts are, and whose endorsements they accept. */
export interface AddressBook {
  readonly chainId: number;
  readonly addresses: ContractAddresses;
  readonly consortium: Consortium;
}

/** @throws Fault CONFIG_BAD */
export function readAddressBook(file: string): AddressBook {
  const { chainId, deployedAtBlock, consortium, contracts } = readJsonFile(file, addressBookSchema);
  return {
    chainId,
    addresses: {
      assetChainClient: contracts.assetChainClient.address,
      backings: contracts.backings.address,
      bridge: contracts.bridge.address,
      deployedAtBlock,
    },
    consortium: {
      ...consortium,
      members: consortium.members.map((member) => ({ ...member, identity: bytesFromHex(member.identity) })),
    },
  };
}
