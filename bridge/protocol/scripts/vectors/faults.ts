import { faultCodes, faults, solidityErrorOf } from '../../src/index.ts';
import type { VectorFile } from './vectorFile.ts';

export const faultVectors: VectorFile = {
  cases: faultCodes.map((code) => ({ code, solidityError: solidityErrorOf(code), ...faults[code] })),
};
