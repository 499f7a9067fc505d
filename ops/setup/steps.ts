import { spawn } from 'node:child_process';
import { root } from './root.ts';

/** A command of the set-up or of the checks, run from the repository's root or a folder below it. */
export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly folder?: string;
}

/** What became of a step; `output` is everything that it printed. */
export interface StepResult {
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** Runs a step to its end. With `isLive` its output goes straight to the terminal. */
export function runStep({ command: [program, ...args], folder }: Step, isLive: boolean): Promise<StepResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      cwd: folder === undefined ? root : `${root}/${folder}`,
      stdio: ['ignore', isLive ? 'inherit' : 'pipe', isLive ? 'inherit' : 'pipe'],
    });
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const end = (ok: boolean): void => {
      resolve({ ok, seconds: (performance.now() - startedAt) / 1000, output });
    };
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (code) => {
      end(code === 0);
    });
  });
}
