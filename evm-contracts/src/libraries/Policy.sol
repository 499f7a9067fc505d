// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The venue's rules for confidential records, packed
/// @notice Protocol section 5. The circuit applies the rules; the chain only refuses what is not a policy.
library Policy {
    uint256 internal constant BITS = 194;
    uint256 internal constant MAX_LTV_BPS = 10_000;

    function maxLtvBps(uint256 policy) internal pure returns (uint16) {
        return uint16(policy >> 176);
    }

    function isWellFormed(uint256 policy) internal pure returns (bool) {
        return policy >> BITS == 0 && maxLtvBps(policy) <= MAX_LTV_BPS;
    }
}
