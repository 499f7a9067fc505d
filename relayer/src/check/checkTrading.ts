import { equalBytes } from '@twinspan/protocol';
import type { AddressBook, Consortium } from '@twinspan/sdk';
import type { Config } from '../config/schema.ts';
import { Amiss, look } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Probes, TradingProbe } from './probes.ts';

/** Blocks may be stamped so far ahead of the clock. */
const AHEAD_SECONDS = 15;
/** A chain whose newest block is older stands still, or this clock is ahead. */
const BEHIND_SECONDS = 600;

/** What every node needs of the trading chain, of each endpoint. */
export async function checkTrading(config: Config, book: AddressBook, probes: Probes): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    config.trading.endpoints.map(({ url }, place) =>
      checkEndpoint(`trading.endpoints[${place}]`, url, { config, book, probes }),
    ),
  );
  return findings.flat();
}

interface Around {
  readonly config: Config;
  readonly book: AddressBook;
  readonly probes: Probes;
}

async function checkEndpoint(name: string, url: string, { config, book, probes }: Around): Promise<Finding[]> {
  const trading = probes.trading(url);
  const reached = await look(name, () => chainIdOf(trading, url, book));
  if (!reached.ok) return [reached];
  const rest = [
    look(`${name}.contracts`, () => contractsOf(trading, book)),
    look(`${name}.p256`, () => p256Of(trading)),
    look(`${name}.consortium`, () => consortiumOf(trading, book.consortium)),
    look(`${name}.finality`, () => finalityOf(trading, config)),
    look(`${name}.clock`, async () => clockOf(await trading.newestBlockSeconds(), probes.nowMs())),
  ];
  return [reached, ...(await Promise.all(rest))];
}

async function chainIdOf(trading: TradingProbe, url: string, { chainId }: AddressBook): Promise<string> {
  const found = await trading.chainIdNow();
  if (found === chainId) return `${url} serves chain ${chainId}`;
  throw new Amiss(
    `${url} serves chain ${found}, the address book is of chain ${chainId}`,
    'Name an endpoint of that chain, or the address book of this one.',
  );
}

async function contractsOf(trading: TradingProbe, { addresses }: AddressBook): Promise<string> {
  const { bridge, backings, assetChainClient } = addresses;
  for (const [name, address] of Object.entries({ bridge, backings, assetChainClient })) {
    if (await trading.hasCode(address)) continue;
    throw new Amiss(
      `there is no code at ${address}, where the address book has ${name}`,
      'Name the address book that the deployment on this chain wrote.',
    );
  }
  return `the contracts are where the address book has them`;
}

async function p256Of(trading: TradingProbe): Promise<string> {
  if (await trading.verifiesP256()) return 'the chain checks P-256 signatures';
  throw new Amiss(
    'the chain does not check P-256 signatures at address 0x100 (EIP-7951)',
    'Use a chain with the Osaka fork: without it no epoch can be delivered.',
  );
}

async function consortiumOf(trading: TradingProbe, book: Consortium): Promise<string> {
  const next = 'Name the address book that the deployment on this chain wrote.';
  const found = await trading.consortiumInForce();
  if (found.assetChainId !== book.assetChainId) {
    throw new Amiss(`the contract accepts asset chain ${found.assetChainId}, the book has ${book.assetChainId}`, next);
  }
  if (found.threshold !== book.threshold) {
    throw new Amiss(`the contract asks for ${found.threshold} endorsements, the book has ${book.threshold}`, next);
  }
  const differs = book.members.findIndex(({ identity, qx, qy }, place) => {
    const member = found.members[place];
    return member?.qx !== qx || member.qy !== qy || !equalBytes(member.identity, identity);
  });
  if (differs >= 0 || found.members.length !== book.members.length) {
    const place = differs >= 0 ? differs : book.members.length;
    throw new Amiss(`member ${place} of the contract is not the one in the address book`, next);
  }
  return `${book.threshold} of ${book.members.length} members endorse, in the contract as in the address book`;
}

async function finalityOf(trading: TradingProbe, { trading: { finality } }: Config): Promise<string> {
  const final = await trading.finalizedBlock().catch((cause: unknown) => {
    throw new Amiss(
      `the node does not say which block is final: ${String(cause)}`,
      'Name a depth instead of the tag finalized, or a node that knows the tag.',
    );
  });
  if ('tag' in finality && final === 0n) {
    throw new Amiss('no block but the first is final yet', 'Wait until the chain finalizes, or name a depth.');
  }
  return `block ${final} is final`;
}

/** @throws Amiss when a chain's newest block and this clock cannot both be right */
export function clockOf(blockSeconds: number, nowMs: number): string {
  const behind = Math.floor(nowMs / 1_000) - blockSeconds;
  const next = 'Set this clock by NTP; if it is right, look after the chain.';
  if (behind < -AHEAD_SECONDS) throw new Amiss(`the newest block is ${-behind} s ahead of this clock`, next);
  if (behind > BEHIND_SECONDS) throw new Amiss(`the newest block is ${behind} s behind this clock`, next);
  return `the newest block is ${behind} s old`;
}
