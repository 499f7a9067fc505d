import { Fault, faultCodes, faults, isFaultCode, solidityErrorOf, type FaultCode } from '@twinspan/protocol';
import { z } from 'zod';
import { facts, table, type Answer } from '../render.ts';
import { verb, type Verb } from '../verb.ts';

const remedies = {
  retry: 'retry: the same step works later',
  park: 'park: something outside must change first',
  halt: 'halt: an assumption is broken; stop and look',
} as const;

/** `twinspan explain [CODE]` */
export const explainVerb: Verb = verb({
  name: 'explain',
  summary: 'what a fault means and what to do about it; without a code, all of them',
  parameters: { '[code]': 'a fault code such as HOLDING_SHORT, or a Solidity error such as HoldingShort' },
  input: z.object({ code: z.string().optional() }),
  run: (_, { code }) => (code === undefined ? allCodes() : oneCode(codeNamed(code))),
});

function codeNamed(text: string): FaultCode {
  const upper = text.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  if (isFaultCode(upper)) return upper;
  const near = faultCodes.filter((code) => upper.split('_').some((word) => word.length > 2 && code.includes(word)));
  const hint = near.length === 0 ? 'see them all with `twinspan explain`' : `did you mean ${near.join(', ')}?`;
  throw new Fault('USAGE_BAD', `there is no fault ${text}: ${hint}`);
}

function oneCode(code: FaultCode): Answer {
  const { meaning, remedy, advice } = faults[code];
  return {
    json: { code, meaning, remedy, advice, solidityError: solidityErrorOf(code) },
    text: facts({
      fault: code,
      meaning,
      remedy: remedies[remedy],
      'do next': advice,
      'in Solidity': solidityErrorOf(code),
    }),
  };
}

function allCodes(): Answer {
  const rows = faultCodes.map((code) => ({ code, ...faults[code] }));
  const columns = [
    { title: 'fault', of: (row: (typeof rows)[number]) => row.code },
    { title: 'remedy', of: (row: (typeof rows)[number]) => row.remedy },
    { title: 'meaning', of: (row: (typeof rows)[number]) => row.meaning },
  ];
  return { json: rows, text: table(columns, rows, 'none') };
}
