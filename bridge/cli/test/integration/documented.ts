import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');
const PAGES = ['README.md', 'bridge/docs/operations.md', 'bridge/docs/sizing.md', 'bridge/cli/README.md'];

/** What stands in documents for something of the reader's own. */
type Meaning = Readonly<Record<'LANE' | 'INDEX' | 'NODE' | 'FILE' | 'CODE' | 'QUEUE' | 'TEXT', string>>;

/** Every command line of `twinspan` that the documents show, its words as somebody would type them. */
function documentedCommands(meaning: Meaning): string[][] {
  const lines = PAGES.flatMap((page) => [...textOf(page).matchAll(/npm run twinspan -- ([^`\n|#]+)/g)]);
  const commands = new Set(lines.map(([, words = '']) => words.trim().replace(/\s+/g, ' ')));
  // Shortened ids and the parts of speech are not typed.
  const typed = [...commands].filter((command) => !/[…<]/.test(command));
  return typed.map((command) => command.split(' ').map((word) => meant(word, meaning)));
}

/** What a node that works refuses, and a message that nothing waits for. */
const refusals: Readonly<Record<string, RegExp>> = {
  'node check': /http\.port/,
  'node rebuild': /STORE_LOCKED/,
  'message retry': /NOT_FOUND: nothing waits here/,
};

type Twinspan = (...words: string[]) => Promise<{ readonly code: number; readonly out: string; readonly err: string }>;

/** Runs all that the documents show, in their order, on a network in good order. @throws where it is not as they say */
export async function requireDocumented(meaning: Meaning, twinspan: Twinspan, nodeUrl: string): Promise<void> {
  const commands = documentedCommands(meaning);
  assert.ok(commands.length >= 17, `${commands.length}`);
  for (const words of commands) {
    const { code, out, err } = await twinspan(...words);
    const refusal = refusals[words.slice(0, 2).join(' ')];
    if (refusal === undefined) assert.equal(code, 0, `${words.join(' ')}: ${err}${out}`);
    else assert.match(`${err}${out}`, refusal, words.join(' '));
  }
  const paths = documentedPaths(meaning);
  assert.ok(paths.length > 10);
  for (const path of paths) {
    const response = await fetch(new URL(path, nodeUrl));
    assert.equal(response.status, 200, path);
    await response.body?.cancel();
  }
}

/** Every path of a node's API that the operations page and the alerts name. */
function documentedPaths(meaning: Meaning): string[] {
  const pages = ['bridge/docs/operations.md', 'ops/observability/alerts.yml'].map(textOf);
  const paths = pages.flatMap((page) => [...page.matchAll(/`(\/[a-z0-9/.]*[^`\s]*)`/g)].map(([, path = '']) => path));
  return [...new Set(paths)].map((path) => meant(path, meaning));
}

function meant(text: string, meaning: Meaning): string {
  return text.replaceAll(/[A-Z]{4,}/g, (word) => (word in meaning ? meaning[word as keyof Meaning] : word));
}

function textOf(page: string): string {
  return readFileSync(resolve(root, page), 'utf8');
}
