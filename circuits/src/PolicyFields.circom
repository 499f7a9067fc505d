// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.3;

include "bitify.circom";
include "AtMost.circom";

// Proves: `policy` is a venue's policy packed as the protocol says (section 5), and the outputs are its fields.
//
//   1. the policy has 194 bits
//   2. the fields are its bits, the least significant first
//   3. the loan-to-value limit is at most the whole value
template PolicyFields() {
    // ---- public input ----
    signal input policy;                        // 194

    // ---- outputs ----
    signal output allowedClasses[64];           // 1 each
    signal output allowedJurisdictions[64];     // 1 each
    signal output minRating;                    // 8
    signal output maxAppraisalAge;              // 40, seconds
    signal output maxLtvBps;                    // 14, at most 10 000
    signal output requireFiling;                // 1
    signal output requireUnencumbered;          // 1

    // 1. the policy has 194 bits
    signal bits[194] <== Num2Bits(194)(policy);

    // 2. the fields are its bits, the least significant first
    var rating = 0;
    var age = 0;
    var ltv = 0;
    for (var i = 0; i < 64; i++) {
        allowedClasses[i] <== bits[i];
        allowedJurisdictions[i] <== bits[64 + i];
    }
    for (var i = 0; i < 8; i++) { rating += bits[128 + i] * (1 << i); }
    for (var i = 0; i < 40; i++) { age += bits[136 + i] * (1 << i); }
    for (var i = 0; i < 16; i++) { ltv += bits[176 + i] * (1 << i); }
    minRating <== rating;
    maxAppraisalAge <== age;
    maxLtvBps <== ltv;
    requireFiling <== bits[192];
    requireUnencumbered <== bits[193];

    // 3. the loan-to-value limit is at most the whole value
    AtMost(14)(1, maxLtvBps, 10000);
}
