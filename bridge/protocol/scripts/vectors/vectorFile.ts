/** Flat JSON values: what Solidity's and circom's test tools can read. bigint becomes a decimal string. */
export type VectorValue = string | number | boolean | bigint | readonly VectorValue[] | VectorCase;

export interface VectorCase {
  readonly [field: string]: VectorValue;
}

export interface VectorFile {
  /** What all cases share, written beside them. */
  readonly shared?: VectorCase;
  /** What holds for each. */
  readonly cases: readonly VectorCase[];
  /** What must be refused, each with its fault `code`. */
  readonly refused?: readonly VectorCase[];
}

export function jsonOf({ shared, cases, refused = [] }: VectorFile): string {
  const whole = { ...shared, count: cases.length, cases, refusedCount: refused.length, refused };
  const text = JSON.stringify(whole, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2);
  return `${text}\n`;
}
