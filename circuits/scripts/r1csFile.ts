// SPDX-License-Identifier: GPL-3.0-only
import { readFileSync } from 'node:fs';
import { R, readField } from './field.ts';

/** One entry of a constraint's linear combination: coefficient times wire. */
export interface Term {
  wire: number;
  coefficient: bigint;
}

/** A x B = C, each a linear combination. */
interface Constraint {
  a: Term[];
  b: Term[];
  c: Term[];
}

/** A compiled circuit. Wire 0 is the constant 1; wires 1 to publicCount are public. */
export interface ConstraintSystem {
  wireCount: number;
  publicCount: number;
  privateInputCount: number;
  constraints: Constraint[];
}

/** Reads circom's .r1cs file, version 1 over BN254. Throws on anything else. */
export function readR1cs(file: string): ConstraintSystem {
  const bytes = readFileSync(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.toString('latin1', 0, 4) !== 'r1cs' || view.getUint32(4, true) !== 1)
    throw new Error(`${file} is no r1cs file`);
  const sections = sectionsOf(view);
  const header = requireSection(sections, 1, file);
  if (view.getUint32(header, true) !== 32 || readField(view, header + 4) !== R)
    throw new Error(`${file}: field is not BN254's`);
  const count = (place: number): number => view.getUint32(header + 36 + place, true);
  return {
    wireCount: count(0),
    publicCount: count(4) + count(8),
    privateInputCount: count(12),
    constraints: readConstraints(view, requireSection(sections, 2, file), count(24)),
  };
}

/** The power of two of the domain that the constraints and public inputs take. */
export function domainPower(system: ConstraintSystem): number {
  return Math.ceil(Math.log2(system.constraints.length + system.publicCount + 1));
}

function sectionsOf(view: DataView): Map<number, number> {
  const sections = new Map<number, number>();
  let at = 12;
  for (let left = view.getUint32(8, true); left > 0; left--) {
    sections.set(view.getUint32(at, true), at + 12);
    at += 12 + Number(view.getBigUint64(at + 4, true));
  }
  return sections;
}

function requireSection(sections: Map<number, number>, kind: number, file: string): number {
  const start = sections.get(kind);
  if (start === undefined) throw new Error(`${file} has no section ${kind}`);
  return start;
}

function readConstraints(view: DataView, start: number, count: number): Constraint[] {
  let at = start;
  const readTerms = (): Term[] => {
    const terms: Term[] = [];
    let left = view.getUint32(at, true);
    for (at += 4; left > 0; left--, at += 36) {
      terms.push({ wire: view.getUint32(at, true), coefficient: readField(view, at + 4) });
    }
    return terms;
  };
  return Array.from({ length: count }, () => ({ a: readTerms(), b: readTerms(), c: readTerms() }));
}
