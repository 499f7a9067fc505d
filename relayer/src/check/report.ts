import type { Finding } from './finding.ts';

/** A line for each finding, what is to be mended last. */
export function reportOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = [...findings]
    .sort((a, b) => Number(b.ok) - Number(a.ok))
    .map(({ check, ok, sentence, next }) => {
      const line = `${ok ? 'ok  ' : 'MEND'}  ${check.padEnd(width)}  ${sentence}`;
      return next === undefined ? line : `${line}\n      ${' '.repeat(width)}  → ${next}`;
    });
  const wrong = findings.filter(({ ok }) => !ok).length;
  const end = wrong === 0 ? 'the node can be started' : `${wrong} of ${findings.length} findings are to be mended`;
  return [...lines, end].join('\n');
}
