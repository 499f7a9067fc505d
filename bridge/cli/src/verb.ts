import { Fault } from '@twinspan/protocol';
import type { z } from 'zod';
import type { Context } from './context.ts';
import type { Answer } from './render.ts';

interface VerbWords {
  readonly name: string;
  readonly summary: string;
  /** Positional arguments as commander writes them: `<record>`, `[code]`, `<address...>`, each with what it is. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Flags as commander writes them, `--units <n>`, each with what it is. */
  readonly options?: Readonly<Record<string, string>>;
  /** Longer help with an example. */
  readonly details?: string;
}

/** `twinspan <noun> <verb>`: its words, and what it does with the arguments and options once they are parsed. */
export interface VerbDefinition<Schema extends z.ZodType> extends VerbWords {
  /** Of an object with a key per parameter and option, in camelCase, as text, list of texts or true. */
  readonly input: Schema;
  readonly run: (context: Context, input: z.output<Schema>) => Promise<Answer> | Answer;
}

export interface Verb extends VerbWords {
  /** @throws {Fault} USAGE_BAD when the input does not parse; else whatever the chains refuse with */
  readonly execute: (context: Context, raw: unknown) => Promise<Answer>;
}

export interface Noun {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly Verb[];
}

export function verb<Schema extends z.ZodType>(definition: VerbDefinition<Schema>): Verb {
  const { input, run, ...words } = definition;
  return {
    ...words,
    execute: async (context, raw) => {
      const parsed = input.safeParse(raw);
      if (!parsed.success) throw new Fault('USAGE_BAD', usageText(words, parsed.error));
      return run(context, parsed.data);
    },
  };
}

/** Every issue, with the flag or argument it is about as people type it. */
function usageText({ options = {} }: VerbWords, error: z.ZodError): string {
  return error.issues
    .map(({ path, message, ...issue }) => {
      const [name] = path.map(String);
      if (name === undefined) return message;
      const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      const isOption = Object.keys(options).some((flags) => flags.split(' ').includes(flag));
      const isMissing = issue.code === 'invalid_type' && message.endsWith('received undefined');
      return `${isOption ? flag : name} ${isMissing ? 'is needed' : `: ${message}`}`.replace(' :', ':');
    })
    .join('; ');
}
