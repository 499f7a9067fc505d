// SPDX-License-Identifier: GPL-3.0-only
import { curves } from 'snarkjs';

/** Ends the threads that snarkjs starts at its first use of the curve, and that would keep a program alive. */
export async function stopThreads(): Promise<void> {
  const curve = await curves.getCurveFromName('bn128');
  await curve.terminate();
}
