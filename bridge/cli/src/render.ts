/** Text for people. Everything here is pure. */
import type { ExitCode } from './exitCodes.ts';

/** An answer as both machines and people want it. */
export interface Answer {
  /** bigint becomes a decimal string. */
  readonly json: unknown;
  readonly text: string;
  /** When the answer itself is that something is amiss; default 0. */
  readonly code?: ExitCode;
}

export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part), 2);
}

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
}

/** Columns as wide as their widest cell; `none` in place of an empty table. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], none: string): string {
  if (rows.length === 0) return none;
  const cells = rows.map((row) => columns.map((column) => column.of(row)));
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...cells.map((line) => line[i]?.length ?? 0)),
  );
  const lines = [columns.map(({ title }) => title), ...cells].map((line) =>
    line
      .map((cell, i) => (columns[i]?.isNumber ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** One fact a line; a fact that is undefined is left out. */
export function facts(entries: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** Base units with the record's decimals: 1500000 of 6 decimals is `1.500000`. */
export function unitsText(units: bigint, decimals: number): string {
  if (decimals === 0) return grouped(units);
  const scale = 10n ** BigInt(decimals);
  const sign = units < 0n ? '-' : '';
  const magnitude = units < 0n ? -units : units;
  return `${sign}${grouped(magnitude / scale)}.${(magnitude % scale).toString().padStart(decimals, '0')}`;
}

/** 10⁻¹⁸ HKD as HKD, trailing zeros dropped. */
export function hkdText(value: bigint): string {
  const whole = value / 10n ** 18n;
  const fraction = (value % 10n ** 18n).toString().padStart(18, '0').replace(/0+$/, '');
  return `${grouped(whole)}${fraction === '' ? '' : `.${fraction}`} HKD`;
}

export function grouped(value: bigint | number): string {
  return value.toString().replace(/\B(?=(?:\d{3})+(?!\d))/g, ',');
}

/** Unix seconds as UTC; zero has no date. */
export function timeText(seconds: bigint | number): string {
  if (BigInt(seconds) === 0n) return '-';
  return new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

/** Both ends of a long id. */
export function shortId(id: string): string {
  return id.length > 24 ? `${id.slice(0, 12)}…${id.slice(-6)}` : id;
}
