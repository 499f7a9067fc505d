import {
  bytesToHex,
  createPublicClient,
  createWalletClient,
  encodeDeployData,
  getContractAddress,
  http,
  keccak256,
  stringToHex,
  type Abi,
  type Hex,
  type LocalAccount,
  type PublicClient,
} from 'viem';
import { readArtefact } from '../scripts/artefact.ts';
import { writeAddressBook, type AddressBook } from './addressBook.ts';
import { developmentChainIds, requireKeysFit, requireP256 } from './preflight.ts';
import { requireDistinctKeys } from './member.ts';
import type { Member } from './member.ts';

export { addressBookSchema, readAddressBook, type AddressBook } from './addressBook.ts';
export { memberOfCertificate, type Member } from './member.ts';
export { developmentChainIds } from './preflight.ts';

export interface DeployOptions {
  readonly rpcUrl: string;
  /** Pays for the deployment and keeps no rights. */
  readonly deployer: LocalAccount;
  /** The consortium's endorsing peers, in any order. */
  readonly members: readonly Member[];
  /** How many organizations must endorse. */
  readonly threshold: number;
  readonly assetChainId: Hex;
  readonly chaincode: string;
  /** The venue's first policy, packed (protocol §5). */
  readonly policy: bigint;
  readonly roles: { readonly admin: Hex; readonly venue: Hex; readonly compliance: Hex };
  /** Seconds after which anyone may bounce a held message; default seven days. */
  readonly holdPeriodSeconds?: bigint;
  /** Seconds that a hand-over of the admin takes; default one day. */
  readonly adminDelaySeconds?: number;
  /** Where to write the address book; not written when absent. */
  readonly addressBookFile?: string;
  /** Chain ids on which development proving keys are let through; default anvil's and geth's. */
  readonly developmentChainIds?: readonly number[];
  /** Per receipt; default 60,000. */
  readonly timeoutMs?: number;
}

type ContractName = keyof AddressBook['contracts'];
type Json = AddressBook['contracts']['bridge']['constructorArgs'][number];

interface Creation {
  readonly name: ContractName;
  readonly address: Hex;
  readonly args: readonly unknown[];
}

const WEEK_SECONDS = 604_800n;
const DAY_SECONDS = 86_400;

/**
 * Deploys everything the trading chain needs and writes the address book.
 * @throws when the chain lacks P256VERIFY, development keys meet a chain that is not for development, two members have
 * one key, a constructor refuses its arguments or a transaction is not mined in time
 */
export async function deployBridge(options: DeployOptions): Promise<AddressBook> {
  const client = createPublicClient({ transport: http(options.rpcUrl), pollingInterval: 100 });
  const chainId = await client.getChainId();
  await requireP256(client);
  const developmentKeys = await requireKeysFit(client, chainId, options.developmentChainIds ?? developmentChainIds);

  requireDistinctKeys(options.members);
  const members = sortByOrg(options.members);
  const nonce = await client.getTransactionCount({ address: options.deployer.address, blockTag: 'pending' });
  const creations = plan(options, members, nonce);
  const contracts = await create(client, options, chainId, nonce, creations);
  const blocks = Object.values(contracts).map(({ block }) => BigInt(block));
  const book: AddressBook = {
    version: 1,
    chainId,
    deployedAtBlock: blocks.reduce((a, b) => (a < b ? a : b)).toString(),
    deployer: lower(options.deployer.address),
    developmentKeys,
    roles: {
      admin: lower(options.roles.admin),
      venue: lower(options.roles.venue),
      compliance: lower(options.roles.compliance),
    },
    consortium: {
      assetChainId: options.assetChainId,
      chaincode: options.chaincode,
      threshold: options.threshold,
      members: members.map((member) => ({ ...member, identity: bytesToHex(member.identity) })),
    },
    contracts,
  };
  if (options.addressBookFile !== undefined) writeAddressBook(options.addressBookFile, book);
  return book;
}

/** How the client contract names an organization, and orders its members: the MSP id, left-aligned. */
function orgOf(mspId: string): Hex {
  return stringToHex(mspId, { size: 32 });
}

function sortByOrg(members: readonly Member[]): Member[] {
  return members
    .map(({ mspId, identity, qx, qy }) => ({ mspId, identity, qx, qy }))
    .sort((a, b) => (orgOf(a.mspId) < orgOf(b.mspId) ? -1 : 1));
}

/** The creations in order, with the addresses they will have: none of the constructors calls another contract. */
function plan(options: DeployOptions, members: readonly Member[], nonce: number): Creation[] {
  const { admin, venue, compliance } = options.roles;
  const names = ['venueRoles', 'assetState1Verifier', 'assetState16Verifier', 'backings', 'assetChainClient'] as const;
  const address = Object.fromEntries(
    [...names, 'mirrorTokenFactory' as const, 'bridge' as const].map((name, i) => [
      name,
      lower(getContractAddress({ from: options.deployer.address, nonce: BigInt(nonce + i) })),
    ]),
  ) as Record<ContractName, Hex>;
  const stored = members.map(({ mspId, identity, qx, qy }) => {
    return { org: orgOf(mspId), identity: bytesToHex(identity), qx, qy };
  });
  const args: Record<ContractName, readonly unknown[]> = {
    venueRoles: [options.adminDelaySeconds ?? DAY_SECONDS, admin, venue, compliance],
    assetState1Verifier: [],
    assetState16Verifier: [],
    backings: [address.assetState1Verifier, address.assetState16Verifier, address.venueRoles, options.policy],
    assetChainClient: [stored, options.threshold, options.assetChainId, options.chaincode],
    mirrorTokenFactory: [address.venueRoles],
    bridge: [
      address.assetChainClient,
      address.backings,
      address.mirrorTokenFactory,
      address.venueRoles,
      options.holdPeriodSeconds ?? WEEK_SECONDS,
    ],
  };
  return (Object.keys(address) as ContractName[]).map((name) => ({ name, address: address[name], args: args[name] }));
}

/** Sends all creations one behind the other, then waits for all of them: one or two blocks. */
async function create(
  client: PublicClient,
  options: DeployOptions,
  chainId: number,
  nonce: number,
  creations: readonly Creation[],
): Promise<AddressBook['contracts']> {
  const wallet = createWalletClient({ account: options.deployer, transport: http(options.rpcUrl) });
  const prepared = await Promise.all(
    creations.map(async (creation) => {
      const data = creationData(creation);
      return { ...creation, data, gas: await client.estimateGas({ account: options.deployer.address, data }) };
    }),
  );
  const sent = [];
  for (const [i, { name, address, args, data, gas }] of prepared.entries()) {
    const hash = await wallet.sendTransaction({ chain: null, data, gas: (gas * 5n) / 4n, nonce: nonce + i, chainId });
    sent.push({ name, address, args, hash });
  }
  const deployed = await Promise.all(
    sent.map(async ({ name, address, args, hash }) => {
      const receipt = await client.waitForTransactionReceipt({ hash, timeout: options.timeoutMs ?? 60_000 });
      const code = await client.getCode({ address });
      if (receipt.status !== 'success' || code === undefined)
        throw new Error(`The creation of ${name} failed: ${hash}`);
      const constructorArgs = JSON.parse(JSON.stringify(args, decimalBigint)) as Json[];
      const block = receipt.blockNumber.toString();
      return [name, { address, transactionHash: hash, block, codeHash: keccak256(code), constructorArgs }] as const;
    }),
  );
  return Object.fromEntries(deployed) as AddressBook['contracts'];
}

function creationData({ name, args }: Creation): Hex {
  const { abi, bytecode } = readArtefact(name.charAt(0).toUpperCase() + name.slice(1));
  return encodeDeployData({ abi: abi as unknown as Abi, bytecode: bytecode.object as Hex, args });
}

function decimalBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function lower(address: Hex): Hex {
  return address.toLowerCase() as Hex;
}
