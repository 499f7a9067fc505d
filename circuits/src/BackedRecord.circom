// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.3;

include "bitify.circom";
include "comparators.circom";
include "AtMost.circom";
include "BoundFields.circom";
include "MemberOf.circom";
include "RecordCommitment.circom";

// Proves, for one place: either the place is unused, both `commitment` and `bound` being 0, or the prover knows a record
// such that, with U, V and T the fields of the bound:
//
//   1. it opens the commitment
//   2. its class and jurisdiction are in the policy's sets, and its rating is at least minRating
//   3. T is not after appraisalValidUntil, nor after appraisedAt + maxAppraisalAge, nor, if requireFiling, after
//      filingValidUntil
//   4. it is unencumbered if requireUnencumbered
//   5. U is at most registeredUnits, and U * V * 10^4 at most appraisedValue * maxLtvBps
//
// Every field that is compared is constrained to its width first, in used and unused places alike. rightsId, ownerHash,
// documentsRoot and salt are never compared: the commitment alone binds them. The caller has constrained the policy.
template BackedRecord() {
    // ---- public inputs ----
    signal input commitment;
    signal input bound;                         // 200

    // ---- the policy's fields ----
    signal input allowedClasses[64];            // 1 each
    signal input allowedJurisdictions[64];      // 1 each
    signal input minRating;                     // 8
    signal input maxAppraisalAge;               // 40, seconds
    signal input maxLtvBps;                     // 14
    signal input requireFiling;                 // 1
    signal input requireUnencumbered;           // 1

    // ---- private inputs: the record ----
    signal input rightsId;
    signal input class;                         // 6
    signal input jurisdiction;                  // 6
    signal input registeredUnits;               // 80
    signal input appraisedValue;                // 128, in 10^-18 HKD
    signal input appraisedAt;                   // 40, Unix seconds
    signal input appraisalValidUntil;           // 40, Unix seconds
    signal input rating;                        // 8
    signal input encumbered;                    // 1
    signal input filingValidUntil;              // 40, Unix seconds
    signal input ownerHash;
    signal input documentsRoot;
    signal input salt;

    // widths (class and jurisdiction in step 2, the bound here)
    component backing = BoundFields();
    backing.bound <== bound;
    _ <== Num2Bits(80)(registeredUnits);
    _ <== Num2Bits(128)(appraisedValue);
    _ <== Num2Bits(40)(appraisedAt);
    _ <== Num2Bits(40)(appraisalValidUntil);
    _ <== Num2Bits(8)(rating);
    _ <== Num2Bits(40)(filingValidUntil);
    encumbered * (encumbered - 1) === 0;

    // a place with commitment 0 is unused, and its bound is 0
    signal unused <== IsZero()(commitment);
    signal used <== 1 - unused;
    unused * bound === 0;

    // 1. it opens the commitment
    signal opened <== RecordCommitment()(
        rightsId, class, jurisdiction, registeredUnits, appraisedValue, appraisedAt, appraisalValidUntil,
        rating, encumbered, filingValidUntil, ownerHash, documentsRoot, salt
    );
    used * (opened - commitment) === 0;

    // 2. its class and jurisdiction are in the policy's sets, and its rating is at least minRating
    signal classAllowed <== MemberOf(6)(allowedClasses, class);
    signal jurisdictionAllowed <== MemberOf(6)(allowedJurisdictions, jurisdiction);
    used * (1 - classAllowed) === 0;
    used * (1 - jurisdictionAllowed) === 0;
    AtMost(8)(used, minRating, rating);

    // 3. T is not after appraisalValidUntil, nor after appraisedAt + maxAppraisalAge, nor, if requireFiling, after
    //    filingValidUntil
    signal filingRequired <== used * requireFiling;
    AtMost(40)(used, backing.until, appraisalValidUntil);
    AtMost(41)(used, backing.until, appraisedAt + maxAppraisalAge);
    AtMost(40)(filingRequired, backing.until, filingValidUntil);

    // 4. it is unencumbered if requireUnencumbered
    signal mustBeUnencumbered <== used * requireUnencumbered;
    mustBeUnencumbered * encumbered === 0;

    // 5. U is at most registeredUnits, and U * V * 10^4 at most appraisedValue * maxLtvBps
    //    (160 bits times 10^4 is below 2^174; 128 bits times 14 bits is below 2^142: neither reaches the field's order)
    signal backedValue <== backing.units * backing.unitValue;
    signal lendableValue <== appraisedValue * maxLtvBps;
    AtMost(80)(used, backing.units, registeredUnits);
    AtMost(142)(used, backedValue * 10000, lendableValue);
}
