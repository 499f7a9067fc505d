import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const hex = (bytes: number): z.ZodType<`0x${string}`> =>
  z.custom<`0x${string}`>(
    (value) => typeof value === 'string' && new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`).test(value),
    {
      message: `not 0x and ${2 * bytes} lower-case hex digits`,
    },
  );
const hexBytes = z.custom<`0x${string}`>((value) => typeof value === 'string' && /^0x([0-9a-f]{2})+$/.test(value), {
  message: 'not 0x and whole bytes of lower-case hex digits',
});
const decimal = z.string().regex(/^(0|[1-9][0-9]*)$/);

const deployedSchema = z.strictObject({
  address: hex(20),
  transactionHash: hex(32),
  /** Block of the deployment, decimal. */
  block: decimal,
  /** keccak256 of the deployed code. */
  codeHash: hex(32),
  /** In the constructor's order; integers as decimal strings. */
  constructorArgs: z.array(z.json()),
});

const memberSchema = z.strictObject({ mspId: z.string(), identity: hexBytes, qx: hex(32), qy: hex(32) });

/** What one deployment left on a chain, and for whom. */
export const addressBookSchema = z.strictObject({
  version: z.literal(1),
  chainId: z.int().positive(),
  /** The first block that can hold a log of ours, decimal. */
  deployedAtBlock: decimal,
  deployer: hex(20),
  /** Whether the verifiers' keys are development keys, under which anyone can prove anything. */
  developmentKeys: z.boolean(),
  roles: z.strictObject({ admin: hex(20), venue: hex(20), compliance: hex(20) }),
  consortium: z.strictObject({
    assetChainId: hex(32),
    chaincode: z.string(),
    threshold: z.int().positive(),
    /** In the client contract's order: an endorsement names its member by place. */
    members: z.array(memberSchema).min(1),
  }),
  contracts: z.strictObject({
    venueRoles: deployedSchema,
    assetState1Verifier: deployedSchema,
    assetState16Verifier: deployedSchema,
    backings: deployedSchema,
    assetChainClient: deployedSchema,
    mirrorTokenFactory: deployedSchema,
    bridge: deployedSchema,
  }),
});

export type AddressBook = z.infer<typeof addressBookSchema>;

/** @throws when the file is missing or not an address book */
export function readAddressBook(file: string): AddressBook {
  return addressBookSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** @throws when the book does not have the form of the schema, or the file cannot be written */
export function writeAddressBook(file: string, book: AddressBook): void {
  writeFileSync(file, `${JSON.stringify(addressBookSchema.parse(book), null, 2)}\n`);
}
