import { until } from '@twinspan/devnet';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join, dirname } from 'node:path';

/** A trading chain alone, with one block a second; for what needs no asset chain. */
export class Anvil implements AsyncDisposable {
  readonly rpcUrl: string;
  readonly #child: ChildProcess;

  private constructor(port: number) {
    this.rpcUrl = `http://127.0.0.1:${port}`;
    const args = [
      '--port',
      String(port),
      '--hardfork',
      'osaka',
      '--block-time',
      '1',
      '--slots-in-an-epoch',
      '1',
      '--quiet',
    ];
    this.#child = spawn(program(), args, { stdio: 'ignore' });
  }

  static async start(): Promise<Anvil> {
    const anvil = new Anvil(await freePort());
    await until('anvil to answer', async () => {
      try {
        await anvil.call('eth_chainId', []);
        return true;
      } catch {
        return undefined;
      }
    });
    return anvil;
  }

  async call(method: string, params: readonly unknown[]): Promise<void> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    await fetch(this.rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
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
