import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const entrySchema = z.strictObject({
  name: z.string(),
  pid: z.int().positive(),
  /** The executable; a process of another command has merely been given the same pid later. */
  command: z.string(),
  ports: z.array(z.int()),
});

const rosterSchema = z.strictObject({
  owner: z.strictObject({ pid: z.int().positive(), command: z.string() }),
  since: z.iso.datetime(),
  entries: z.array(entrySchema),
});

export type RosterEntry = z.infer<typeof entrySchema>;
export type RosterContent = z.infer<typeof rosterSchema>;

const ROSTER_FILE = 'pids.json';

/** Reads the roster of a network's directory; undefined if no network was started there or its roster is unreadable. */
export function readRoster(directory: string): RosterContent | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, ROSTER_FILE), 'utf8');
  } catch {
    return undefined;
  }
  return rosterSchema.parse(JSON.parse(text));
}

/** Takes the roster of a directory away: nothing runs there any more. */
export function removeRoster(directory: string): void {
  rmSync(join(directory, ROSTER_FILE), { force: true });
}

/**
 * `pids.json`: which processes a network has, written before and after each of them starts, so that whoever comes after
 * a crash knows what to end. Its presence also claims the directory.
 */
export class Roster {
  readonly directory: string;
  readonly #content: RosterContent;

  private constructor(directory: string, content: RosterContent) {
    this.directory = directory;
    this.#content = content;
  }

  /**
   * Claims a directory for this process.
   *
   * @throws Error with code EEXIST if it is claimed already
   */
  static claim(directory: string): Roster {
    const owner = { pid: process.pid, command: process.execPath };
    const content = { owner, since: new Date().toISOString(), entries: [] };
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, ROSTER_FILE), JSON.stringify(content), { flag: 'wx' });
    return new Roster(directory, content);
  }

  /** Records a process under its name, in place of an earlier one of that name. */
  enter(entry: RosterEntry): void {
    this.#write([...this.#content.entries.filter((other) => other.name !== entry.name), entry]);
  }

  /** Strikes out a process that has ended. */
  leave(name: string): void {
    this.#write(this.#content.entries.filter((other) => other.name !== name));
  }

  remove(): void {
    removeRoster(this.directory);
  }

  #write(entries: RosterEntry[]): void {
    this.#content.entries = entries;
    const file = join(this.directory, ROSTER_FILE);
    writeFileSync(`${file}.new`, JSON.stringify(this.#content, undefined, 2));
    renameSync(`${file}.new`, file);
  }
}
