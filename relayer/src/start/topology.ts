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

/**
 * The least in which any node may be missing: one that does everything for each org, and a second gateway of the first
 * org, the custodian's, that seals its lanes, proves and carries when the first one does not.
 */
export function withoutSinglePoint(orgs: readonly { readonly name: string }[]): readonly TopologyNode[] {
  const nodes = oneNodePerOrg(orgs);
  const [first] = nodes;
  if (first === undefined) return nodes;
  const second = { ...first, node: `${first.node}-2`, carriers: [`carrier${nodes.length + 1}`] };
  return [...nodes, { ...second, roles: first.roles.filter((role) => role !== 'attestor') }];
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
