export { readAddressBook, type AddressBook } from './addressBook.ts';
export { connectAssetChain, type AssetChain } from './asset/assetChain.ts';
export type * from './asset/committed.ts';
export type * from './asset/endorsement.ts';
export { isConflict, TransactionFault } from './asset/fabricFault.ts';
export type * from './asset/events.ts';
export type * from './asset/laneVerbs.ts';
export { memberOf, type Member } from './asset/member.ts';
export * from './asset/options.ts';
export type * from './asset/queries.ts';
export type * from './asset/recordVerbs.ts';
export type * from './asset/releaseVerbs.ts';
export * from './asset/retry.ts';
export type * from './asset/views.ts';
export * from './bundle.ts';
export * from './network.ts';
export { readNetworkDescription, type NetworkDescription, type OrgDescription } from './networkDescription.ts';
export { plainError, withoutUrls } from './plainError.ts';
export { proveCall, type BackingProof, type BackingVerbs } from './trading/backingVerbs.ts';
export {
  deliverCall,
  holdReasons,
  retryCall,
  type BridgeVerbs,
  type HeldMessage,
  type HoldReason,
} from './trading/bridgeVerbs.ts';
export type * from './trading/checkpoint.ts';
export type * from './trading/deploymentVerbs.ts';
export type * from './trading/logs.ts';
export type * from './trading/options.ts';
export type * from './trading/outbox.ts';
export { revertFault, tradingFault } from './trading/revert.ts';
export type * from './trading/sent.ts';
export { signCall } from './trading/signCall.ts';
export type * from './trading/tokenVerbs.ts';
export { connectTradingChain, type TradingChain } from './trading/tradingChain.ts';
export type * from './trading/transactions.ts';
export type * from './trading/views.ts';
