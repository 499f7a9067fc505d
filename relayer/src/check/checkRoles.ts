import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attestorAddressOf } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import type { Config } from '../config/schema.ts';
import { readKey } from '../config/secrets.ts';
import type { Card } from '../peers/card.ts';
import { Metrics } from '../metrics.ts';
import { openProver } from '../prover/openProver.ts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { asClient } from './checkGateway.ts';
import { Amiss, look } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Probes } from './probes.ts';

/** A carrier should be able to pay for so many full deliveries. */
const RUNWAY_DELIVERIES = 100n;
/** Gas of a delivery of 256 messages. */
const DELIVERY_GAS = 10_000_000n;
const ETHER = 10n ** 18n;

/** Whether the attestor's signatures would count: by the asset chain, or without a gateway by the own card. */
export async function checkAttestor(
  config: Config,
  cards: readonly Card[],
  probes: Probes,
): Promise<readonly Finding[]> {
  const { attestor } = config;
  if (attestor === undefined) return [];
  return [
    await look('attestor', async () => attestorOf(attestorAddressOf(readKey(attestor.keyFile)), config, cards, probes)),
  ];
}

async function attestorOf(
  address: Hex,
  { node, gateway }: Config,
  cards: readonly Card[],
  probes: Probes,
): Promise<string> {
  const own = cards.find((card) => card.node === node);
  if (own !== undefined && own.evmAddress !== address) {
    throw new Amiss(
      `the attestor key is of ${address}, the own card names ${own.evmAddress}`,
      "Name the operator's key, or make the card anew.",
    );
  }
  const [peer] = gateway?.peers ?? [];
  if (gateway === undefined || peer === undefined)
    return `${address} signs; whether it is in force only a gateway can see`;
  const asset = probes.asset(peer);
  try {
    const set = await asClient(gateway, asset.attestors());
    if (set?.attestors.includes(address) === true)
      return `${address} is one of ${set.attestors.length} attestors in force`;
    throw new Amiss(
      `${address} is not among the attestors in force`,
      'Have enough orgs approve an attestor set that has it (chaincode transaction approveAttestors).',
    );
  } finally {
    asset.close();
  }
}

/** Whether each signer key can pay for a while, and whether the fee ceiling lets anything through. */
export async function checkCarrier(config: Config, probes: Probes): Promise<readonly Finding[]> {
  const { carrier } = config;
  const [endpoint] = config.trading.endpoints;
  if (carrier === undefined || endpoint === undefined) return [];
  const trading = probes.trading(endpoint.url);
  const fee = await look('carrier.maxFeePerGas', async () => {
    const { maxFeePerGas } = await trading.fees();
    if (maxFeePerGas <= carrier.maxFeePerGas) return `gas costs up to ${maxFeePerGas} wei`;
    throw new Amiss(
      `gas costs up to ${maxFeePerGas} wei, the ceiling is ${carrier.maxFeePerGas}`,
      'Raise maxFeePerGas, or wait until gas is cheaper.',
    );
  });
  const keys = carrier.keyFiles.map((keyFile, place) =>
    look(`carrier.keyFiles[${place}].funds`, async () => {
      const address = attestorAddressOf(readKey(keyFile));
      const [balance, { maxFeePerGas }] = await Promise.all([trading.etherBalance(address), trading.fees()]);
      const deliveries = balance / (DELIVERY_GAS * (maxFeePerGas === 0n ? 1n : maxFeePerGas));
      const has = `${address} has ${etherOf(balance)} ether, enough for ${deliveries} full deliveries at the fee of now`;
      if (deliveries >= RUNWAY_DELIVERIES) return has;
      throw new Amiss(has, `Fund the account: ${RUNWAY_DELIVERIES} deliveries should be paid for.`);
    }),
  );
  return [fee, ...(await Promise.all(keys))];
}

function etherOf(wei: bigint): string {
  return (Number((wei * 1_000n) / ETHER) / 1_000).toString();
}

const verificationKey = z.object({ IC: z.array(z.tuple([z.string(), z.string(), z.string()])).min(2) });

/** Whether the prover starts, or its queue answers, and whether its keys are those of the verifiers. */
export async function checkProver(config: Config, probes: Probes, log: Logger): Promise<readonly Finding[]> {
  const { prover, trading } = config;
  const [endpoint] = trading.endpoints;
  if (prover === undefined || endpoint === undefined) return [];
  const starts = await look('prover', async () => {
    const opened = openProver(prover, { node: config.node, metrics: new Metrics(), log });
    try {
      await opened.warm();
      return 'queue' in prover ? 'the broker of the proof queue answers' : 'the prover has loaded its keys';
    } finally {
      await opened.close();
    }
  });
  return [
    starts,
    await look('prover.keys', () => keysOf(keysDirectoryOf(prover), probes.trading(endpoint.url).verifierCodes())),
  ];
}

function keysDirectoryOf(prover: NonNullable<Config['prover']>): string | undefined {
  if ('queue' in prover) return prover.queue.verificationKeys;
  const place = prover.args.indexOf('--keys');
  return place < 0 ? undefined : prover.args[place + 1];
}

/** A verifier has its key's points in its code. */
async function keysOf(directory: string | undefined, deployed: Promise<readonly [Hex, Hex]>): Promise<string> {
  if (directory === undefined) return 'the prover names no keys that could be compared';
  const codes = await deployed;
  for (const [place, circuit] of ['AssetState1', 'AssetState16'].entries()) {
    const file = join(directory, circuit, 'verification_key.json');
    if (!existsSync(file)) return `${file} is not there to be compared`;
    const { IC } = verificationKey.parse(JSON.parse(readFileSync(file, 'utf8')));
    const code = codes[place] ?? '0x';
    const isThere = IC.every(([x]) => code.includes(BigInt(x).toString(16)));
    if (isThere) continue;
    throw new Amiss(
      `the keys of ${circuit} are not those of the verifier on the trading chain`,
      'Name the keys that the verifiers were made for; every proof of others is refused.',
    );
  }
  return "the prover's keys are those of the verifiers";
}
