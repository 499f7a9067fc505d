// Entry of every npm script. Plain JavaScript without dependencies, because it runs on a fresh clone under any Node ≥ 20:
// installs the locked npm packages when the lockfile changed, then hands over to the locked Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const stamp = join(root, '.cache/setup/packages');

const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

function installPackages() {
  const digest = lockDigest();
  const isCurrent =
    existsSync(join(root, 'node_modules')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
  if (isCurrent) return;
  console.error('setup: installing the locked npm packages (about 40 s, once)');
  // Not «npm ci»: it insists that the lockfile name packages of foreign platforms, which not every registry has.
  const args = ['install', '--no-save', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0)
    fail('npm install failed; its message is above. It needs a working npm registry. Then run the command again.');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

function findNode() {
  const locked = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(locked)) return locked;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  return fail(
    `no locked Node 24 for ${process.platform}-${process.arch}. Install Node 24 and run the command with it.`,
  );
}

function fail(sentence) {
  console.error(`setup: ${sentence}`);
  process.exit(1);
}

function runProgram([program, ...args]) {
  const node = findNode();
  const env = { ...process.env, PATH: `${dirname(node)}:${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, program), ...args], {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  // The child stops in its own time; this parent only has to outlive it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

if (process.argv.length < 3) fail('usage: node ops/setup/run.mjs <program.ts> [arguments]');
installPackages();
runProgram(process.argv.slice(2));
