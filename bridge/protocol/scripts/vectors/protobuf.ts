/** Just enough protobuf to write a payload by hand, right or wrong. */
import { concatBytes, utf8Bytes } from '../../src/index.ts';

export function varintBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return new Uint8Array([...bytes, rest]);
}

export function delimited(tag: number, content: Uint8Array): Uint8Array {
  return concatBytes(new Uint8Array([tag]), varintBytes(content.length), content);
}

export function delimitedText(tag: number, text: string): Uint8Array {
  return delimited(tag, utf8Bytes(text));
}
