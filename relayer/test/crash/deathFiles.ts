import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { pointNames } from '../../src/db/commitPoints.ts';
import type { CommitPoint } from '../../src/db/commitPoints.ts';
import type { Death } from './death.ts';

const point = z.enum(pointNames);
const death = z.object({ point, when: z.enum(['before', 'after']), hit: z.int().min(1) });

/** By these files beside a node's configuration a test and the dying node, another process, talk. */
export class DeathFiles {
  readonly #due: string;
  readonly #died: string;
  readonly #visits: string;

  constructor(configFile: string) {
    this.#due = `${configFile}.due`;
    this.#died = `${configFile}.died`;
    this.#visits = `${configFile}.visits`;
  }

  /** The death of the node's next life; undefined: none. */
  get due(): Death | undefined {
    return read(this.#due);
  }

  set due(next: Death | undefined) {
    rmSync(this.#died, { force: true });
    if (next === undefined) rmSync(this.#due, { force: true });
    else writeFileSync(this.#due, JSON.stringify(next));
  }

  /** Of which death the node wrote, as the last thing that it did. */
  get died(): Death | undefined {
    return read(this.#died);
  }

  die(last: Death): void {
    writeFileSync(this.#died, JSON.stringify(last));
  }

  visit(at: CommitPoint): void {
    appendFileSync(this.#visits, `${at}\n`);
  }

  /** Every batch of the node, in all its lives. */
  visits(): CommitPoint[] {
    if (!existsSync(this.#visits)) return [];
    const lines = readFileSync(this.#visits, 'utf8').split('\n').slice(0, -1);
    return z.array(point).parse(lines);
  }
}

function read(file: string): Death | undefined {
  return existsSync(file) ? death.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}
