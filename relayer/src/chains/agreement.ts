import { Fault } from '@twinspan/protocol';
import type { Compared } from '../metricsList.ts';
import type { Answered, FailoverModules } from './failover.ts';

/**
 * The one answer of all sources.
 * @throws Fault ENDPOINTS_DISAGREE, after an alert that names them
 */
export function agreed<Answer>(
  what: Compared,
  answers: readonly Answered<Answer>[],
  textOf: (answer: Answer) => string,
  { metrics, log }: Pick<FailoverModules, 'metrics' | 'log'>,
): Answer {
  const [first, ...others] = answers;
  if (first === undefined) throw new Fault('INTERNAL', `nobody answered about ${what}`);
  const said = textOf(first.answer);
  const other = others.find(({ answer }) => textOf(answer) !== said);
  if (other === undefined) return first.answer;
  metrics.list.disagreements.inc({ what });
  const sentence = `${what}: ${first.name} says ${said}, ${other.name} says ${textOf(other.answer)}`;
  log.error({ code: 'ENDPOINTS_DISAGREE', what, one: first.name, other: other.name, sentence }, 'endpoints disagree');
  throw new Fault('ENDPOINTS_DISAGREE', sentence);
}
