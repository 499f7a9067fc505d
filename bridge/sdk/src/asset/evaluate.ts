import { Fault, type FaultCode } from '@twinspan/protocol';
import type { z } from 'zod';
import { fabricFault } from './fabricFault.ts';
import { fromAnswer, toArgument } from './json.ts';
import { deadlineIn, ownOrg, type AssetSession } from './session.ts';

/** One query on the client's own org's peer. @throws Fault */
export async function evaluate<Schema extends z.ZodType>(
  session: AssetSession,
  transaction: string,
  args: object,
  schema: Schema,
): Promise<z.output<Schema>> {
  const proposal = session.contract.newProposal(transaction, ownOrg(session, { arguments: [toArgument(args)] }));
  try {
    return fromAnswer(transaction, await proposal.evaluate(deadlineIn(session.deadlines.evaluateMs)), schema);
  } catch (error) {
    throw fabricFault('evaluate', error);
  }
}

/** A query for something that may not exist: chaincode's refusal `absentCode` becomes undefined. */
export async function evaluateOptional<Schema extends z.ZodType>(
  session: AssetSession,
  query: { readonly transaction: string; readonly args: object; readonly absentCode: FaultCode },
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  try {
    return await evaluate(session, query.transaction, query.args, schema);
  } catch (error) {
    if (error instanceof Fault && error.code === query.absentCode) return undefined;
    throw error;
  }
}
