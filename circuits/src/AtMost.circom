// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.3;

include "bitify.circom";

// Proves: if `enabled` is 1, `low` is at most `high`. If it is 0, nothing.
//
//   1. the difference, or zero when not enabled, fits in WIDTH bits
//
// The caller has constrained enabled to a bit, high to WIDTH bits and low to 252. Were low above high, the difference
// would be the field's order minus at most 2^252, which is above 2^252: it cannot fit in WIDTH bits.
template AtMost(WIDTH) {
    assert(WIDTH <= 252);

    // ---- private inputs ----
    signal input enabled;   // 1
    signal input low;       // 252
    signal input high;      // WIDTH

    // 1. the difference, or zero when not enabled, fits in WIDTH bits
    signal difference <== enabled * (high - low);
    _ <== Num2Bits(WIDTH)(difference);
}
