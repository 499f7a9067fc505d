/** How long each step of a Fabric transaction may take, in milliseconds. A hung peer would otherwise cost its own 30 s. */
export interface Deadlines {
  readonly evaluateMs: number;
  readonly endorseMs: number;
  readonly submitMs: number;
  /** In all, from the first submission on. */
  readonly commitMs: number;
  /** Not in a block after so long, the same transaction is submitted again: orderers may drop one under load. */
  readonly orderMs: number;
}

export const DEFAULT_DEADLINES: Deadlines = {
  evaluateMs: 5_000,
  endorseMs: 10_000,
  submitMs: 10_000,
  commitMs: 30_000,
  orderMs: 4_000,
};

/** Everything one identity needs to reach one peer's gateway. Certificates and keys are PEM text, not paths. */
export interface AssetOptions {
  /** host:port of the peer. */
  readonly endpoint: string;
  readonly tlsCa: string;
  /** The name in the peer's TLS certificate, when it differs from the endpoint's host. */
  readonly hostAlias?: string;
  readonly mspId: string;
  readonly cert: string;
  readonly key: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly deadlines?: Partial<Deadlines>;
  /**
   * The orgs that share the private collection of records: register and appraise are endorsed by these alone,
   * since the transient record goes to every endorser named.
   */
  readonly recordOrgs: readonly string[];
}
