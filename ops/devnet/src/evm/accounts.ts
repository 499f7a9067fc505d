import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateKeyToAddress } from 'viem/accounts';
import { z } from 'zod';
import { at } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { poll } from '../running/poll.ts';
import { call } from './rpc.ts';

/** A funded account of the trading chain. */
export interface Account {
  readonly name: string;
  readonly address: string;
  readonly keyFile: string;
}

const NAMES = [
  ...['deployer', 'venueAdmin', 'compliance'],
  ...['carrier1', 'carrier2', 'carrier3', 'carrier4', 'carrier5', 'carrier6', 'carrier7', 'carrier8'],
  ...['attestor1', 'attestor2', 'attestor3'],
  ...['holder1', 'holder2', 'holder3', 'holder4', 'holder5', 'holder6', 'holder7', 'holder8'],
];

/** 10,000 ether in wei, as JSON-RPC writes it. */
const FUNDS = `0x${(10_000n * 10n ** 18n).toString(16)}`;
const FUNDING_MS = 20_000;

/** Makes the keys, new for every network, each in a file that only its owner can read. */
export function makeAccounts(plan: Plan): Account[] {
  mkdirSync(plan.keyDir, { recursive: true, mode: 0o700 });
  return NAMES.map((name) => {
    const key = `0x${randomBytes(32).toString('hex')}` as const;
    const keyFile = join(plan.keyDir, `${name}.key`);
    writeFileSync(keyFile, `${key}\n`, { mode: 0o600 });
    return { name, address: privateKeyToAddress(key), keyFile };
  });
}

/** Gives every account test ether, and waits until the chain shows it. */
export async function fundAccounts(
  plan: Plan,
  rpcUrl: string,
  accounts: readonly Account[],
  signal: AbortSignal,
): Promise<void> {
  if (plan.profile.evm === 'anvil') {
    await Promise.all(accounts.map((account) => call(rpcUrl, 'anvil_setBalance', [account.address, FUNDS])));
  } else {
    await fundFromDeveloper(rpcUrl, accounts);
  }
  await Promise.all(
    accounts.map(({ name, address }) => {
      const ask = async (): Promise<true | undefined> =>
        (await call(rpcUrl, 'eth_getBalance', [address, 'latest'])) === FUNDS ? true : undefined;
      return poll(ask, { what: `${name} to be funded`, timeoutMs: FUNDING_MS, everyMs: 100, signal });
    }),
  );
}

/** In development mode geth holds an unlocked account with practically endless ether. */
async function fundFromDeveloper(rpcUrl: string, accounts: readonly Account[]): Promise<void> {
  const developer = at(z.array(z.string()).parse(await call(rpcUrl, 'eth_accounts', [])), 0);
  const first = Number(z.string().parse(await call(rpcUrl, 'eth_getTransactionCount', [developer, 'pending'])));
  // Numbered by us: geth itself can give two transactions one nonce while it makes a block.
  for (const [place, { address }] of accounts.entries()) {
    const nonce = `0x${(first + place).toString(16)}`;
    await call(rpcUrl, 'eth_sendTransaction', [{ from: developer, to: address, value: FUNDS, nonce }]);
  }
}
