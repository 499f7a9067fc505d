import { runStep, type Step } from './steps.ts';

const artefacts: readonly Step[] = [
  { name: 'circuits, development keys, verifiers', command: ['node', 'circuits/scripts/build.ts'] },
  { name: 'contracts', command: ['forge', 'build', '--skip', 'test'], folder: 'evm-contracts' },
];

const chains: readonly Step[] = [{ name: 'chain binaries', command: ['node', 'ops/devnet/src/main.ts', 'build'] }];

/** Builds what is not in the repository; every part is cached by content, so a second run costs about a second. */
export async function prepare(options: { chains: boolean }): Promise<void> {
  for (const step of options.chains ? [...chains, ...artefacts] : artefacts) {
    console.error(`prepare: ${step.name}`);
    const { ok, seconds } = await runStep(step, true);
    if (!ok) throw new Error(`prepare: «${step.command.join(' ')}» failed; its message is above`);
    console.error(`prepare: ${step.name} ready after ${seconds.toFixed(1)} s`);
  }
}
