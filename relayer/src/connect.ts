import { readFileSync } from 'node:fs';
import { Fault } from '@twinspan/protocol';
import { connectAssetChain, connectTradingChain } from '@twinspan/sdk';
import type { AddressBook, AssetChain, TradingChain } from '@twinspan/sdk';
import type { Config } from './config/schema.ts';
import { readSecret } from './config/secrets.ts';

/** undefined without the role gateway. */
export function openAssetChain({ gateway }: Config): AssetChain | undefined {
  const [peer] = gateway?.peers ?? [];
  if (gateway === undefined || peer === undefined) return undefined;
  const { mspId, channel, chaincode, recordOrgs } = gateway;
  return connectAssetChain({
    endpoint: peer.endpoint,
    tlsCa: readFileSync(peer.tlsCaFile, 'utf8'),
    ...(peer.hostAlias === undefined ? {} : { hostAlias: peer.hostAlias }),
    mspId,
    cert: readFileSync(gateway.certFile, 'utf8'),
    key: readSecret(gateway.keyFile),
    channel,
    chaincode,
    recordOrgs,
  });
}

export function openTradingChain({ trading }: Config, { chainId, addresses }: AddressBook): TradingChain {
  const [endpoint] = trading.endpoints;
  if (endpoint === undefined) throw new Fault('CONFIG_BAD', 'trading.endpoints is empty');
  return connectTradingChain({ rpcUrl: endpoint.url, chainId, addresses, finality: trading.finality });
}
