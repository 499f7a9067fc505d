export { checkNode } from './check/checkNode.ts';
export type { Finding } from './check/finding.ts';
export { reportOf } from './check/report.ts';
export type { Role } from './config/roles.ts';
export { oneNodePerOrg, withoutSinglePoint, type TopologyNode } from './start/topology.ts';
export {
  writeNodeConfigs,
  type NetworkDescription,
  type NodeConfigOptions,
  type NodeFiles,
} from './start/writeNodeConfigs.ts';
export { Metrics } from './metrics.ts';
export { QueuedProver } from './prover/queue/queuedProver.ts';
export { queuePart } from './prover/proverConfig.ts';
