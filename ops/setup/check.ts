import { prepare } from './prepare.ts';
import { runStep, type Step } from './steps.ts';

const checks: readonly Step[] = [
  { name: 'format, TypeScript and documents', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { name: 'format, Solidity', command: ['forge', 'fmt', '--check'], folder: 'evm-contracts' },
  { name: 'types', command: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'lint', command: ['eslint', '--max-warnings=0', '.'] },
  { name: 'unused files, exports, dependencies', command: ['knip'] },
  {
    name: 'boundaries',
    command: [
      'depcruise',
      '--output-type=err',
      'bridge',
      'fabric-chaincode',
      'circuits',
      'evm-contracts',
      'relayer',
      'ops',
    ],
  },
  { name: 'generated: vectors', command: ['node', 'bridge/protocol/scripts/vectors.ts', '--check'] },
  { name: 'generated: verifiers', command: ['node', 'circuits/scripts/build.ts', '--check'] },
  { name: 'generated: constraint table', command: ['node', 'circuits/scripts/constraints.ts', '--check'] },
  { name: 'generated: ABIs', command: ['node', 'evm-contracts/scripts/abi.ts', '--check'] },
  { name: 'generated: gas and size snapshots', command: ['node', 'evm-contracts/scripts/snapshot.ts', '--check'] },
  { name: 'generated: OpenAPI document', command: ['node', 'relayer/scripts/openapi.ts', '--check'] },
  { name: 'generated: report schema', command: ['node', 'ops/report/scripts/schema.ts', '--check'] },
];

await prepare('none');
let failures = 0;
for (const check of checks) {
  const { ok, seconds, output } = await runStep(check, false);
  console.log(`${ok ? '✔' : '✖'} ${check.name} (${seconds.toFixed(1)} s)`);
  if (ok) continue;
  failures += 1;
  console.log(output.trimEnd());
}
console.log(failures === 0 ? 'check: everything holds' : `check: ${failures} of ${checks.length} checks failed`);
process.exitCode = failures === 0 ? 0 : 1;
