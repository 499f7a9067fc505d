// SPDX-License-Identifier: GPL-3.0-only
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Q, R } from './field.ts';
import { isInsecure, type VerificationKey } from './verificationKey.ts';

// The template is our own text, so that what is generated from it can be Apache-2.0.
const TEMPLATE = readFileSync(join(import.meta.dirname, 'Verifier.sol.template'), 'utf8');

const word = (value: bigint | string): string => `0x${BigInt(value).toString(16).padStart(64, '0')}`;

const constant = (name: string, value: bigint | string): string =>
  `    uint256 private constant ${name} = ${word(value)};`;

const g1 = (name: string, [x = '', y = '']: string[], sign: 1 | -1): string[] => [
  constant(`${name}_X`, x),
  constant(`${name}_Y`, sign === 1 ? y : Q - BigInt(y)),
];

/** A point of G2 in the order of EIP-197: imaginary parts first. */
function g2(name: string, [x = [], y = []]: string[][], sign: 1 | -1): string[] {
  const coordinate = (value = ''): bigint => (sign === 1 ? BigInt(value) : Q - BigInt(value));
  return [
    constant(`${name}_X_IMAGINARY`, x[1] ?? ''),
    constant(`${name}_X_REAL`, x[0] ?? ''),
    constant(`${name}_Y_IMAGINARY`, coordinate(y[1])),
    constant(`${name}_Y_REAL`, coordinate(y[0])),
  ];
}

/** The Solidity source of a verifier for `key`. */
export function verifierContract(name: string, circuit: string, key: VerificationKey): string {
  const [first = [], ...rest] = key.IC;
  const parts: Record<string, string> = {
    NAME: name,
    CIRCUIT: circuit,
    SCALAR_FIELD: word(R),
    PAIRING_POINTS: [
      ...g1('NEGATED_ALPHA', key.vk_alpha_1, -1),
      ...g2('BETA', key.vk_beta_2, 1),
      ...g2('NEGATED_GAMMA', key.vk_gamma_2, -1),
      ...g2('NEGATED_DELTA', key.vk_delta_2, -1),
    ].join('\n'),
    IC0: g1('IC0', first, 1).join('\n'),
    IC: rest.map(([x = '', y = '']) => `        hex"${word(x).slice(2)}${word(y).slice(2)}"`).join('\n'),
    INPUT_COUNT: String(key.nPublic),
    DEVELOPMENT: String(isInsecure(key)),
  };
  return TEMPLATE.replace(/\{\{([A-Z0-9_]+)\}\}/g, (_, part: string) => {
    const text = parts[part];
    if (text === undefined) throw new Error(`the verifier template asks for ${part}`);
    return text;
  });
}
