import { parseAbi, type Hex, type PublicClient } from 'viem';
import { readArtefact } from '../scripts/artefact.ts';

/** Chain ids of development networks: anvil's and geth's defaults. */
export const developmentChainIds: readonly number[] = [31337, 1337];

const P256_VERIFY = '0x0000000000000000000000000000000000000100';
/** Wycheproof, sha256("123400"): digest, r, s, x, y of a signature known to be good. */
const GOOD_SIGNATURE: Hex = `0x${[
  'bb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023',
  '5'.padStart(64, '0'),
  '1'.padStart(64, '0'),
  'a71af64de5126a4a4e02b7922d66ce9415ce88a4c9d25514d91082c8725ac957',
  '5d47723c8fbe580bb369fec9c2665d8e30a435b9932645482e7c9f11e872296b',
].join('')}`;
const ONE: Hex = `0x${'1'.padStart(64, '0')}`;

/** @throws when the chain does not answer a good P-256 signature with exactly one word, 1 */
export async function requireP256(client: PublicClient): Promise<void> {
  const { data } = await client.call({ to: P256_VERIFY, data: GOOD_SIGNATURE });
  if (data === ONE) return;
  throw new Error(
    `PRECOMPILE_MISSING: ${P256_VERIFY} answers ${data ?? 'nothing'} to a good P-256 signature. ` +
      'Deploy on a chain with EIP-7951 (Ethereum since Osaka); for anvil add --hardfork osaka.',
  );
}

const verifierAbi = parseAbi(['function isDevelopmentKey() view returns (bool)']);

/**
 * Whether the built verifiers are for development keys.
 * @throws when they are and the chain is not one of `allowed`
 */
export async function requireKeysFit(
  client: PublicClient,
  chainId: number,
  allowed: readonly number[],
): Promise<boolean> {
  const answers = await Promise.all(
    ['AssetState1Verifier', 'AssetState16Verifier'].map((contract) =>
      client.readContract({
        abi: verifierAbi,
        code: readArtefact(contract).bytecode.object as Hex,
        functionName: 'isDevelopmentKey',
      }),
    ),
  );
  const development = answers.includes(true);
  if (development && !allowed.includes(chainId)) {
    throw new Error(
      `The proving keys are development keys, with which anyone can prove anything; chain ${chainId} is not one of ` +
        `${allowed.join(', ')}. Make keys with \`npm run ceremony\` and rebuild.`,
    );
  }
  return development;
}
