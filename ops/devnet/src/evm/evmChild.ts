import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HOST } from '../plan.ts';
import type { Plan } from '../plan.ts';
import type { ChildPlan } from '../running/child.ts';
import { poll } from '../running/poll.ts';
import { blockNumber } from './rpc.ts';

/** Where the trading chain answers. */
export interface EvmAddress {
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly wsUrl: string;
}

const GAS_LIMIT = '60000000';
const BLOCK_SECONDS = '1';
const READY_MS = 30_000;

export function evmAddress(plan: Plan): EvmAddress {
  const port = plan.profile.evm === 'anvil' ? plan.ports.anvil : plan.ports.geth;
  const chainId = plan.profile.evm === 'anvil' ? 31_337 : 1337;
  return { chainId, rpcUrl: `http://${HOST}:${port}`, wsUrl: `ws://${HOST}:${port}` };
}

/** @param gethDir directory of geth; not looked at for anvil */
export function evmChild(plan: Plan, gethDir: string): ChildPlan {
  mkdirSync(plan.evmDir, { recursive: true });
  const { rpcUrl } = evmAddress(plan);
  const { evm } = plan.profile;
  const program = evm === 'anvil' ? anvil(plan) : geth(plan, gethDir);
  return {
    ...program,
    name: evm,
    env: { HOME: plan.evmDir },
    cwd: plan.evmDir,
    logFile: join(plan.logDir, `${evm}.log`),
    supervised: false,
    ready: async (signal) => {
      const ask = async (): Promise<true> => (await blockNumber(rpcUrl), true);
      await poll(ask, { what: `${evm} to answer`, timeoutMs: READY_MS, signal });
    },
  };
}

function anvil(plan: Plan): Pick<ChildPlan, 'command' | 'args' | 'ports'> {
  const port = plan.ports.anvil;
  return {
    command: anvilProgram(),
    args: [
      ...['--host', HOST, '--port', String(port), '--hardfork', 'osaka', '--block-time', BLOCK_SECONDS],
      ...['--gas-limit', GAS_LIMIT, '--enable-tx-gas-limit', '--accounts', '0', '--no-request-size-limit'],
      // `finalized` trails the head by two blocks instead of 64.
      ...['--slots-in-an-epoch', '1'],
      ...['--state', join(plan.evmDir, 'state.json'), '--cache-path', join(plan.evmDir, 'cache'), '--quiet'],
    ],
    ports: [port],
  };
}

/** The program itself: the package's own launcher is a wrapper that would stand between us and it. */
function anvilProgram(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const from = createRequire(import.meta.url);
  const inner = createRequire(from.resolve('@foundry-rs/anvil/package.json'));
  return join(dirname(inner.resolve(`@foundry-rs/anvil-${process.platform}-${arch}/package.json`)), 'bin', 'anvil');
}

function geth(plan: Plan, gethDir: string): Pick<ChildPlan, 'command' | 'args' | 'ports'> {
  const port = plan.ports.geth;
  return {
    command: join(gethDir, 'geth'),
    args: [
      ...['--dev', '--dev.period', BLOCK_SECONDS, '--dev.gaslimit', GAS_LIMIT, '--miner.gaslimit', GAS_LIMIT],
      ...['--datadir', join(plan.evmDir, 'geth'), '--ipcdisable', '--nodiscover', '--maxpeers', '0', '--port', '0'],
      ...['--http', '--http.addr', HOST, '--http.port', String(port), '--http.api', 'eth,net,web3,debug,txpool'],
      ...['--ws', '--ws.addr', HOST, '--ws.port', String(port), '--ws.api', 'eth,net,web3,debug,txpool'],
      ...['--verbosity', '2'],
    ],
    ports: [port],
  };
}
