import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Say } from './binaries.ts';
import { startBridge } from './bridge/startBridge.ts';
import type { NetworkOptions } from './network.ts';
import { startNetwork } from './network.ts';

/** What the background process tells the command that started it. */
const messageSchema = z.union([
  z.strictObject({ said: z.string() }),
  z.strictObject({ failed: z.string() }),
  z.strictObject({ ready: z.literal(true) }),
]);

type Message = z.infer<typeof messageSchema>;

/**
 * Brings up a network that outlives this process, in a process of its own that runs `main` with the same arguments and
 * `--foreground`. If this process dies before the network is up, the bring-up is called off.
 *
 * @param main the command line's main file
 * @throws what the bring-up threw
 */
export async function upInBackground(
  main: string,
  args: readonly string[],
  directory: string,
  say: Say,
): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const log = openSync(join(directory, 'owner.log'), 'w');
  const owner = spawn(process.execPath, [main, ...args, '--foreground'], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const callOff = (): void => void owner.kill('SIGTERM');
  process.once('SIGINT', callOff).once('SIGTERM', callOff);
  const last = await new Promise<Message | undefined>((settle) => {
    owner.once('exit', () => {
      settle(undefined);
    });
    owner.on('message', (raw) => {
      const message = messageSchema.parse(raw);
      if ('said' in message) say(message.said);
      else settle(message);
    });
  });
  if (last === undefined || 'failed' in last) {
    if (owner.exitCode === null && owner.signalCode === null) await once(owner, 'exit');
    throw new Error(last?.failed ?? `the bring-up was called off; see ${join(directory, 'owner.log')}`);
  }
  owner.disconnect();
  owner.unref();
}

/**
 * Brings up a network and stays until SIGINT or SIGTERM, or until the command that started this process dies before
 * the network is up.
 */
export async function upInForeground(options: NetworkOptions, chainsOnly: boolean): Promise<void> {
  const life = new AbortController();
  const end = (): void => {
    life.abort(new Error('called off'));
  };
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
  process.once('disconnect', end);
  try {
    const start = chainsOnly ? startNetwork : startBridge;
    await using network = await start({ ...options, say: sayer(options.say), signal: life.signal });
    process.off('disconnect', end);
    tell({ ready: true });
    options.say?.(`up in ${(network.seconds['in all'] ?? 0).toFixed(1)} s; Ctrl-C ends it`);
    if (!life.signal.aborted) await once(life.signal, 'abort');
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    // An open channel would keep this process alive.
    if (process.connected) process.disconnect();
  }
}

function sayer(say: Say | undefined): Say {
  return (line) => {
    say?.(line);
    tell({ said: line });
  };
}

/** To the command that started this process, if it still listens. */
function tell(message: Message): void {
  if (process.connected) process.send?.(message);
}
