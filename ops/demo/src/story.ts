import type { ReportStep } from '@twinspan/report';

/** What a step touched: ids, block numbers, gas. */
export type Facts = ReportStep['facts'];

/** Tells a run step by step: each step prints what it touched and how long it took, and is kept for the report. */
export class Story {
  readonly steps: ReportStep[] = [];
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  chapter(title: string): void {
    this.#print(`\n${title}`);
  }

  /** Runs one step; the facts that it returns are printed beside its name. A failure is told and thrown on. */
  async step<Result extends Facts>(name: string, run: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    const seconds = (): number => Math.round(performance.now() - startedAt) / 1000;
    try {
      const facts = await run();
      this.#tell({ name, ok: true, seconds: seconds(), facts });
      return facts;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell({ name, ok: false, seconds: seconds(), facts: { reason } });
      throw error;
    }
  }

  #tell(step: ReportStep): void {
    this.steps.push(step);
    const facts = Object.entries(step.facts).map(([key, value]) => `${key} ${shorten(value)}`);
    this.#print(`  ${step.ok ? '✔' : '✖'} ${step.name} — ${[...facts, `${step.seconds.toFixed(2)} s`].join(' · ')}`);
  }
}

/** Long hexadecimal ids keep both ends, which is enough to recognise one; the report has them whole. */
function shorten(value: string | number | boolean): string {
  const text = typeof value === 'number' ? value.toLocaleString('en-US') : String(value);
  return /^(0x)?[0-9a-f]{24,}/.test(text) ? `${text.slice(0, 10)}…${text.slice(-6)}` : text;
}
