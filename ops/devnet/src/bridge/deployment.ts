import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployBridge, memberOfCertificate } from '@twinspan/evm-contracts/deploy';
import { assetChainIdOf, assetClasses, jurisdictions, packPolicy } from '@twinspan/protocol';
import type { Policy } from '@twinspan/protocol';
import { accountFrom, ADDRESS_BOOK_FILE, openNetwork } from '@twinspan/sdk';
import { DESCRIPTION_FILE } from '../description.ts';
import type { Description } from '../description.ts';
import type { Network } from '../network.ts';

/** Orgs that must endorse, and attestors that must sign: two of three. */
const THRESHOLD = 2;

/** What a venue that has set nothing yet accepts: any known record with an appraisal of the last two years. */
const OPEN_POLICY: Policy = {
  allowedClasses: Object.values(assetClasses),
  allowedJurisdictions: Object.values(jurisdictions),
  minRating: 0,
  maxAppraisalAge: 2 * 365 * 86_400,
  maxLtvBps: 10_000,
  requireFiling: false,
  requireUnencumbered: false,
};

export interface DeploymentOptions {
  /** The venue's first policy; default: everything. */
  readonly policy?: Policy;
  /** After which anyone may send a held message home. Default: the deployment's own. */
  readonly holdPeriodSeconds?: bigint;
}

/** Deploys the contracts for the network's consortium and writes the address book beside its description. */
export async function deployContracts(network: Network, options: DeploymentOptions): Promise<string> {
  const { description, directory } = network;
  const { asset, trading } = description;
  const addressBookFile = join(directory, ADDRESS_BOOK_FILE);
  const { holdPeriodSeconds } = options;
  await deployBridge({
    rpcUrl: trading.rpcUrl,
    deployer: accountFrom(description, 'deployer'),
    members: asset.orgs.flatMap(({ mspId, peers }) =>
      peers.map(({ peerIdentityFile }) => memberOfCertificate(mspId, readFileSync(peerIdentityFile, 'utf8'))),
    ),
    threshold: THRESHOLD,
    assetChainId: assetChainIdOf({
      networkId: asset.networkId,
      channel: asset.channel,
      chaincode: asset.chaincode,
    }),
    chaincode: asset.chaincode,
    policy: packPolicy(options.policy ?? OPEN_POLICY),
    roles: {
      admin: accountFrom(description, 'deployer').address,
      venue: accountFrom(description, 'venueAdmin').address,
      compliance: accountFrom(description, 'compliance').address,
    },
    addressBookFile,
    ...(holdPeriodSeconds === undefined ? {} : { holdPeriodSeconds }),
  });
  return addressBookFile;
}

/** Two orgs approve the three attestors, which puts them in force. Needs the address book. */
export async function approveAttestors(network: Network): Promise<void> {
  const file = join(network.directory, DESCRIPTION_FILE);
  const attestors = attestorsOf(network.description);
  for (const as of ['custodian', 'registry']) {
    using org = openNetwork(file, { as });
    await org.asset.approveAttestors({ attestors, threshold: THRESHOLD });
  }
}

function attestorsOf(description: Description): `0x${string}`[] {
  return ['attestor1', 'attestor2', 'attestor3']
    .map((name) => accountFrom(description, name).address.toLowerCase() as `0x${string}`)
    .sort();
}
