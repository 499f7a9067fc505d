import assert from 'node:assert/strict';
import type { z } from 'zod';
import { run } from '../../src/index.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Speaker {
  readonly twinspan: (...args: string[]) => Promise<Said>;
  /** A command that must succeed, its answer parsed. */
  readonly answer: <Schema extends z.ZodType>(schema: Schema, ...args: string[]) => Promise<z.output<Schema>>;
  /** A command that must fail with this exit code and sentence. */
  readonly refused: (code: number, said: RegExp, ...args: string[]) => Promise<void>;
}

/** Says commands to the network that `network` names at that moment. */
export function speakerTo(network: () => string): Speaker {
  async function twinspan(...args: string[]): Promise<Said> {
    const said = { out: '', err: '' };
    const code = await run([...args, '--network', network()], {
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
    });
    return { code, ...said };
  }
  return {
    twinspan,
    answer: async (schema, ...args) => {
      const { code, out, err } = await twinspan(...args, '--json');
      assert.equal(code, 0, `${args.join(' ')}: ${err}`);
      return schema.parse(JSON.parse(out));
    },
    refused: async (code, said, ...args) => {
      const ran = await twinspan(...args);
      assert.equal(ran.code, code, `${args.join(' ')}: ${ran.err}${ran.out}`);
      assert.match(ran.err, said);
    },
  };
}
