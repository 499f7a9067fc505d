/**
 * Deploys the contracts.
 *
 *     node deploy/main.ts <options.json>
 *
 * The options are a JSON file, see `optionsSchema`; files in it are relative to it. The deployer's key is a file too.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';
import { deployBridge, memberOfCertificate } from './deploy.ts';

const hexOf = (bytes: number): z.ZodType<`0x${string}`> =>
  z.custom<`0x${string}`>(
    (value) => typeof value === 'string' && new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`).test(value),
    {
      message: `not 0x and ${2 * bytes} hex digits`,
    },
  );
const decimal = z
  .string()
  .regex(/^[0-9]+$/)
  .transform(BigInt);

const optionsSchema = z.strictObject({
  rpcUrl: z.url(),
  deployerKeyFile: z.string(),
  members: z.array(z.strictObject({ mspId: z.string(), certificateFile: z.string() })).min(1),
  threshold: z.int().positive(),
  assetChainId: hexOf(32),
  chaincode: z.string().min(1),
  policy: decimal,
  roles: z.strictObject({ admin: hexOf(20), venue: hexOf(20), compliance: hexOf(20) }),
  holdPeriodSeconds: decimal.default(604_800n),
  adminDelaySeconds: z.int().nonnegative().default(86_400),
  addressBookFile: z.string(),
});

async function main(optionsFile: string): Promise<void> {
  const { deployerKeyFile, members, addressBookFile, ...options } = optionsSchema.parse(
    JSON.parse(readFileSync(optionsFile, 'utf8')),
  );
  const file = (name: string): string => resolve(dirname(optionsFile), name);
  const read = (name: string): string => readFileSync(file(name), 'utf8');
  const book = await deployBridge({
    ...options,
    deployer: privateKeyToAccount(hexOf(32).parse(read(deployerKeyFile).trim())),
    members: members.map(({ mspId, certificateFile }) => memberOfCertificate(mspId, read(certificateFile))),
    addressBookFile: file(addressBookFile),
  });
  for (const [name, { address, block }] of Object.entries(book.contracts)) {
    process.stdout.write(`${name.padEnd(22)}${address}  block ${block}\n`);
  }
}

const optionsFile = process.argv[2];
if (optionsFile === undefined) {
  process.stderr.write('usage: node deploy/main.ts <options.json>\n');
  process.exitCode = 2;
} else {
  await main(optionsFile);
}
