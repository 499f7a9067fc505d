import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import { roles } from './access.ts';

const rolesTable = z
  .string()
  .transform((text, check): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      check.addIssue({ code: 'custom', message: 'expected JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string().min(1), z.array(z.enum(roles)).min(1)));

const environmentSchema = z.object({
  /** host:port on which the peer finds this process. */
  CHAINCODE_SERVER_ADDRESS: z.string().regex(/:\d+$/, { error: 'expected host:port' }),
  /** The package id that the peer calculated when the package was installed. */
  CHAINCODE_ID: z.string().min(1),
  CHAINCODE_TLS_CERT: z.string().min(1),
  CHAINCODE_TLS_KEY: z.string().min(1),
  /** Authority of the peer's client certificate. */
  CHAINCODE_TLS_CLIENT_CA: z.string().min(1),
  CORE_PEER_LOCALMSPID: z.string().min(1),
  TWINSPAN_NETWORK_ID: z.string().min(1).max(64),
  /** The name under which the chaincode is committed. */
  TWINSPAN_CHAINCODE: z.string().min(1).max(64).default('rights'),
  /** MSP id → roles as JSON; the same in every organization's process. */
  TWINSPAN_ROLES: rolesTable,
});

export type Environment = z.output<typeof environmentSchema>;

/** @throws Fault CONFIG_BAD that names the variable. */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const parsed = environmentSchema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Fault('CONFIG_BAD', `${String(issue?.path[0])}: ${issue?.message ?? 'not as expected'}`);
}
