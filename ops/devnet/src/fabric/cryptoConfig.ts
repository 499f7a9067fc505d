import { HOST } from '../plan.ts';
import type { Plan } from '../plan.ts';

/** Fabric's tools read YAML; JSON is YAML, so configuration is built as plain values and written with JSON.stringify. */
export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml };

const SANS = ['localhost', HOST];

/** cryptogen's input. Real deployments enrol with a certificate authority instead. */
export function cryptoConfig(plan: Plan): Yaml {
  return {
    OrdererOrgs: [
      {
        Name: 'Orderer',
        Domain: plan.ordererOrg.domain,
        EnableNodeOUs: true,
        Specs: plan.orderers.map((orderer) => ({ Hostname: orderer.name, SANS })),
      },
    ],
    PeerOrgs: plan.orgs.map((org) => ({
      Name: org.name,
      Domain: org.domain,
      EnableNodeOUs: true,
      Specs: [
        ...org.peers.map((_, place) => ({ Hostname: `peer${place}`, SANS })),
        // For its TLS certificate; the signing identity that comes with it is deleted.
        { Hostname: 'chaincode0', SANS },
      ],
      Users: { Count: 1 },
    })),
  };
}
