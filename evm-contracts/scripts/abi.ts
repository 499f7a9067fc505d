/**
 * Writes the contracts' ABIs for TypeScript into the sdk; with `--check` fails when they are not those of the build.
 *
 *     node scripts/abi.ts [--check]
 */
import { readArtefact, type Artefact } from './artefact.ts';
import { writeOrCheck } from './checkedFile.ts';

const contracts = [
  'AssetChainClient',
  'Backings',
  'Bridge',
  'MirrorToken',
  'MirrorTokenFactory',
  'VenueRoles',
] as const;
const target = new URL('../../bridge/sdk/src/generated/abi.ts', import.meta.url);

type AbiItem = Artefact['abi'][number];

const withoutInternalType = (key: string, value: unknown): unknown => (key === 'internalType' ? undefined : value);

function typescriptOf(contract: string): string {
  const name = `${contract.charAt(0).toLowerCase()}${contract.slice(1)}Abi`;
  const order = ({ type, name: itemName }: AbiItem): string => `${type} ${itemName ?? ''}`;
  const items = readArtefact(contract).abi.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const lines = items.map((item) => `  ${JSON.stringify(item, withoutInternalType)},\n`);
  return `export const ${name} = [\n${lines.join('')}] as const;\n`;
}

const header = '// Generated from the contracts by evm-contracts/scripts/abi.ts. Do not edit.\n\n';
const content = header + contracts.map(typescriptOf).join('\n');
if (!writeOrCheck(target, content, process.argv)) {
  process.stderr.write(
    'The ABIs in the sdk are not those of the contracts: run `npm run abi --workspace evm-contracts`.\n',
  );
  process.exitCode = 1;
}
