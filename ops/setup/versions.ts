import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { root } from './root.ts';

/** Locked packages whose versions a reader of a report wants to know. */
const PACKAGES = ['@foundry-rs/anvil', 'solc', 'circom2', 'snarkjs', '@hyperledger/fabric-gateway', 'libp2p', 'viem'];

/** Versions of what a run is made of, for its report. */
export function versions(): Record<string, string> {
  const { version, packages } = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as {
    version: string;
    packages: Record<string, { version?: string }>;
  };
  const locked = PACKAGES.map((name) => [name, packages[`node_modules/${name}`]?.version ?? 'unknown']);
  const programs = [
    ['fabric', requiredIn('ops/devnet/fabric/go.mod', 'github.com/hyperledger/fabric')],
    ['geth', requiredIn('ops/devnet/geth/go.mod', 'github.com/ethereum/go-ethereum')],
  ];
  return Object.fromEntries([
    ['twinspan', version],
    ['commit', commit()],
    ['node', process.versions.node],
    ...programs,
    ...locked,
  ]) as Record<string, string>;
}

function requiredIn(goMod: string, module: string): string {
  const text = readFileSync(`${root}/${goMod}`, 'utf8');
  return new RegExp(`${module} (v\\S+)`).exec(text)?.[1] ?? 'unknown';
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
