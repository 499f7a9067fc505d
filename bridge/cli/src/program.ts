import { Command } from 'commander';
import { contextOf, type Globals } from './context.ts';
import { exitCodeHelp, type ExitCode } from './exitCodes.ts';
import { devnetCommand } from './nouns/devnet.ts';
import { doctorVerb } from './nouns/doctor.ts';
import { epochNoun } from './nouns/epoch.ts';
import { explainVerb } from './nouns/explain.ts';
import { laneNoun } from './nouns/lane.ts';
import { lockNoun } from './nouns/lock.ts';
import { messageNoun } from './nouns/message.ts';
import { nodeNoun } from './nouns/node.ts';
import { recordNoun } from './nouns/record.ts';
import { releaseNoun } from './nouns/release.ts';
import { tokenNoun } from './nouns/token.ts';
import { jsonText } from './render.ts';
import type { Output } from './output.ts';
import type { Noun, Verb } from './verb.ts';

export const nouns: readonly Noun[] = [
  recordNoun,
  laneNoun,
  lockNoun,
  epochNoun,
  messageNoun,
  tokenNoun,
  releaseNoun,
  nodeNoun,
];

/** The whole command line. `leave` takes the exit code of a program that was run in the command's place. */
export function programOf(output: Output, leave: (code: ExitCode) => void): Command {
  const program = new Command('twinspan')
    .description('Rights registered on an asset chain, traded as mirror tokens on a trading chain.')
    .option('--network <file>', 'description of the network (default: .devnet/network.json)')
    .option('--address-book <file>', 'what the deployment left (default: address-book.json beside the network)')
    .option('--as <org>', 'whose identity speaks to the asset chain: custodian, registry or auditor')
    .option('--account <name>', 'who sends on the trading chain: an account of the network')
    .option('--json', 'answers, and faults on standard error, as JSON', false)
    .addHelpText('after', `\n${exitCodeHelp}`)
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err });
  const around = { program, output, leave };
  for (const noun of nouns) program.addCommand(nounCommand(noun, around));
  for (const verb of [explainVerb, doctorVerb]) program.addCommand(verbCommand(verb, around));
  program.addCommand(devnetCommand(program, leave));
  return program;
}

interface Around {
  readonly program: Command;
  readonly output: Output;
  readonly leave: (code: ExitCode) => void;
}

function nounCommand(noun: Noun, around: Around): Command {
  const command = new Command(noun.name).description(noun.summary).copyInheritedSettings(around.program);
  for (const verb of noun.verbs) command.addCommand(verbCommand(verb, around));
  return command;
}

function verbCommand(verb: Verb, { program, output, leave }: Around): Command {
  const command = new Command(verb.name).description(verb.summary).copyInheritedSettings(program);
  for (const [parameter, what] of Object.entries(verb.parameters ?? {})) command.argument(parameter, what);
  for (const [flags, what] of Object.entries(verb.options ?? {})) command.option(flags, what);
  if (verb.details !== undefined) command.addHelpText('after', `\n${verb.details}`);
  command.action(async () => {
    const globals = globalsOf(program);
    const context = contextOf(globals, (line) => {
      output.err(`${line}\n`);
    });
    const answer = await verb.execute(context, rawInputOf(command));
    output.out(`${globals.json ? jsonText(answer.json) : answer.text}\n`);
    if (answer.code !== undefined) leave(answer.code);
  });
  return command;
}

/** Options and named arguments in one object; a missing optional argument is absent. */
function rawInputOf(command: Command): Record<string, unknown> {
  const values: readonly unknown[] = command.processedArgs;
  const named = command.registeredArguments.map((argument, i) => [argument.name(), values[i]] as const);
  const present = named.filter(([, value]) => value !== undefined);
  return { ...command.opts<Record<string, unknown>>(), ...Object.fromEntries(present) };
}

function globalsOf(program: Command): Globals {
  const { network, addressBook, as, account, json } = program.opts<Globals>();
  return { network, addressBook, as, account, json };
}
