import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { readAddressBook } from '@twinspan/sdk';
import { readConfig } from '../config/readConfig.ts';
import { rolesOf } from '../config/roles.ts';
import { readKey } from '../config/secrets.ts';
import { cardText, parseDraft, signAsNode, signAsOperator } from '../peers/card.ts';
import type { CardDomain, Draft } from '../peers/card.ts';
import { peerIdOf } from '../peers/peerId.ts';

interface Said {
  readonly configFile: string;
  /** The operator's, lower case. */
  readonly evmAddress: Hex;
  /** Where others reach the node; by default where it listens. */
  readonly addresses?: readonly string[];
}

/**
 * First step, on the node: introduces it by its configuration and signs with its peer key.
 * @returns the draft, and the text that the operator's wallet may sign instead of the second step
 * @throws Fault CARD_BAD or CONFIG_BAD
 */
export async function draftCard({ configFile, evmAddress, addresses }: Said): Promise<{ draft: Draft; text: string }> {
  const config = readConfig(configFile);
  const seed = readKey(config.peers.keyFile);
  const domain = domainOf(config.trading.addressBookFile);
  const said = {
    node: config.node,
    operator: config.operator,
    roles: rolesOf(config),
    peerId: await peerIdOf(seed),
    evmAddress,
    addresses: addresses ?? [config.peers.listen],
  };
  return { draft: await signAsNode(said, domain, seed), text: cardText(domain, said) };
}

interface Signing {
  readonly draftFile: string;
  readonly addressBookFile: string;
  /** Secret. */
  readonly keyFile: string;
  readonly cardFile: string;
}

/** Second step, where the operator's key is: signs the draft and writes the card. @throws Fault CARD_BAD or CONFIG_BAD */
export async function signCard({ draftFile, addressBookFile, keyFile, cardFile }: Signing): Promise<void> {
  if (!existsSync(draftFile)) throw new Fault('CARD_BAD', `there is no draft ${draftFile}`);
  const draft = parseDraft(readFileSync(draftFile, 'utf8'));
  const card = await signAsOperator(draft, domainOf(addressBookFile), readKey(keyFile));
  writeFileSync(cardFile, `${JSON.stringify(card, undefined, 2)}\n`);
}

function domainOf(addressBookFile: string): CardDomain {
  const { chainId, addresses } = readAddressBook(addressBookFile);
  return { tradingChainId: BigInt(chainId), bridge: addresses.bridge };
}
