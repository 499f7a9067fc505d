import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isHex } from '@twinspan/protocol';
import { asFault } from './asFault.ts';
import { draftCard, signCard } from './start/makeCard.ts';

const USAGE = `A node's card, in two steps, because the operator's key need not be where the node is.

node relayer/src/card.ts draft --config FILE --evm 0x… --out DRAFT [--address MULTIADDR …]
node relayer/src/card.ts sign --draft DRAFT --book ADDRESS-BOOK --key FILE --out CARD

exit codes: 0 written · 1 refused · 2 wrong usage
`;

interface Values {
  readonly config?: string | undefined;
  readonly evm?: string | undefined;
  readonly address?: string[] | undefined;
  readonly draft?: string | undefined;
  readonly book?: string | undefined;
  readonly key?: string | undefined;
  readonly out?: string | undefined;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      evm: { type: 'string' },
      address: { type: 'string', multiple: true },
      draft: { type: 'string' },
      book: { type: 'string' },
      key: { type: 'string' },
      out: { type: 'string' },
    },
  });
  if (positionals[0] === 'draft') return draft(values);
  if (positionals[0] === 'sign') return sign(values);
  return misused();
}

async function draft({ config, evm, address, out }: Values): Promise<number> {
  const evmAddress = evm?.toLowerCase() ?? '';
  if (config === undefined || out === undefined || !isHex(evmAddress, 20)) return misused();
  const addresses = address === undefined ? {} : { addresses: address };
  const made = await draftCard({ configFile: config, evmAddress, ...addresses });
  writeFileSync(out, `${JSON.stringify(made.draft, undefined, 2)}\n`);
  console.log(`${out} is written. The operator signs it by the second step, or this text with any wallet:\n`);
  console.log(made.text);
  return 0;
}

async function sign({ draft: draftFile, book, key, out }: Values): Promise<number> {
  if (draftFile === undefined || book === undefined || key === undefined || out === undefined) return misused();
  await signCard({ draftFile, addressBookFile: book, keyFile: key, cardFile: out });
  return 0;
}

function misused(): number {
  console.error(USAGE);
  return 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { code, sentence } = asFault(error);
  console.error(`${code}: ${sentence}`);
  process.exitCode = 1;
}
