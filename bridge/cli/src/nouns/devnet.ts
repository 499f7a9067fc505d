import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { exitCodes, type ExitCode } from '../exitCodes.ts';

/**
 * `twinspan devnet …` is the development network's own program, with the same arguments, on the same terminal.
 * Its exit codes are of the same kind: 3 is a network that is not up.
 */
export function devnetCommand(program: Command, leave: (code: ExitCode) => void): Command {
  const command = new Command('devnet')
    .description('bring up, look at or end a development network: up, status, down')
    .copyInheritedSettings(program)
    .helpOption(false)
    .allowUnknownOption()
    .argument('[arguments...]', 'what `npm run devnet` takes');
  return command.action(async (args: readonly string[]) => {
    const isJson = program.opts<{ json: boolean }>().json;
    leave(await runDevnet([...args, ...(isJson ? ['--json'] : [])]));
  });
}

async function runDevnet(args: readonly string[]): Promise<ExitCode> {
  const main = fileURLToPath(new URL('main.ts', import.meta.resolve('@twinspan/devnet')));
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, which ends in its own time; this parent only has to outlive it.
  const stay = (): void => undefined;
  process.on('SIGINT', stay);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return Object.values(exitCodes).find((known) => known === code) ?? exitCodes.REFUSED;
  } finally {
    process.off('SIGINT', stay);
  }
}
