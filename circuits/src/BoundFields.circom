// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.3;

include "bitify.circom";

// Proves: `bound` is U * 2^120 + V * 2^40 + T (protocol, section 5), and the outputs are U, V and T.
//
//   1. the bound has 200 bits
//   2. U, V and T are its bits, T the lowest
template BoundFields() {
    // ---- public input ----
    signal input bound;         // 200

    // ---- outputs ----
    signal output units;        // 80, U
    signal output unitValue;    // 80, V, in 10^-18 HKD per base unit
    signal output until;        // 40, T, Unix seconds

    // 1. the bound has 200 bits
    signal bits[200] <== Num2Bits(200)(bound);

    // 2. U, V and T are its bits, T the lowest
    var u = 0;
    var v = 0;
    var t = 0;
    for (var i = 0; i < 40; i++) { t += bits[i] * (1 << i); }
    for (var i = 0; i < 80; i++) { v += bits[40 + i] * (1 << i); }
    for (var i = 0; i < 80; i++) { u += bits[120 + i] * (1 << i); }
    units <== u;
    unitValue <== v;
    until <== t;
}
