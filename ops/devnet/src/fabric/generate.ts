import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHAINCODE, CHANNEL, HOST } from '../plan.ts';
import type { OrgPlan, Plan } from '../plan.ts';
import { run } from '../running/run.ts';
import { packChaincode } from './chaincodePackage.ts';
import { cryptoConfig } from './cryptoConfig.ts';
import type { Yaml } from './cryptoConfig.ts';
import { GENESIS_PROFILE, genesisConfig } from './genesisConfig.ts';
import { ordererConfig } from './ordererConfig.ts';
import { peerConfig } from './peerConfig.ts';

/** Ids of the chaincode packages, by org. */
export type PackageIds = ReadonlyMap<OrgPlan['name'], string>;

/** Writes all that Fabric's nodes read: keys and certificates, configuration, genesis block, chaincode packages. */
export async function generateFabric(plan: Plan, binaries: string, signal: AbortSignal): Promise<PackageIds> {
  const cryptoFile = join(plan.fabricDir, 'crypto-config.yaml');
  write(cryptoFile, cryptoConfig(plan));
  await run(join(binaries, 'cryptogen'), ['generate', `--config=${cryptoFile}`, `--output=${plan.cryptoDir}`], {
    signal,
  });
  for (const org of plan.orgs) {
    rmSync(join(org.cryptoDir, 'peers', org.chaincodeHost, 'msp'), { recursive: true });
    for (const peer of org.peers) write(join(peer.dir, 'core.yaml'), peerConfig(org, peer));
  }
  for (const orderer of plan.orderers) write(join(orderer.dir, 'orderer.yaml'), ordererConfig(plan, orderer));
  write(collectionsFile(plan), collections(plan));
  const [ids] = await Promise.all([writePackages(plan), makeGenesis(plan, binaries, signal)]);
  return ids;
}

/** The private data collections of the chaincode, as the lifecycle commands read them. */
export function collectionsFile(plan: Plan): string {
  return join(plan.fabricDir, 'collections.json');
}

/**
 * Confidential records stay with the custodian and the registry; an endorser must have handed its copy to another peer of
 * theirs, and hands it to all of them that answer.
 */
function collections({ profile }: Plan): Yaml {
  return [
    {
      name: 'records',
      policy: "OR('CustodianMSP.member', 'RegistryMSP.member')",
      requiredPeerCount: 1,
      maxPeerCount: 2 * profile.peers - 1,
      blockToLive: 0,
      memberOnlyRead: true,
      memberOnlyWrite: true,
    },
  ];
}

async function makeGenesis(plan: Plan, binaries: string, signal: AbortSignal): Promise<void> {
  write(join(plan.fabricDir, 'configtx.yaml'), genesisConfig(plan));
  const args = ['-profile', GENESIS_PROFILE, '-channelID', CHANNEL, '-outputBlock', plan.genesisFile];
  await run(join(binaries, 'configtxgen'), args, { env: { FABRIC_CFG_PATH: plan.fabricDir }, signal });
}

async function writePackages(plan: Plan): Promise<PackageIds> {
  const ids = new Map<OrgPlan['name'], string>();
  for (const org of plan.orgs) {
    const made = await packChaincode(CHAINCODE, `${HOST}:${org.chaincodePort}`);
    mkdirSync(dirname(org.packageFile), { recursive: true });
    writeFileSync(org.packageFile, made.bytes);
    ids.set(org.name, made.id);
  }
  return ids;
}

function write(file: string, content: Yaml): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content, undefined, 2));
}
