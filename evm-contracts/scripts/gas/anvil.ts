import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Unix seconds of the first block: fixed, so that calldata and with it gas are the same in every run. */
export const GENESIS_SECONDS = 1_790_000_000;

const anvil = fileURLToPath(new URL('../../../node_modules/.bin/anvil', import.meta.url));

export interface Anvil extends AsyncDisposable {
  readonly rpcUrl: string;
}

interface AnvilOptions {
  readonly chainId?: number;
  readonly hardfork?: string;
  /** Absent: one block for each transaction, one second apart. */
  readonly blockSeconds?: number;
}

/** Starts anvil on a free port. Disposing stops it. */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const { chainId = 31337, hardfork = 'osaka', blockSeconds } = options;
  const chain = ['--chain-id', String(chainId), '--hardfork', hardfork, '--timestamp', String(GENESIS_SECONDS)];
  const pace = blockSeconds === undefined ? [] : ['--block-time', String(blockSeconds)];
  const args = ['--port', '0', '--accounts', '3', ...chain, ...pace];
  const child = spawn(anvil, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const address = /Listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stdout.resume();
    return {
      rpcUrl: `http://${address}`,
      async [Symbol.asyncDispose]() {
        child.kill();
        await exited;
      },
    };
  }
  throw new Error('anvil ended before it listened');
}
