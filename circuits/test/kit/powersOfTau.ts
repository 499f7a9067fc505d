// SPDX-License-Identifier: GPL-3.0-only
import { writeFileSync } from 'node:fs';
import { SECRETS, lagrangeAtTau } from '../../scripts/developmentKey.ts';
import { Q, mod, writeField } from '../../scripts/field.ts';
import { FixedBase } from '../../scripts/fixedBase.ts';

/**
 * Writes a prepared powers-of-tau file with the development secrets, as `snarkjs powersoftau prepare phase2` would after
 * minutes. It leaves out what a circuit of the full power would need beyond the file.
 */
export async function writePowersOfTau(file: string, power: number): Promise<void> {
  const { tau, alpha, beta } = SECRETS;
  const powers = Array.from({ length: 2 ** (power + 1) - 1 }, () => 1n);
  for (let i = 1; i < powers.length; i++) powers[i] = mod((powers[i - 1] ?? 0n) * tau);
  const low = powers.slice(0, 2 ** power);
  const lagrange = Array.from({ length: power + 1 }, (_, p) => lagrangeAtTau(p)).flat();
  const times = (values: readonly bigint[], factor: bigint): bigint[] => values.map((value) => mod(value * factor));

  await using base = new FixedBase();
  const header = Buffer.alloc(44);
  header.writeUInt32LE(32, 0);
  writeField(header, 4, Q);
  header.writeUInt32LE(power, 36);
  header.writeUInt32LE(power, 40);
  const sections: [kind: number, content: Uint8Array][] = [
    [1, header],
    [2, await base.multiply('g1', powers)],
    [3, await base.multiply('g2', low)],
    [4, await base.multiply('g1', times(low, alpha))],
    [5, await base.multiply('g1', times(low, beta))],
    [6, await base.multiply('g2', [beta])],
    [7, Buffer.alloc(4)], // no contributions
    [12, await base.multiply('g1', lagrange)],
    [13, await base.multiply('g2', lagrange)],
    [14, await base.multiply('g1', times(lagrange, alpha))],
    [15, await base.multiply('g1', times(lagrange, beta))],
  ];
  writeFileSync(file, binaryFile('ptau', sections));
}

function binaryFile(magic: string, sections: readonly [kind: number, content: Uint8Array][]): Uint8Array {
  const start = Buffer.alloc(12);
  start.write(magic);
  start.writeUInt32LE(1, 4);
  start.writeUInt32LE(sections.length, 8);
  const parts = sections.flatMap(([kind, content]) => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(kind, 0);
    head.writeBigUInt64LE(BigInt(content.length), 4);
    return [head, content];
  });
  return Buffer.concat([start, ...parts]);
}
