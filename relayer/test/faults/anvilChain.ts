import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { until } from '@twinspan/devnet';

/** A real trading chain that mines when it is told to, and forgets blocks when it is told to. */
export class AnvilChain implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.#child = spawn(program(), ['--port', String(port), '--hardfork', 'osaka', '--quiet'], { stdio: 'ignore' });
  }

  static async start(): Promise<AnvilChain> {
    const chain = new AnvilChain(await freePort());
    await until('anvil to answer', () =>
      chain.call('eth_chainId').then(
        () => true,
        () => undefined,
      ),
    );
    return chain;
  }

  async call(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.url, { method: 'POST', headers, body });
    const answer = (await response.json()) as { readonly result?: unknown; readonly error?: { message: string } };
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  async mine(count = 1): Promise<void> {
    await this.call('anvil_mine', `0x${count.toString(16)}`);
  }

  /** Replaces the newest blocks by as many empty ones and mines one more; what they held is gone, from the pool too. */
  async reorganize(depth: number): Promise<void> {
    await this.call('anvil_reorg', depth, []);
    await this.call('anvil_dropAllTransactions');
    await this.mine();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}

function program(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const outer = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'));
  return join(dirname(outer.resolve(`@foundry-rs/anvil-${process.platform}-${arch}/package.json`)), 'bin', 'anvil');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
