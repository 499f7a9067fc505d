// SPDX-License-Identifier: GPL-3.0-only

/** A line of input, or undefined in place of one that was longer than allowed. */
export type Line = string | undefined;

/** Splits a stream into lines without ever holding more than `limit` bytes of one. Empty lines are left out. */
export async function* linesOf(stream: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let size = 0;
  const take = (): Line => {
    const line = size > limit ? undefined : Buffer.concat(parts).toString('utf8').trim();
    parts = [];
    size = 0;
    return line;
  };
  const keep = (part: Buffer): void => {
    size += part.length;
    if (size > limit) parts = [];
    else parts.push(part);
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; start = end + 1, end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      const line = take();
      if (line !== '') yield line;
    }
    keep(chunk.subarray(start));
  }
  const last = take();
  if (last !== '') yield last;
}
