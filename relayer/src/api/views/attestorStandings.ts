import type { ApiModules } from '../modules.ts';

export interface AttestorStanding {
  readonly operator: string | undefined;
  readonly address: string;
  readonly nodes: string[];
  readonly attestations: number;
  readonly lastBlock: bigint | undefined;
}

/** Of everyone whose card says attestor, and of every other signer that is seen. */
export async function attestorStandings({
  tables,
  cards,
}: Pick<ApiModules, 'tables' | 'cards'>): Promise<AttestorStanding[]> {
  const seen = new Map<string, { count: number; last: bigint }>();
  for await (const [, { attestor, blockNumber }] of tables.attestations.entries())
    seen.set(attestor, { count: (seen.get(attestor)?.count ?? 0) + 1, last: blockNumber });
  const expected = cards.filter(({ roles }) => roles.includes('attestor'));
  const addresses = new Set([...expected.map(({ evmAddress }) => evmAddress), ...seen.keys()]);
  return [...addresses].map((address) => {
    const own = expected.filter(({ evmAddress }) => evmAddress === address);
    const { count = 0, last } = seen.get(address) ?? {};
    const nodes = own.map(({ node }) => node);
    return { operator: own[0]?.operator, address, nodes, attestations: count, lastBlock: last };
  });
}
