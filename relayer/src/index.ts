export { startNodes, type NodeHandle, type StartOptions } from './start/startNodes.ts';
export {
  writeNodeConfigs,
  type NetworkDescription,
  type NodeConfigOptions,
  type NodeFiles,
} from './start/writeNodeConfigs.ts';
