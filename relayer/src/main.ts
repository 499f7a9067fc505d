import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { asFault } from './asFault.ts';
import { checkNode } from './check/checkNode.ts';
import { reportOf } from './check/report.ts';
import { readConfig } from './config/readConfig.ts';
import type { Config } from './config/schema.ts';
import { rebuildStore } from './db/rebuild.ts';
import { openLog } from './log.ts';
import { runNode } from './node.ts';

// node relayer/src/main.ts --config <file>                   run the node
// node relayer/src/main.ts check --config <file> [--json]    say what must be mended before it can be run
// node relayer/src/main.ts rebuild --config <file>           set its store aside and begin a new one from the chains

/** sysexits: a configuration that cannot be used, and an assumption that turned out false. */
const EXIT_CONFIG = 78;
const EXIT_HALT = 70;

const CONFIG_FILE = 'relayer.json';

/** Runs the node, or another act on its configuration, until it ends or a signal comes. */
async function run(file: string, act: typeof runNode): Promise<void> {
  const control = new AbortController();
  let log = openLog('info', '');
  try {
    const config = readConfig(file);
    log = openLog(config.log.level, config.node);
    const end = (): void => {
      control.abort();
    };
    process.once('SIGINT', end).once('SIGTERM', end);
    await act(config, log, control);
    log.info('stopped');
  } catch (error) {
    if (control.signal.aborted && asFault(error).remedy !== 'halt') return;
    const { code, sentence, stack } = asFault(error);
    log.fatal({ code, sentence, stack }, 'node ends');
    process.exitCode = code === 'CONFIG_BAD' || code === 'CARD_BAD' ? EXIT_CONFIG : EXIT_HALT;
  }
}

async function rebuild({ directory }: Config, log: Logger): Promise<void> {
  log.info(await rebuildStore(directory, Date.now().toString()), 'store rebuilt');
}

async function check(file: string, asJson: boolean): Promise<void> {
  const findings = await checkNode(file);
  process.stdout.write(`${asJson ? JSON.stringify(findings, undefined, 2) : reportOf(findings)}\n`);
  process.exitCode = findings.every(({ ok }) => ok) ? 0 : EXIT_CONFIG;
}

async function main(): Promise<void> {
  const options = {
    config: { type: 'string', default: CONFIG_FILE },
    json: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (positionals[0] === 'check') await check(values.config, values.json);
  else await run(values.config, positionals[0] === 'rebuild' ? rebuild : runNode);
}

await main();
