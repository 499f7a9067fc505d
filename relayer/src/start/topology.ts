import { ROLES } from '../config/roles.ts';
import type { Role } from '../config/roles.ts';

/** One node of a network. */
export interface TopologyNode {
  /** Unique name. */
  readonly node: string;
  readonly operator: string;
  /** Name of the org whose gateway it uses; needed with the role gateway alone. */
  readonly org?: string;
  readonly roles: readonly Role[];
  /** Names of the accounts that pay for gas; needed with the role carrier alone. */
  readonly carriers?: readonly string[];
  /** Name of the operator's account: it signs the card, and checkpoints where the node attests. */
  readonly account: string;
}

/** A node for each org that does everything; the first org, the custodian's, proves. */
export function oneNodePerOrg(orgs: readonly { readonly name: string }[]): readonly TopologyNode[] {
  return orgs.map(({ name }, place) => ({
    node: name,
    operator: name,
    org: name,
    roles: ROLES.filter((role) => role !== 'prover' || name === 'custodian'),
    carriers: [`carrier${place + 1}`],
    account: `attestor${place + 1}`,
  }));
}
