import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Fault } from '@twinspan/protocol';
import type { AddressBook } from '@twinspan/sdk';
import { asFault } from '../asFault.ts';
import type { Config } from '../config/schema.ts';
import { readSecret } from '../config/secrets.ts';
import { clockOf } from './checkTrading.ts';
import { Amiss, look } from './finding.ts';
import type { Finding } from './finding.ts';
import type { AssetProbe, FabricPeer, Probes } from './probes.ts';

/** A certificate that ends sooner has to be renewed now. */
const EXPIRES_SOON_MS = 14 * 86_400_000;

type Gateway = NonNullable<Config['gateway']>;

/** What the role gateway needs of the asset chain, of each peer. */
export async function checkGateway(config: Config, book: AddressBook, probes: Probes): Promise<readonly Finding[]> {
  const { gateway } = config;
  if (gateway === undefined) return [];
  const certificate = await look('gateway.certificate', () => certificateOf(gateway, probes.nowMs()));
  const peers = gateway.peers.map((peer, place) =>
    checkPeer(`gateway.peers[${place}]`, peer, { gateway, book, probes }),
  );
  return [certificate, ...(await Promise.all(peers)).flat()];
}

function certificateOf({ certFile, keyFile }: Gateway, nowMs: number): string {
  const certificate = new X509Certificate(readPem(certFile));
  if (!certificate.checkPrivateKey(createPrivateKey(readSecret(keyFile)))) {
    throw new Amiss(`${keyFile} is not the key of ${certFile}`, 'Name the key that the certificate was issued for.');
  }
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (nowMs < fromMs)
    throw new Amiss(`${certFile} is valid from ${certificate.validFrom} on`, 'Set this clock by NTP.');
  if (nowMs > toMs) throw new Amiss(`${certFile} has expired on ${certificate.validTo}`, renew);
  if (nowMs > toMs - EXPIRES_SOON_MS) throw new Amiss(`${certFile} expires on ${certificate.validTo}`, renew);
  return `the certificate is valid until ${certificate.validTo}`;
}

const renew = "Have the org's CA renew the client certificate; the key may stay.";

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Fault('CONFIG_BAD', `there is no file ${file}`, { cause });
  }
}

interface Around {
  readonly gateway: Gateway;
  readonly book: AddressBook;
  readonly probes: Probes;
}

async function checkPeer(name: string, peer: FabricPeer, { gateway, book, probes }: Around): Promise<Finding[]> {
  const tls = await look(`${name}.tls`, () => tlsOf(peer, probes));
  if (!tls.ok) return [tls];
  const opened = probesOf(peer, probes);
  if (opened instanceof Error) return [tls, await look(`${name}.chaincode`, () => Promise.reject(opened))];
  try {
    const chaincode = await look(`${name}.chaincode`, () => chaincodeOf(opened, gateway, book));
    if (!chaincode.ok) return [tls, chaincode];
    const clock = await look(`${name}.clock`, async () => notAhead(await opened.newestBlockSeconds(), probes.nowMs()));
    return [tls, chaincode, clock];
  } finally {
    opened.close();
  }
}

function probesOf(peer: FabricPeer, probes: Probes): AssetProbe | Error {
  try {
    return probes.asset(peer);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function tlsOf(peer: FabricPeer, probes: Probes): Promise<string> {
  await probes.handshake(peer).catch((cause: unknown) => {
    if (cause instanceof Fault) {
      throw new Amiss(cause.sentence, 'See that the peer runs and that its endpoint is right.');
    }
    throw new Amiss(
      `the certificate of ${peer.endpoint} does not match ${peer.tlsCaFile}: ${String(cause)}`,
      "Name the CA of the peer's TLS certificate, and as hostAlias a name in it.",
    );
  });
  return `${peer.endpoint} answers under the named CA`;
}

async function chaincodeOf(asset: AssetProbe, gateway: Gateway, { consortium }: AddressBook): Promise<string> {
  const { chaincode, channel } = gateway;
  const config = await asClient(gateway, asset.config());
  if (config.assetChainId === consortium.assetChainId)
    return `${chaincode} on ${channel} is the asset chain of the address book`;
  throw new Amiss(
    `${chaincode} on ${channel} is asset chain ${config.assetChainId}, the contract accepts ${consortium.assetChainId}`,
    'Name the channel and chaincode that the bridge was deployed for.',
  );
}

/** What Fabric says to a client whose certificate is not of the MSP that it names. */
const UNKNOWN_CLIENT = 'access denied';

/** @throws Amiss when the peer does not know the client */
export async function asClient<Answer>({ mspId, certFile }: Gateway, asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking;
  } catch (error) {
    const { sentence } = asFault(error);
    if (!sentence.includes(UNKNOWN_CLIENT)) throw error;
    throw new Amiss(
      `the peer does not take ${certFile} for one of ${mspId}: ${sentence}`,
      'Name as mspId the MSP whose CA issued the certificate, or a certificate of that MSP that is not revoked.',
    );
  }
}

/** An idle channel makes no blocks: an old one says nothing, and one of the future that this clock is behind. */
function notAhead(blockSeconds: number, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  clockOf(Math.max(blockSeconds, seconds), nowMs);
  return `the newest block is ${seconds - blockSeconds} s old`;
}
