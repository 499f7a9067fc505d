import { pino } from 'pino';
import type { Logger } from 'pino';

/** One JSON object a line on standard output; ids and codes are fields, never part of the sentence. */
export function openLog(level: string, node: string): Logger {
  return pino({ level, base: { node }, timestamp: pino.stdTimeFunctions.isoTime });
}
