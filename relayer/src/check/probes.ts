import { readFileSync } from 'node:fs';
import { connect as connectTcp, createServer, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Fault } from '@twinspan/protocol';
import { connectAssetChain, connectTradingChain } from '@twinspan/sdk';
import type { AddressBook, AssetChain, TradingChain } from '@twinspan/sdk';
import type { Config } from '../config/schema.ts';
import { readSecret } from '../config/secrets.ts';

type Gateway = NonNullable<Config['gateway']>;
export type FabricPeer = Gateway['peers'][number];

/** What is asked of the trading chain before a start. */
export type TradingProbe = Pick<
  TradingChain,
  | 'chainIdNow'
  | 'hasCode'
  | 'verifiesP256'
  | 'consortiumInForce'
  | 'verifierCodes'
  | 'newestBlockSeconds'
  | 'finalizedBlock'
  | 'etherBalance'
  | 'fees'
>;

/** What is asked of the asset chain before a start. */
export type AssetProbe = Pick<AssetChain, 'config' | 'attestors' | 'newestBlockSeconds' | 'close'>;

/** How the world outside is reached. */
export interface Probes {
  readonly nowMs: () => number;
  readonly trading: (url: string) => TradingProbe;
  readonly asset: (peer: FabricPeer) => AssetProbe;
  /** Makes one TLS connection. @throws Fault CHAIN_UNREACHABLE, or Error when the certificate does not match */
  readonly handshake: (peer: FabricPeer) => Promise<void>;
  /** Takes the port and gives it back. @throws Error when it is taken */
  readonly listen: (host: string, port: number) => Promise<void>;
}

const HANDSHAKE_MS = 5_000;

/** @param book absent: the trading chain cannot be asked */
export function openProbes({ trading, gateway }: Config, book: AddressBook | undefined): Probes {
  return {
    nowMs: Date.now,
    trading: (rpcUrl) => {
      if (book === undefined) throw new Fault('INTERNAL', 'without an address book there is no chain to ask');
      const { chainId, addresses } = book;
      return connectTradingChain({ rpcUrl, chainId, addresses, finality: trading.finality });
    },
    asset: (peer) => {
      if (gateway === undefined) throw new Fault('INTERNAL', 'a node without a gateway has no peer');
      return connectAssetChain({
        ...gateway,
        endpoint: peer.endpoint,
        tlsCa: readFileSync(peer.tlsCaFile, 'utf8'),
        ...(peer.hostAlias === undefined ? {} : { hostAlias: peer.hostAlias }),
        cert: readFileSync(gateway.certFile, 'utf8'),
        key: readSecret(gateway.keyFile),
      });
    },
    handshake,
    listen,
  };
}

async function handshake({ endpoint, tlsCaFile, hostAlias }: FabricPeer): Promise<void> {
  const [host = '', port = ''] = endpoint.split(/:(?=\d+$)/);
  await reach(host, Number(port));
  const servername = hostAlias ?? host;
  const socket = connectTls({
    host,
    port: Number(port),
    ca: readFileSync(tlsCaFile),
    ALPNProtocols: ['h2'],
    ...(isIP(servername) === 0 ? { servername } : {}),
  });
  try {
    await settled(socket, 'secureConnect');
  } finally {
    socket.destroy();
  }
}

async function reach(host: string, port: number): Promise<void> {
  const socket = connectTcp({ host, port });
  try {
    await settled(socket, 'connect');
  } catch (cause) {
    throw new Fault('CHAIN_UNREACHABLE', `nothing answers at ${host}:${port}`, { cause });
  } finally {
    socket.destroy();
  }
}

async function settled(socket: NodeJS.EventEmitter, event: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    reject(new Fault('CHAIN_UNREACHABLE', `no answer within ${HANDSHAKE_MS} ms`));
  }, HANDSHAKE_MS);
  socket.once(event, () => {
    resolve(undefined);
  });
  socket.once('error', reject);
  await promise.finally(() => {
    clearTimeout(timer);
  });
}

async function listen(host: string, port: number): Promise<void> {
  const server = createServer();
  const listening = settled(server, 'listening');
  server.listen(port, host);
  await listening;
  await new Promise((resolve) => server.close(resolve));
}
