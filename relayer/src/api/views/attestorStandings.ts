import type { ApiModules } from '../modules.ts';

export interface AttestorStanding {
  readonly operator: string | undefined;
  readonly address: string;
  readonly nodes: string[];
  readonly attestations: number;
  readonly lastBlock: bigint | undefined;
  readonly lastSeenMs: number | undefined;
  readonly contradictions: number;
}

/** Of everyone whose card says attestor, and of every other signer that is seen. */
export async function attestorStandings({
  tables,
  cards,
}: Pick<ApiModules, 'tables' | 'cards'>): Promise<AttestorStanding[]> {
  const seen = new Map<string, { count: number; block: bigint; atMs: number }>();
  for await (const [, row] of tables.attestations.entries()) {
    const known = seen.get(row.attestor) ?? { count: 0, block: 0n, atMs: 0 };
    const block = row.blockNumber > known.block ? row.blockNumber : known.block;
    seen.set(row.attestor, { count: known.count + 1, block, atMs: Math.max(known.atMs, row.seen.atMs) });
  }
  const liars = new Map<string, number>();
  for await (const [, { attestor }] of tables.evidence.entries()) liars.set(attestor, (liars.get(attestor) ?? 0) + 1);
  const expected = cards.filter(({ roles }) => roles.includes('attestor'));
  const addresses = new Set([...expected.map(({ evmAddress }) => evmAddress), ...seen.keys(), ...liars.keys()]);
  return [...addresses].map((address) => {
    const own = expected.filter(({ evmAddress }) => evmAddress === address);
    const newest = seen.get(address);
    return {
      ...{ operator: own[0]?.operator, address, nodes: own.map(({ node }) => node) },
      ...{ attestations: newest?.count ?? 0, lastBlock: newest?.block, lastSeenMs: newest?.atMs },
      contradictions: liars.get(address) ?? 0,
    };
  });
}
