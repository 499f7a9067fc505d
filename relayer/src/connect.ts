import { readFileSync } from 'node:fs';
import { connectAssetChain, connectTradingChain } from '@twinspan/sdk';
import type { AddressBook, AssetChain, TradingChain } from '@twinspan/sdk';
import { privateKeyToAccount } from 'viem/accounts';
import { readKey, readSecret } from './config.ts';
import type { Config } from './config.ts';

export function openAssetChain({ asset }: Config): AssetChain {
  const { endpoint, hostAlias, mspId, channel, chaincode, recordOrgs } = asset;
  return connectAssetChain({
    endpoint,
    tlsCa: readFileSync(asset.tlsCaFile, 'utf8'),
    ...(hostAlias === undefined ? {} : { hostAlias }),
    mspId,
    cert: readFileSync(asset.certFile, 'utf8'),
    key: readSecret(asset.keyFile),
    channel,
    chaincode,
    recordOrgs,
  });
}

export function openTradingChain({ trading, carrier }: Config, { chainId, addresses }: AddressBook): TradingChain {
  return connectTradingChain({
    rpcUrl: trading.rpcUrl,
    chainId,
    addresses,
    finality: trading.finality,
    ...(carrier === undefined ? {} : { account: privateKeyToAccount(readKey(carrier.keyFile)) }),
  });
}
