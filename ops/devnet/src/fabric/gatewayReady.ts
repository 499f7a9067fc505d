import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import type { Gateway } from '@hyperledger/fabric-gateway';
import type { Description } from '../description.ts';
import { poll } from '../running/poll.ts';

type Org = Description['asset']['orgs'][number];
type Peer = Org['peers'][number];

const READY_MS = 60_000;
const CALL_MS = 5_000;

/** A connection to a peer as an org's user; `close` it. */
interface GatewayConnection {
  readonly gateway: Gateway;
  readonly close: () => void;
}

/** Connects to a peer as an org's user. Takes a description with absolute paths. @param peer default: the org's first */
export function connectGateway(org: Org, peer: Peer = org.peers[0]): GatewayConnection {
  const client = new Client(peer.endpoint, credentials.createSsl(readFileSync(peer.tlsCaFile)), {
    'grpc.ssl_target_name_override': peer.hostAlias,
  });
  const gateway = connect({
    client,
    identity: { mspId: org.mspId, credentials: readFileSync(org.users.user.certFile) },
    signer: signers.newPrivateKeySigner(createPrivateKey(readFileSync(org.users.user.keyFile))),
    hash: hash.sha256,
    evaluateOptions: () => ({ deadline: Date.now() + CALL_MS }),
    endorseOptions: () => ({ deadline: Date.now() + CALL_MS }),
  });
  return {
    gateway,
    close: () => {
      gateway.close();
      client.close();
    },
  };
}

/**
 * Waits until each peer can collect the endorsements of all three orgs for a query: chaincode answers
 * everywhere, and gossip has told every peer of the others.
 *
 * @param query name and argument of a transaction that only reads
 */
export async function gatewaysReady(
  description: Description,
  query: { readonly name: string; readonly argument: string },
  signal: AbortSignal,
): Promise<void> {
  const { orgs, channel, chaincode } = description.asset;
  const endorsingOrganizations = orgs.map((org) => org.mspId);
  await Promise.all(
    orgs
      .flatMap((org) => org.peers.map((peer) => ({ org, peer })))
      .map(async ({ org, peer }) => {
        const connection = connectGateway(org, peer);
        const contract = connection.gateway.getNetwork(channel).getContract(chaincode);
        const ask = async (): Promise<true> => {
          const proposal = contract.newProposal(query.name, { arguments: [query.argument], endorsingOrganizations });
          await proposal.endorse();
          return true;
        };
        try {
          await poll(ask, { what: `endorsements through ${peer.name}`, timeoutMs: READY_MS, everyMs: 100, signal });
        } finally {
          connection.close();
        }
      }),
  );
}
