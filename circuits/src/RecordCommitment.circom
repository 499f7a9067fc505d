// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.3;

include "poseidon.circom";

// Outputs the `commitment` of a confidential record (protocol, section 4).
//
//   1. the commitment is the Poseidon hash of the tag and the thirteen fields, in the protocol's order
//
// Widths are the caller's affair.
template RecordCommitment() {
    // ---- private inputs ----
    signal input rightsId;
    signal input class;
    signal input jurisdiction;
    signal input registeredUnits;
    signal input appraisedValue;
    signal input appraisedAt;
    signal input appraisalValidUntil;
    signal input rating;
    signal input encumbered;
    signal input filingValidUntil;
    signal input ownerHash;
    signal input documentsRoot;
    signal input salt;

    // ---- output ----
    signal output commitment;

    // 1. the commitment is the Poseidon hash of the tag and the thirteen fields, in the protocol's order
    var TAG = 0x54535231; // "TSR1"
    commitment <== Poseidon(14)([
        TAG, rightsId, class, jurisdiction, registeredUnits, appraisedValue, appraisedAt, appraisalValidUntil,
        rating, encumbered, filingValidUntil, ownerHash, documentsRoot, salt
    ]);
}
