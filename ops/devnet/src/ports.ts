/** Every port of a network, on 127.0.0.1. This is the one table: nothing else in the repository names a port. */
export interface Ports {
  readonly orderers: readonly OrdererPorts[];
  readonly orgs: readonly OrgPorts[];
  readonly anvil: number;
  /** HTTP and WebSocket. */
  readonly geth: number;
  readonly relayers: readonly RelayerPorts[];
}

export interface OrdererPorts {
  /** Clients, peers and the other orderers. */
  readonly listen: number;
  readonly admin: number;
  readonly operations: number;
}

export interface OrgPorts {
  readonly peers: readonly PeerPorts[];
  readonly chaincodeServer: number;
}

export interface PeerPorts {
  readonly listen: number;
  /** Where chaincode that dials the peer would connect; ours is dialled instead, but a peer always opens it. */
  readonly chaincodeListen: number;
  readonly operations: number;
}

interface RelayerPorts {
  readonly libp2p: number;
  readonly http: number;
}

const OFFSET_STEP = 1000;
const OFFSET_MAX = 13_000;

/**
 * The ports of the network with this offset; networks with different offsets share no port.
 *
 * @param offset a multiple of 1000 from 0 to 13 000 (above begin the ports that the kernel hands out)
 * @throws RangeError for any other offset
 */
export function portsAt(offset: number): Ports {
  if (offset % OFFSET_STEP !== 0 || offset < 0 || offset > OFFSET_MAX) {
    throw new RangeError(`port offset ${offset}: use a multiple of ${OFFSET_STEP} from 0 to ${OFFSET_MAX}`);
  }
  return {
    orderers: [0, 1, 2, 3].map((place) => ({
      listen: 17_050 + offset + place,
      admin: 17_060 + offset + place,
      operations: 17_070 + offset + place,
    })),
    orgs: [0, 1, 2].map((place) => {
      const first = 17_151 + offset + 100 * place;
      return { peers: [peerPortsFrom(first), peerPortsFrom(first + 4)], chaincodeServer: first + 3 };
    }),
    anvil: 18_545 + offset,
    geth: 18_546 + offset,
    relayers: [0, 1, 2, 3, 4, 5, 6, 7].map((place) => ({
      libp2p: 19_001 + offset + place,
      http: 19_101 + offset + place,
    })),
  };
}

function peerPortsFrom(first: number): PeerPorts {
  return { listen: first, chaincodeListen: first + 1, operations: first + 2 };
}

/** Every offset that {@link portsAt} accepts. */
export const PORT_OFFSETS: readonly number[] = Array.from(
  { length: OFFSET_MAX / OFFSET_STEP + 1 },
  (_, place) => place * OFFSET_STEP,
);
