/** What a node does; any mix. Each is there because its part of the configuration is. */
export const ROLES = ['gateway', 'prover', 'carrier', 'attestor'] as const;

export type Role = (typeof ROLES)[number];

/** The roles whose parts a configuration has. */
export function rolesOf(config: Readonly<Partial<Record<Role, object | undefined>>>): Role[] {
  return ROLES.filter((role) => config[role] !== undefined);
}
