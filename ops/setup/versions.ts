import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { root } from './root.ts';

/** Versions of what a run is made of, for its report. */
export function versions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string };
  return { twinspan: version, commit: commit(), node: process.versions.node };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
