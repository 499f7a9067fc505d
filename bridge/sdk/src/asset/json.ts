import { Fault } from '@twinspan/protocol';
import type { z } from 'zod';

/** A chaincode argument: bigints become decimal strings, absent fields stay absent. */
export function toArgument(value: object): string {
  return JSON.stringify(value, (_key, field: unknown) => (typeof field === 'bigint' ? field.toString() : field));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws Fault LEDGER_CORRUPT when chaincode's answer does not have the form that this version knows. */
export function fromAnswer<Schema extends z.ZodType>(
  transaction: string,
  answer: Uint8Array,
  schema: Schema,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(utf8.decode(answer)));
  } catch (cause) {
    const sentence = `chaincode's answer to ${transaction} has another form than this version reads`;
    throw new Fault('LEDGER_CORRUPT', sentence, { cause });
  }
}
