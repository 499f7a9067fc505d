/**
 * Every event that the chaincode emits, at most one per transaction. Events carry ids only: who wants more reads the
 * state by id. 64-bit numbers are decimal strings on the wire.
 */
export type LedgerEvent =
  | { readonly name: 'RecordChanged'; readonly ids: { readonly rightsId: string } }
  | { readonly name: 'LaneOpened'; readonly ids: { readonly laneId: bigint } }
  | {
      readonly name: 'Locked';
      readonly ids: { readonly laneId: bigint; readonly batchId: string; readonly count: number };
    }
  | { readonly name: 'LocksCancelled'; readonly ids: { readonly laneId: bigint; readonly count: number } }
  | { readonly name: 'Sealed'; readonly ids: { readonly laneId: bigint; readonly epoch: bigint } }
  | { readonly name: 'Released'; readonly ids: { readonly laneId: bigint; readonly releasedThrough: bigint } }
  | { readonly name: 'AttestorsApproved'; readonly ids: Readonly<Record<string, never>> };
