import { join } from 'node:path';
import { CHAINCODE, CHANNEL, HOST, at } from '../plan.ts';
import type { OrgPlan, PeerPlan, Plan } from '../plan.ts';
import { poll } from '../running/poll.ts';
import { run } from '../running/run.ts';
import { collectionsFile } from './generate.ts';
import type { PackageIds } from './generate.ts';

/** Two of the three orgs define what is true on the asset chain. */
const ENDORSEMENT_POLICY = "OutOf(2, 'CustodianMSP.peer', 'RegistryMSP.peer', 'AuditorMSP.peer')";
const JOIN_MS = 20_000;

/** What the steps below need: a plan, the programs and the life of the bring-up. */
export interface FabricTools {
  readonly plan: Plan;
  readonly binaries: string;
  readonly signal: AbortSignal;
}

/** Makes every orderer a consenter of the channel. */
export async function joinOrderers(tools: FabricTools): Promise<void> {
  const { plan, binaries, signal } = tools;
  const tls = plan.ordererOrg.adminTlsDir;
  await Promise.all(
    plan.orderers.map(async (orderer) => {
      const args = ['channel', 'join', '--channelID', CHANNEL, '--config-block', plan.genesisFile];
      args.push('-o', `${HOST}:${orderer.ports.admin}`, '--ca-file', plan.ordererOrg.tlsCaFile);
      args.push('--client-cert', join(tls, 'client.crt'), '--client-key', join(tls, 'client.key'));
      // osnadmin ends with 0 whatever the orderer answered.
      const answer = await run(join(binaries, 'osnadmin'), args, { signal });
      if (!answer.includes('Status: 201')) throw new Error(`${orderer.name} did not join ${CHANNEL}: ${answer}`);
    }),
  );
}

/** Lets an org's peer join the channel and install the org's chaincode package. */
export async function joinPeer(tools: FabricTools, org: OrgPlan, peer: PeerPlan): Promise<void> {
  await peerCommand(tools, { org, peer }, ['channel', 'join', '-b', tools.plan.genesisFile]);
  await peerCommand(tools, { org, peer }, ['lifecycle', 'chaincode', 'install', org.packageFile]);
}

/** Approves the definition for every org and commits it. */
export async function defineChaincode(tools: FabricTools, ids: PackageIds): Promise<void> {
  const { plan, signal } = tools;
  await Promise.all(
    plan.orgs.map((org) => {
      const approve = ['approveformyorg', ...definition(plan), '--package-id', ids.get(org.name) ?? ''];
      // Just after joining, the orderers may have no leader yet.
      const attempt = async (): Promise<true> => {
        await unlessApproved(lifecycle(tools, org, [...approve, ...target([org])]));
        return true;
      };
      return poll(attempt, { what: `approval by ${org.mspId}`, timeoutMs: JOIN_MS, everyMs: 200, signal });
    }),
  );
  const commit = ['commit', ...definition(plan), ...target(plan.orgs)];
  await lifecycle(tools, at(plan.orgs, 0), commit);
}

/** An attempt that failed may have been ordered all the same; Fabric then refuses the next one as a repetition. */
async function unlessApproved(approval: Promise<void>): Promise<void> {
  try {
    await approval;
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('with unchanged content'))) throw error;
  }
}

function definition(plan: Plan): string[] {
  const definition = ['--name', CHAINCODE, '--version', '1', '--sequence', '1'];
  return [...definition, '--signature-policy', ENDORSEMENT_POLICY, '--collections-config', collectionsFile(plan)];
}

function target(orgs: readonly OrgPlan[]): string[] {
  return orgs.flatMap(({ peers, tlsCaFile }) => [
    ...['--peerAddresses', `${HOST}:${at(peers, 0).ports.listen}`],
    ...['--tlsRootCertFiles', tlsCaFile],
  ]);
}

async function lifecycle(tools: FabricTools, org: OrgPlan, args: readonly string[]): Promise<void> {
  const { orderers, ordererOrg } = tools.plan;
  // The first orderer leads a new BFT channel; a follower would sit on the transaction for the forward timeout.
  const orderer = ['-o', `${HOST}:${at(orderers, 0).ports.listen}`, '--tls', '--cafile', ordererOrg.tlsCaFile];
  const all = ['lifecycle', 'chaincode', ...args, '--channelID', CHANNEL, ...orderer];
  await peerCommand(tools, { org, peer: at(org.peers, 0) }, all);
}

/** As the org's administrator, at one of its peers. */
interface Site {
  readonly org: OrgPlan;
  readonly peer: PeerPlan;
}

async function peerCommand(tools: FabricTools, { org, peer }: Site, args: readonly string[]): Promise<void> {
  const env = {
    FABRIC_CFG_PATH: peer.dir,
    FABRIC_LOGGING_SPEC: 'error',
    CORE_PEER_MSPCONFIGPATH: join(org.cryptoDir, 'users', `Admin@${org.domain}`, 'msp'),
  };
  await run(join(tools.binaries, 'peer'), args, { env, cwd: peer.dir, signal: tools.signal });
}
