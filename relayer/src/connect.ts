import { readFileSync } from 'node:fs';
import { connectAssetChain, connectTradingChain } from '@twinspan/sdk';
import type { AddressBook, AssetChain, TradingChain } from '@twinspan/sdk';
import type { FailoverModules } from './chains/failover.ts';
import { overPeers } from './chains/orgPeers.ts';
import { overEndpoints } from './chains/tradingEndpoints.ts';
import type { Config } from './config/schema.ts';
import { readSecret } from './config/secrets.ts';

/** undefined without the role gateway. */
export function openAssetChain({ gateway }: Config, modules: FailoverModules): AssetChain | undefined {
  if (gateway === undefined) return undefined;
  const { mspId, channel, chaincode, recordOrgs } = gateway;
  const identity = { mspId, cert: readFileSync(gateway.certFile, 'utf8'), key: readSecret(gateway.keyFile) };
  const peers = gateway.peers.map(({ endpoint, tlsCaFile, hostAlias }, place) => {
    const chain = connectAssetChain({
      ...identity,
      endpoint,
      tlsCa: readFileSync(tlsCaFile, 'utf8'),
      ...(hostAlias === undefined ? {} : { hostAlias }),
      channel,
      chaincode,
      recordOrgs,
    });
    return { name: `peer ${place + 1} ${endpoint}`, chain, probe: () => chain.height() };
  });
  return overPeers(peers, modules);
}

export function openTradingChain({ trading }: Config, book: AddressBook, modules: FailoverModules): TradingChain {
  const { chainId, addresses } = book;
  const endpoints = trading.endpoints.map(({ url }, place) => {
    const chain = connectTradingChain({ rpcUrl: url, chainId, addresses, finality: trading.finality });
    // Paths and queries of endpoints often hold access keys.
    return { name: `endpoint ${place + 1} ${new URL(url).host}`, chain, probe: () => chain.blockNumber() };
  });
  return overEndpoints(endpoints, modules);
}
