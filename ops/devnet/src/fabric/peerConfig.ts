import { join } from 'node:path';
import { HOST } from '../plan.ts';
import type { OrgPlan, PeerPlan } from '../plan.ts';
import type { Yaml } from './cryptoConfig.ts';

/** Directory of the external builder, whose `bin/` holds detect, build and release. */
const BUILDER_DIR = join(import.meta.dirname, '../../builder');

/** How the builder's `release` learns where the peer's TLS material is; the peer hands it on. */
export const BUILDER_ENVIRONMENT = {
  certificate: 'TWINSPAN_PEER_TLS_CERT',
  key: 'TWINSPAN_PEER_TLS_KEY',
  authority: 'TWINSPAN_CHAINCODE_TLS_CA',
} as const;

const MESSAGE_BYTES = 100 * 1024 * 1024;

/** core.yaml of an org's peer; the `peer` command line reads the same file as that org's client. */
export function peerConfig(org: OrgPlan, peer: PeerPlan): Yaml {
  return {
    peer: peerPart(org, peer),
    // No Docker: without the empty endpoint, /healthz would wait for it.
    vm: { endpoint: '' },
    chaincode: {
      mode: 'net',
      installTimeout: '60s',
      startuptimeout: '30s',
      executetimeout: '30s',
      keepalive: 0,
      externalBuilders: [
        { name: 'twinspan', path: BUILDER_DIR, propagateEnvironment: Object.values(BUILDER_ENVIRONMENT) },
      ],
      system: { _lifecycle: 'enable', cscc: 'enable', lscc: 'enable', qscc: 'enable' },
      logging: { level: 'warn', shim: 'warn' },
      runtimeParams: {
        useWriteBatch: true,
        maxSizeWriteBatch: 1000,
        useGetMultipleKeys: true,
        maxSizeGetMultipleKeys: 1000,
      },
    },
    ledger: ledger(peer),
    operations: { listenAddress: `${HOST}:${peer.ports.operations}`, tls: { enabled: false } },
    metrics: { provider: 'prometheus' },
  };
}

function peerPart(org: OrgPlan, peer: PeerPlan): Yaml {
  const address = `${HOST}:${peer.ports.listen}`;
  return {
    id: peer.host,
    networkId: 'twinspan',
    listenAddress: address,
    address,
    chaincodeListenAddress: `${HOST}:${peer.ports.chaincodeListen}`,
    addressAutoDetect: false,
    fileSystemPath: join(peer.dir, 'ledger'),
    localMspId: org.mspId,
    localMspType: 'bccsp',
    mspConfigPath: join(peer.cryptoDir, 'msp'),
    BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
    tls: peerTls(org, peer),
    gateway: { enabled: true, endorsementTimeout: '30s', broadcastTimeout: '30s', dialTimeout: '10s' },
    discovery: { enabled: true, authCacheEnabled: true, authCacheMaxSize: 1000, authCachePurgeRetentionRatio: 0.75 },
    gossip: gossip(address),
    keepalive: keepalive(),
    authentication: { timewindow: '15m' },
    client: { connTimeout: '3s' },
    deliveryclient: {
      blockGossipEnabled: false,
      reconnectTotalTimeThreshold: '3600s',
      connTimeout: '3s',
      reConnectBackoffThreshold: '2s',
      minimalReconnectInterval: '50ms',
      blockCensorshipTimeoutKey: '30s',
      policy: 'cluster',
    },
    handlers: handlers(),
    limits: { concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: 500 } },
    maxRecvMsgSize: MESSAGE_BYTES,
    maxSendMsgSize: MESSAGE_BYTES,
  };
}

function keepalive(): Yaml {
  return {
    interval: '7200s',
    timeout: '20s',
    minInterval: '10s',
    client: { interval: '60s', timeout: '20s' },
    deliveryClient: { interval: '60s', timeout: '20s' },
  };
}

function handlers(): Yaml {
  return {
    authFilters: [{ name: 'DefaultAuth' }, { name: 'ExpirationCheck' }, { name: 'TimeWindowCheck' }],
    decorators: [{ name: 'DefaultDecorator' }],
    endorsers: { escc: { name: 'DefaultEndorsement' } },
    validators: { vscc: { name: 'DefaultValidation' } },
  };
}

function peerTls(org: OrgPlan, peer: PeerPlan): Yaml {
  const inTls = (name: string): Yaml => ({ file: join(peer.cryptoDir, 'tls', name) });
  return {
    enabled: true,
    clientAuthRequired: false,
    cert: inTls('server.crt'),
    key: inTls('server.key'),
    rootcert: { file: org.tlsCaFile },
  };
}

/** Timers: with the defaults a peer needs about 26 s to learn what the other orgs' peers can endorse. */
function gossip(address: string): Yaml {
  return {
    bootstrap: address,
    endpoint: address,
    // Without it the other orgs never see this peer.
    externalEndpoint: address,
    useLeaderElection: false,
    orgLeader: true,
    membershipTrackerInterval: '1s',
    reconnectInterval: '1s',
    aliveTimeInterval: '1s',
    aliveExpirationTimeout: '10s',
    publishStateInfoInterval: '1s',
    requestStateInfoInterval: '1s',
    maxBlockCountToStore: 10,
    maxPropagationBurstLatency: '10ms',
    maxPropagationBurstSize: 10,
    propagateIterations: 1,
    propagatePeerNum: 3,
    pullInterval: '4s',
    pullPeerNum: 3,
    publishCertPeriod: '10s',
    dialTimeout: '3s',
    connTimeout: '2s',
    recvBuffSize: 20,
    sendBuffSize: 200,
    digestWaitTime: '1s',
    requestWaitTime: '1500ms',
    responseWaitTime: '2s',
    maxConnectionAttempts: 120,
    msgExpirationFactor: 20,
    election: {
      startupGracePeriod: '15s',
      membershipSampleInterval: '1s',
      leaderAliveThreshold: '10s',
      leaderElectionDuration: '5s',
    },
    pvtData: privateData(),
    state: { enabled: false },
  };
}

function privateData(): Yaml {
  return {
    pullRetryThreshold: '10s',
    transientstoreMaxBlockRetention: 20_000,
    pushAckTimeout: '3s',
    btlPullMargin: 10,
    reconcileBatchSize: 10,
    reconcileSleepInterval: '5s',
    reconciliationEnabled: true,
    skipPullingInvalidTransactionsDuringCommit: false,
    implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
  };
}

function ledger(peer: PeerPlan): Yaml {
  return {
    state: { stateDatabase: 'goleveldb', totalQueryLimit: 100_000 },
    history: { enableHistoryDatabase: true },
    pvtdataStore: {
      collElgProcMaxDbBatchSize: 5000,
      collElgProcDbBatchesInterval: 1000,
      deprioritizedDataReconcilerInterval: '60m',
      purgeInterval: 100,
      purgedKeyAuditLogging: true,
    },
    snapshots: { rootDir: join(peer.dir, 'ledger', 'snapshots') },
  };
}
