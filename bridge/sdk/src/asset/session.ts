import { Client, credentials } from '@grpc/grpc-js';
import {
  connect,
  hash,
  type Contract,
  type Gateway,
  type Network,
  type ProposalOptions,
} from '@hyperledger/fabric-gateway';
import { msp } from '@hyperledger/fabric-protos';
import { DEFAULT_DEADLINES, type AssetOptions, type Deadlines } from './options.ts';
import { nativeSigner } from './signer.ts';

/** What the verb groups share: one connection, one identity, one chaincode. */
export interface AssetSession {
  readonly options: AssetOptions;
  readonly deadlines: Deadlines;
  readonly gateway: Gateway;
  readonly network: Network;
  readonly contract: Contract;
  /** The system chaincode that looks up blocks and transactions. */
  readonly ledger: Contract;
  /** SerializedIdentity bytes of the client. */
  readonly creator: Uint8Array;
  readonly close: () => void;
}

const KEEPALIVE_MS = 30_000;
/** One block may carry many epochs' worth of locks. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

export function openSession(options: AssetOptions): AssetSession {
  return sessionOver(grpcClient(options), options);
}

/** A session on a connection that is already made. */
export function sessionOver(client: Client, options: AssetOptions): AssetSession {
  const gateway = connect({
    client,
    identity: { mspId: options.mspId, credentials: Buffer.from(options.cert) },
    signer: nativeSigner(options.key),
    hash: hash.none,
  });
  const network = gateway.getNetwork(options.channel);
  return {
    options,
    deadlines: { ...DEFAULT_DEADLINES, ...options.deadlines },
    gateway,
    network,
    contract: network.getContract(options.chaincode),
    ledger: network.getContract('qscc'),
    creator: serializedIdentity(options),
    close: () => {
      gateway.close();
      client.close();
    },
  };
}

function grpcClient(options: AssetOptions): Client {
  const alias = options.hostAlias === undefined ? {} : { 'grpc.ssl_target_name_override': options.hostAlias };
  return new Client(options.endpoint, credentials.createSsl(Buffer.from(options.tlsCa)), {
    ...alias,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
}

function serializedIdentity(options: AssetOptions): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(options.mspId);
  identity.setIdBytes(Buffer.from(options.cert));
  return identity.serializeBinary();
}

export function deadlineIn(ms: number): { deadline: number } {
  return { deadline: Date.now() + ms };
}

/** Asked of the client's own org: without a name the gateway may ask a peer of another org that is further ahead. */
export function ownOrg(session: AssetSession, options: ProposalOptions): ProposalOptions {
  return { endorsingOrganizations: [session.options.mspId], ...options };
}
