import { parseArgs } from 'node:util';
import { asFault } from './asFault.ts';
import { readConfig } from './config/readConfig.ts';
import { openLog } from './log.ts';
import { runNode } from './node.ts';

// node relayer/src/main.ts --config <file>

/** sysexits: a configuration that cannot be used, and an assumption that turned out false. */
const EXIT_CONFIG = 78;
const EXIT_HALT = 70;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  const control = new AbortController();
  let log = openLog('info', '');
  try {
    const config = readConfig(values.config ?? 'relayer.json');
    log = openLog(config.log.level, config.node);
    const end = (): void => {
      control.abort();
    };
    process.once('SIGINT', end).once('SIGTERM', end);
    await runNode(config, log, control);
    log.info('stopped');
  } catch (error) {
    if (control.signal.aborted && asFault(error).remedy !== 'halt') return;
    const { code, sentence, stack } = asFault(error);
    log.fatal({ code, sentence, stack }, 'node ends');
    process.exitCode = code === 'CONFIG_BAD' || code === 'CARD_BAD' ? EXIT_CONFIG : EXIT_HALT;
  }
}

await main();
