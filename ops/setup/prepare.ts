import { runStep, type Step } from './steps.ts';

const artefacts: readonly Step[] = [
  { name: 'circuits, development keys, verifiers', command: ['node', 'circuits/scripts/build.ts'] },
  { name: 'contracts', command: ['forge', 'build', '--skip', 'test'], folder: 'evm-contracts' },
];

/** The programs of a devnet; `geth` only where that profile is wanted, because it takes minutes to build. */
export type Programs = 'none' | 'anvil' | 'geth';

const programs = (evm: Programs): Step => ({
  name: 'programs of the chains',
  command: ['node', 'ops/devnet/src/main.ts', 'build', '--evm', evm],
});

/** Builds what is not in the repository; every part is cached by content, so a second run costs about a second. */
export async function prepare(evm: Programs): Promise<void> {
  for (const step of evm === 'none' ? artefacts : [programs(evm), ...artefacts]) {
    console.error(`prepare: ${step.name}`);
    const { ok, seconds } = await runStep(step, true);
    if (!ok) throw new Error(`prepare: «${step.command.join(' ')}» failed; its message is above`);
    console.error(`prepare: ${step.name} ready after ${seconds.toFixed(1)} s`);
  }
}
