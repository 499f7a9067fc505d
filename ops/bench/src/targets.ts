/** One number to reach. `most`: no more than; `least`: no less than. */
export interface Target {
  readonly what: string;
  readonly unit: string;
  readonly most?: number;
  readonly least?: number;
}

/** The measures of the crossing, by the names under which a report carries them. */
export const targets: Readonly<Record<string, Target>> = {
  'gas.mint.batch1.empty': { what: 'delivery ÷ 1 message, empty balance slot', unit: 'gas', most: 130_000 },
  'gas.mint.batch16.empty': { what: 'delivery ÷ 16 messages, empty balance slots', unit: 'gas', most: 36_000 },
  'gas.mint.batch64.empty': { what: 'delivery ÷ 64 messages, empty balance slots', unit: 'gas', most: 30_000 },
  'gas.mint.batch64.onboarded': { what: 'delivery ÷ 64 messages, onboarded holders', unit: 'gas', most: 13_000 },
  'gas.endorsements.2of3': { what: 'endorsement check, calldata included', unit: 'gas', most: 45_000 },
  'gas.backing.renew1': { what: 'proof accepted for a record that had one', unit: 'gas', most: 265_000 },
  'gas.backing.renew16': { what: 'the same ÷ 16 records in one proof', unit: 'gas', most: 48_000 },
  'seconds.prove.one': { what: 'asset-state proof of one record, prover warm', unit: 'seconds', most: 1 },
  'seconds.prove.sixteen': { what: 'asset-state proof of sixteen records, prover warm', unit: 'seconds', most: 8 },
  'seconds.crossing.p50': { what: 'a lone lock: submitted → mirror token minted', unit: 'seconds', most: 2 },
  'rate.crossings': { what: 'sustained crossings, both chains and three nodes', unit: 'per second', least: 250 },
  'bytes.relayer.rss': { what: 'largest node at that load', unit: 'bytes', most: 250_000_000 },
  'network.race.doublePaid': { what: 'epochs paid for more than once, racing carriers', unit: 'of all', most: 0.02 },
  'network.rate': { what: 'sustained crossings, three nodes ÷ one', unit: 'of one node', least: 0.9 },
  'network.gap': { what: 'longest time without a delivery, any node killed', unit: 'rank delays', most: 2 },
  'network.restart': { what: 'all nodes restarted over waiting locks → first mint', unit: 'seconds', most: 10 },
  'network.rss.waiting': { what: 'largest node while those locks wait', unit: 'bytes', most: 300_000_000 },
  'network.gossip.rate': {
    what: 'attestations verified, kept and passed on by one node',
    unit: 'per second',
    least: 2_000,
  },
  'network.gossip.cpu': { what: 'processor time of one of them', unit: 'milliseconds' },
  'network.gossip.rss.growth': {
    what: 'memory at the end above that at a quarter of the way',
    unit: 'bytes',
    most: 30_000_000,
  },
  'network.gossip.honest.flood': {
    what: 'honest items kept while a peer says ten times what it may',
    unit: 'of all',
    least: 0.99,
  },
  'network.gossip.honest.replay': { what: 'the same, of one item over and over', unit: 'of all', least: 0.99 },
  'network.gossip.honest.garbage': { what: 'the same, of garbage', unit: 'of all', least: 0.99 },
  'network.provers.rate': { what: 'records proven by one worker on one core', unit: 'per second' },
  'network.provers.two': { what: 'two workers ÷ one', unit: 'of one worker' },
  'network.provers.three': { what: 'three workers ÷ one; more workers than cores add nothing', unit: 'of one worker' },
  'network.provers.native.one': { what: 'proof of one record, snarkjs ÷ native', unit: 'times' },
  'network.provers.native.sixteen': { what: 'proof of sixteen records, snarkjs ÷ native', unit: 'times' },
  'network.provers.killed': { what: 'deliveries of a job whose worker is killed', unit: 'deliveries', most: 2 },
  'network.provers.killed.seconds': {
    what: 'kill → proof by another, a dead worker missed after 1 s',
    unit: 'seconds',
  },
  'seconds.demo.warm': { what: 'npm run demo once everything is built', unit: 'seconds', most: 90 },
};

/** How much of the target a value takes: 1 is just met, below 1 is better; undefined when no target is set. */
export function ratioToTarget(name: string, value: number): number | undefined {
  const target = targets[name];
  if (target?.most !== undefined) return value / target.most;
  if (target?.least !== undefined) return target.least / value;
  return undefined;
}
