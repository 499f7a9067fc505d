import { join } from 'node:path';
import { HOST } from '../plan.ts';
import type { OrdererPlan, OrgPlan, Plan } from '../plan.ts';
import type { Yaml } from './cryptoConfig.ts';

/** The profile in configtx.yaml. */
export const GENESIS_PROFILE = 'Assets';

/** How long an orderer waits for more transactions before it cuts a block. */
const BATCH_INTERVAL = '10ms';

const MEGABYTE = 1024 * 1024;

/** configtxgen's input: one profile, from which the channel's genesis block is made. */
export function genesisConfig(plan: Plan): Yaml {
  return {
    Profiles: {
      [GENESIS_PROFILE]: {
        Policies: channelPolicies(),
        Capabilities: { V3_0: true },
        Orderer: orderer(plan),
        Application: {
          Organizations: plan.orgs.map(peerOrg),
          Policies: {
            ...channelPolicies(),
            LifecycleEndorsement: implicit('MAJORITY Endorsement'),
            Endorsement: implicit('MAJORITY Endorsement'),
          },
          Capabilities: { V2_5: true },
        },
      },
    },
  };
}

function orderer(plan: Plan): Yaml {
  const common = {
    Organizations: [ordererOrg(plan)],
    Policies: { ...channelPolicies(), BlockValidation: implicit('ANY Writers') },
    Capabilities: { V2_0: true },
    BatchTimeout: BATCH_INTERVAL,
    BatchSize: { MaxMessageCount: 500, AbsoluteMaxBytes: 10 * MEGABYTE, PreferredMaxBytes: 2 * MEGABYTE },
  };
  return plan.profile.orderers === 'smartbft' ? { ...common, ...smartBft(plan) } : { ...common, ...raft(plan) };
}

/** Timers: with the defaults, a killed leader stalls the channel for 25 s; with these, for about 3 s. */
function smartBft(plan: Plan): Readonly<Record<string, Yaml>> {
  return {
    OrdererType: 'BFT',
    SmartBFT: {
      // SmartBFT cuts blocks by this and ignores BatchTimeout.
      RequestBatchMaxInterval: BATCH_INTERVAL,
      RequestForwardTimeout: '1s',
      RequestComplainTimeout: '2s',
      RequestAutoRemoveTimeout: '3m',
      ViewChangeResendInterval: '1s',
      ViewChangeTimeout: '4s',
      LeaderHeartbeatTimeout: '4s',
      LeaderHeartbeatCount: 10,
      CollectTimeout: '1s',
      IncomingMessageBufferSize: 200,
      RequestPoolSize: 100_000,
    },
    ConsenterMapping: plan.orderers.map((one) => ({
      ID: one.id,
      Host: HOST,
      Port: one.ports.listen,
      MSPID: plan.ordererOrg.mspId,
      Identity: join(one.cryptoDir, 'msp', 'signcerts', `${one.host}-cert.pem`),
      ...tlsCertificates(one),
    })),
  };
}

function raft(plan: Plan): Readonly<Record<string, Yaml>> {
  return {
    OrdererType: 'etcdraft',
    EtcdRaft: {
      Consenters: plan.orderers.map((one) => ({ Host: HOST, Port: one.ports.listen, ...tlsCertificates(one) })),
      Options: {
        TickInterval: '100ms',
        ElectionTick: 5,
        HeartbeatTick: 1,
        MaxInflightBlocks: 5,
        SnapshotIntervalSize: 16 * MEGABYTE,
      },
    },
  };
}

function tlsCertificates(one: OrdererPlan): Readonly<Record<string, Yaml>> {
  const certificate = join(one.cryptoDir, 'tls', 'server.crt');
  return { ClientTLSCert: certificate, ServerTLSCert: certificate };
}

function ordererOrg(plan: Plan): Yaml {
  const { mspId, cryptoDir } = plan.ordererOrg;
  return {
    Name: mspId,
    ID: mspId,
    MSPDir: join(cryptoDir, 'msp'),
    Policies: {
      Readers: signature(`OR('${mspId}.member')`),
      Writers: signature(`OR('${mspId}.member')`),
      Admins: signature(`OR('${mspId}.admin')`),
    },
    OrdererEndpoints: plan.orderers.map((one) => `${HOST}:${one.ports.listen}`),
  };
}

function peerOrg(org: OrgPlan): Yaml {
  const { mspId } = org;
  return {
    Name: mspId,
    ID: mspId,
    MSPDir: join(org.cryptoDir, 'msp'),
    Policies: {
      Readers: signature(`OR('${mspId}.admin', '${mspId}.peer', '${mspId}.client')`),
      Writers: signature(`OR('${mspId}.admin', '${mspId}.client')`),
      Admins: signature(`OR('${mspId}.admin')`),
      Endorsement: signature(`OR('${mspId}.peer')`),
    },
    AnchorPeers: org.peers.map(({ ports }) => ({ Host: HOST, Port: ports.listen })),
  };
}

function channelPolicies(): Readonly<Record<string, Yaml>> {
  return {
    Readers: implicit('ANY Readers'),
    Writers: implicit('ANY Writers'),
    Admins: implicit('MAJORITY Admins'),
  };
}

function implicit(rule: string): Yaml {
  return { Type: 'ImplicitMeta', Rule: rule };
}

function signature(rule: string): Yaml {
  return { Type: 'Signature', Rule: rule };
}
