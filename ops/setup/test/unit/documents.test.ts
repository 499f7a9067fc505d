import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../root.ts';

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
});
const documents = listed.split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Commands are run from the root or from the document's own folder. */
const foldersOf = (file: string): string[] => [root, join(root, dirname(file))];

function scriptsIn(folder: string): string[] {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return [];
  const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as { scripts?: Record<string, string> };
  return Object.keys(scripts ?? {});
}

describe('documents', () => {
  it('name only npm scripts that exist', () => {
    for (const file of documents) {
      const known = foldersOf(file).flatMap(scriptsIn);
      for (const [, name = ''] of textOf(file).matchAll(/\bnpm run ([a-z:-]+)/g))
        assert.ok(known.includes(name), `${file} names «npm run ${name}»`);
    }
  });

  it('name only programs of ours that exist', () => {
    for (const file of documents) {
      for (const [, program = ''] of textOf(file).matchAll(/\bnode ((?:[a-z-]+\/)+[A-Za-z/-]+\.ts)/g))
        assert.ok(
          foldersOf(file).some((folder) => existsSync(join(folder, program))),
          `${file} names ${program}`,
        );
    }
  });

  it('link only to what is there', () => {
    for (const file of documents) {
      for (const [, target = ''] of textOf(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g))
        assert.ok(existsSync(join(root, dirname(file), target)), `${file} → ${target}`);
    }
  });
});
