// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Raw} from "./Raw.sol";

/// @title ECDSA on P-256 by the precompile of EIP-7951
/// @notice Only an answer of exactly one word with the value 1 counts: a chain without the precompile answers with nothing,
/// and calling an empty account succeeds.
library P256Verify {
    address internal constant PRECOMPILE = address(0x100);

    /// @dev Half of the group's order: a signature with a larger s has a twin with a smaller one.
    uint256 internal constant MAX_S = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8;

    /// @notice Thrown when a signature does not verify, or its s is high.
    error SignatureBad(uint256 member);

    /// @notice Thrown when the chain has no P256VERIFY.
    error PrecompileMissing();

    /// @notice Whether (r, s) with low s signs `digest` under the key (qx, qy).
    function isValid(bytes32 digest, bytes32 r, bytes32 s, bytes32 qx, bytes32 qy) internal view returns (bool) {
        return uint256(s) <= MAX_S && _call(digest, r, s, qx, qy);
    }

    /// @notice Whether the precompile accepts a signature known to be good (Wycheproof, sha256("123400")).
    function isPresent() internal view returns (bool) {
        return _call(
            0xbb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023,
            bytes32(uint256(5)),
            bytes32(uint256(1)),
            0xa71af64de5126a4a4e02b7922d66ce9415ce88a4c9d25514d91082c8725ac957,
            0x5d47723c8fbe580bb369fec9c2665d8e30a435b9932645482e7c9f11e872296b
        );
    }

    function _call(bytes32 digest, bytes32 r, bytes32 s, bytes32 qx, bytes32 qy) private view returns (bool) {
        (uint256 size, uint256 answer) = Raw.ask(PRECOMPILE, digest, r, s, qx, qy);
        return size == 32 && answer == 1;
    }
}
