import { Fault, faults } from '@twinspan/protocol';
import { CommanderError } from 'commander';
import { exitCodeOf, exitCodes, type ExitCode } from './exitCodes.ts';
import type { Output } from './output.ts';
import { programOf } from './program.ts';
import { jsonText } from './render.ts';

/** Runs one command line and answers its exit code; never throws. */
export async function run(args: readonly string[], output: Output): Promise<ExitCode> {
  let code: ExitCode = exitCodes.DONE;
  const program = programOf(output, (own) => (code = own));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has already written its own sentence; help and version are not failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.DONE : exitCodes.USAGE;
    const fault = faultOf(error);
    output.err(`${args.includes('--json') ? faultJson(fault) : faultText(fault)}\n`);
    return exitCodeOf(fault.code);
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });
}

function faultText(fault: Fault): string {
  return [fault.message, `  ${faults[fault.code].advice}`, `  twinspan explain ${fault.code}`].join('\n');
}

function faultJson({ code, sentence }: Fault): string {
  return jsonText({ error: { code, sentence, ...faults[code] } });
}
