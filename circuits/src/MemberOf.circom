// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.3;

include "bitify.circom";

// Outputs whether `element` is in `set`, a set of numbers below 2^WIDTH with one bit for each.
//
//   1. the element is below 2^WIDTH
//   2. its bits, the lowest first, halve the set until one bit is left
//
// The caller has constrained every bit of the set.
template MemberOf(WIDTH) {
    var SIZE = 1 << WIDTH;

    // ---- private inputs ----
    signal input set[SIZE];     // 1 each
    signal input element;       // WIDTH

    // ---- output ----
    signal output member;       // 1

    // 1. the element is below 2^WIDTH
    signal elementBits[WIDTH] <== Num2Bits(WIDTH)(element);

    // 2. its bits, the lowest first, halve the set until one bit is left
    signal left[WIDTH + 1][SIZE];
    left[0] <== set;
    for (var level = 0; level < WIDTH; level++) {
        var half = SIZE >> (level + 1);
        for (var i = 0; i < half; i++) {
            left[level + 1][i] <== left[level][2 * i]
                + elementBits[level] * (left[level][2 * i + 1] - left[level][2 * i]);
        }
        for (var i = half; i < SIZE; i++) {
            left[level + 1][i] <== 0;
        }
    }
    member <== left[WIDTH][0];
}
