// SPDX-License-Identifier: GPL-3.0-only
import { groth16, type Groth16Proof } from 'snarkjs';

/** Makes one circuit's proofs from witnesses, one at a time. What it makes is verified by its caller. */
export interface Engine {
  /** @param witness the content of a .wtns file */
  prove(witness: Uint8Array): Promise<Groth16Proof>;
  close(): void;
}

/** snarkjs, in this process. */
export function snarkjsEngine(zkey: Uint8Array): Engine {
  return {
    prove: async (witness) => (await groth16.prove({ type: 'mem', data: zkey }, { type: 'mem', data: witness })).proof,
    close: () => undefined,
  };
}
