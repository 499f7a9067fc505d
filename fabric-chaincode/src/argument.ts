import { Fault } from '@twinspan/protocol';
import type { z } from 'zod';

const MAX_ARGUMENT_LENGTH = 1_048_576;
const MAX_SENTENCE_LENGTH = 240;

/**
 * The one JSON argument of a transaction in the shape that its table entry asks for.
 * @throws Fault BAD_REQUEST, or TOO_MANY when a list is over its limit.
 */
export function parseArgument<Args>(shape: z.ZodType<Args>, argument: string): Args {
  const parsed = shape.safeParse(parseJson(argument, 'the argument'));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const code = issue?.code === 'too_big' && issue.origin === 'array' ? 'TOO_MANY' : 'BAD_REQUEST';
  throw new Fault(code, sentenceOf(`${pathOf(issue)}: ${issue?.message ?? 'not as expected'}`));
}

/**
 * As `parseArgument`, for transient values: the refusal names the field and never repeats anything that was sent.
 * @throws Fault BAD_REQUEST.
 */
export function parseConfidential<Value>(shape: z.ZodType<Value>, bytes: Uint8Array, name: string): Value {
  const parsed = shape.safeParse(parseJson(Buffer.from(bytes).toString(), `transient ${name}`));
  if (parsed.success) return parsed.data;
  throw new Fault('BAD_REQUEST', sentenceOf(`transient ${name}: ${pathOf(parsed.error.issues[0])} is not as expected`));
}

function parseJson(text: string, what: string): unknown {
  if (text.length > MAX_ARGUMENT_LENGTH) {
    throw new Fault('BAD_REQUEST', `${what} is over ${MAX_ARGUMENT_LENGTH} characters`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words would repeat a piece of the input.
    throw new Fault('BAD_REQUEST', `${what} is not JSON`);
  }
}

function pathOf(issue: z.core.$ZodIssue | undefined): string {
  return issue === undefined || issue.path.length === 0 ? 'the object' : issue.path.map(String).join('.');
}

/** One line of bounded length, whatever an unknown key was called. */
function sentenceOf(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').toWellFormed();
  return line.length > MAX_SENTENCE_LENGTH ? `${line.slice(0, MAX_SENTENCE_LENGTH)}…`.toWellFormed() : line;
}
