import { join } from 'node:path';
import { HOST } from '../plan.ts';
import type { OrdererPlan, Plan } from '../plan.ts';
import type { Yaml } from './cryptoConfig.ts';

const MESSAGE_BYTES = 100 * 1024 * 1024;

/** orderer.yaml of one orderer. */
export function ordererConfig(plan: Plan, orderer: OrdererPlan): Yaml {
  const tls = {
    Enabled: true,
    PrivateKey: join(orderer.cryptoDir, 'tls', 'server.key'),
    Certificate: join(orderer.cryptoDir, 'tls', 'server.crt'),
  };
  const rootCas = [plan.ordererOrg.tlsCaFile];
  return {
    General: {
      ListenAddress: HOST,
      ListenPort: orderer.ports.listen,
      TLS: { ...tls, RootCAs: rootCas, ClientAuthRequired: false },
      Keepalive: { ServerMinInterval: '60s', ServerInterval: '7200s', ServerTimeout: '20s' },
      Backoff: { BaseDelay: '100ms', Multiplier: 1.6, MaxDelay: '2s' },
      MaxRecvMsgSize: MESSAGE_BYTES,
      MaxSendMsgSize: MESSAGE_BYTES,
      Cluster: {
        SendBufferSize: 100,
        ClientCertificate: tls.Certificate,
        ClientPrivateKey: tls.PrivateKey,
        ReplicationPolicy: 'consensus',
      },
      LocalMSPDir: join(orderer.cryptoDir, 'msp'),
      LocalMSPID: plan.ordererOrg.mspId,
      BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
      Authentication: { TimeWindow: '15m' },
    },
    FileLedger: { Location: join(orderer.dir, 'ledger') },
    Operations: { ListenAddress: `${HOST}:${orderer.ports.operations}`, TLS: { Enabled: false } },
    Metrics: { Provider: 'prometheus' },
    Admin: {
      ListenAddress: `${HOST}:${orderer.ports.admin}`,
      TLS: { ...tls, ClientAuthRequired: true, RootCAs: rootCas, ClientRootCAs: rootCas },
    },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: '1 MB' },
    Consensus: { WALDir: join(orderer.dir, 'wal'), SnapDir: join(orderer.dir, 'snapshots') },
  };
}
