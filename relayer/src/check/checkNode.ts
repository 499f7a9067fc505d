import { readAddressBook } from '@twinspan/sdk';
import type { AddressBook } from '@twinspan/sdk';
import { rolesOf } from '../config/roles.ts';
import { readConfig } from '../config/readConfig.ts';
import type { Config } from '../config/schema.ts';
import { openLog } from '../log.ts';
import { checkCards } from './checkCards.ts';
import { checkGateway } from './checkGateway.ts';
import { checkHost } from './checkHost.ts';
import { checkAttestor, checkCarrier, checkProver } from './checkRoles.ts';
import { checkTrading } from './checkTrading.ts';
import { look } from './finding.ts';
import type { Finding } from './finding.ts';
import { openProbes } from './probes.ts';
import type { Probes } from './probes.ts';

/**
 * Looks at everything that a node needs before it is started: its configuration, the machine, both chains and the other
 * nodes. Changes nothing. Every finding is reported, not only the first that is not ok.
 * @param configFile as for `--config`
 */
export async function checkNode(
  configFile: string,
  open: (config: Config, book: AddressBook | undefined) => Probes = openProbes,
): Promise<readonly Finding[]> {
  const read: { config?: Config; book?: AddressBook } = {};
  const config = await look('config', () => {
    read.config = readConfig(configFile);
    return `${configFile} is a configuration of a node that is ${rolesOf(read.config).join(', ')}`;
  });
  if (read.config === undefined) return [config];
  const { addressBookFile } = read.config.trading;
  const book = await look('trading.addressBookFile', () => {
    read.book = readAddressBook(addressBookFile);
    return `${addressBookFile} is of a deployment on chain ${read.book.chainId}`;
  });
  const probes = open(read.config, read.book);
  const host = await checkHost(read.config, probes);
  if (read.book === undefined) return [config, book, ...host];
  return [config, book, ...host, ...(await checkAll(read.config, read.book, probes))];
}

async function checkAll(config: Config, book: AddressBook, probes: Probes): Promise<readonly Finding[]> {
  const { cards, findings } = await checkCards(config, book);
  const rest = await Promise.all([
    checkTrading(config, book, probes),
    checkGateway(config, book, probes),
    checkCarrier(config, probes),
    checkAttestor(config, cards, probes),
    checkProver(config, probes, openLog('silent', config.node)),
  ]);
  return [...findings, ...rest.flat()];
}
