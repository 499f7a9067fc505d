import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ADDRESS_BOOK_FILE } from '@twinspan/sdk';
import { DESCRIPTION_FILE } from './description.ts';
import type { Plan } from './plan.ts';
import type { Ports } from './ports.ts';
import type { Profile } from './profile.ts';
import { isFree } from './running/listening.ts';
import { isAlive } from './running/liveness.ts';
import { portOwner } from './running/portOwner.ts';
import { Roster, readRoster } from './running/roster.ts';
import { sweep } from './running/sweep.ts';

/** What a network leaves in its directory, for the next one to clear away. */
const LEFT_BEHIND = ['fabric', 'evm', 'keys', 'logs', 'nodes', DESCRIPTION_FILE, ADDRESS_BOOK_FILE];

/**
 * Makes a directory ours: ends what a crashed network left in it and empties it.
 *
 * @throws if a network is up there, or a port is taken
 */
export async function claimDirectory(plan: Plan): Promise<Roster> {
  const { directory } = plan;
  const before = readRoster(directory);
  if (before !== undefined && isAlive(before.owner)) {
    throw new Error(
      `a network is already up in ${directory} (pid ${before.owner.pid}, since ${before.since}); ` +
        'end it with `npm run devnet down`',
    );
  }
  await sweep(directory);
  const roster = Roster.claim(directory);
  try {
    await assertPortsFree(plan.ports, plan.profile);
    for (const name of LEFT_BEHIND) rmSync(join(directory, name), { recursive: true, force: true });
    return roster;
  } catch (error) {
    roster.remove();
    throw error;
  }
}

async function assertPortsFree(ports: Ports, profile: Profile): Promise<void> {
  const wanted = usedPorts(ports, profile);
  const free = await Promise.all(wanted.map(isFree));
  const taken = wanted.filter((_, place) => free[place] === false);
  if (taken.length === 0) return;
  const owners = Map.groupBy(taken, (port) => portOwner(port) ?? 'an unknown process');
  const lines = [...owners].map(([owner, ports]) => `  ${ports.join(', ')} by ${owner}`);
  throw new Error(
    `ports are taken:\n${lines.join('\n')}\nEnd those processes, or choose other ports with --port-offset`,
  );
}

/** The ports that a network of this profile itself listens on. */
export function usedPorts(ports: Ports, profile: Profile): number[] {
  const orderers = profile.orderers === 'smartbft' ? ports.orderers : ports.orderers.slice(0, 1);
  return [
    ...orderers.flatMap(({ listen, admin, operations }) => [listen, admin, operations]),
    ...ports.orgs.flatMap(({ peers, chaincodeServer }) => [
      ...peers.slice(0, profile.peers).flatMap((peer) => [peer.listen, peer.chaincodeListen, peer.operations]),
      chaincodeServer,
    ]),
    profile.evm === 'anvil' ? ports.anvil : ports.geth,
    ...ports.relayers.flatMap(({ libp2p, http }) => [libp2p, http]),
  ];
}
