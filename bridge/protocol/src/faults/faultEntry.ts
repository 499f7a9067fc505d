/**
 * What a program does on meeting a fault: `retry` the same step later, `park` this transfer until something outside
 * changes, `halt` the whole lane because an assumption of the protocol is broken.
 */
export type Remedy = 'retry' | 'park' | 'halt';

export interface FaultEntry {
  readonly meaning: string;
  readonly remedy: Remedy;
  /** What a person does next. */
  readonly advice: string;
}
