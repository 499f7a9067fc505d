// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.3;

include "BackedRecord.circom";
include "PolicyFields.circom";

// Proves: under `policy`, each used place's `bound` is backed by the confidential record that its `commitment` commits to
// (protocol, section 5). A places; a place with commitment 0 is unused.
//
//   1. the policy is well formed
//   2. each place is unused, or backed by a record under the policy
//
// There is no clock: whoever reads a bound compares T with its own time.
template AssetState(A) {
    // ---- public inputs, in this order ----
    signal input policy;                        // 194
    signal input commitment[A];
    signal input bound[A];                      // 200 each

    // ---- private inputs: one record for each place, zeros for an unused one ----
    signal input rightsId[A];
    signal input class[A];                      // 6 each
    signal input jurisdiction[A];               // 6 each
    signal input registeredUnits[A];            // 80 each
    signal input appraisedValue[A];             // 128 each
    signal input appraisedAt[A];                // 40 each
    signal input appraisalValidUntil[A];        // 40 each
    signal input rating[A];                     // 8 each
    signal input encumbered[A];                 // 1 each
    signal input filingValidUntil[A];           // 40 each
    signal input ownerHash[A];
    signal input documentsRoot[A];
    signal input salt[A];

    // 1. the policy is well formed
    component rules = PolicyFields();
    rules.policy <== policy;

    // 2. each place is unused, or backed by a record under the policy
    for (var i = 0; i < A; i++) {
        BackedRecord()(
            commitment[i], bound[i],
            rules.allowedClasses, rules.allowedJurisdictions, rules.minRating, rules.maxAppraisalAge,
            rules.maxLtvBps, rules.requireFiling, rules.requireUnencumbered,
            rightsId[i], class[i], jurisdiction[i], registeredUnits[i], appraisedValue[i], appraisedAt[i],
            appraisalValidUntil[i], rating[i], encumbered[i], filingValidUntil[i], ownerHash[i], documentsRoot[i],
            salt[i]
        );
    }
}
