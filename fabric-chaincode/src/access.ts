import { Fault } from '@twinspan/protocol';

export const roles = ['custodian', 'registry', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** The organization whose client sent the proposal. */
export interface Caller {
  readonly mspId: string;
  readonly roles: readonly Role[];
}

/** Who may run a transaction at all; the `who` column of the dispatch table. */
export const custodians: readonly Role[] = ['custodian'];
export const registries: readonly Role[] = ['registry'];
export const custodiansAndRegistries: readonly Role[] = ['custodian', 'registry'];
export const everyMember: readonly Role[] = ['custodian', 'registry', 'auditor'];

/** @throws Fault FORBIDDEN when the caller's organization has none of these roles. */
export function requireRole(caller: Caller, allowed: readonly Role[]): void {
  if (!caller.roles.some((role) => allowed.includes(role))) {
    throw new Fault('FORBIDDEN', `${caller.mspId} is not ${allowed.join(' or ')}`);
  }
}

/**
 * A custodian acts on its own records and lanes only.
 * @throws Fault FORBIDDEN.
 */
export function requireOwner(caller: Caller, owned: { readonly custodian: string }): void {
  if (owned.custodian !== caller.mspId) throw new Fault('FORBIDDEN', `this belongs to ${owned.custodian}`);
}
