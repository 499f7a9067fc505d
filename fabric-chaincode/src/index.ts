export type { Role } from './access.ts';
export { RightsChaincode } from './rightsChaincode.ts';
export type { ChaincodeModules } from './rightsChaincode.ts';
