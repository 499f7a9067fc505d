export {
  writeNodeConfigs,
  type NetworkDescription,
  type NodeConfigOptions,
  type NodeFiles,
} from './start/writeNodeConfigs.ts';
