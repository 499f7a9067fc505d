// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What a proof established for a record
/// @notice units(80) · unit value(80) · until(40), the lowest bit last; protocol section 5.
library Bounds {
    uint256 internal constant BITS = 200;

    function isWellFormed(uint256 bound) internal pure returns (bool) {
        return bound >> BITS == 0;
    }

    function units(uint256 bound) internal pure returns (uint80) {
        return uint80(bound >> 120);
    }

    function unitValue(uint256 bound) internal pure returns (uint80) {
        return uint80(bound >> 40);
    }

    function until(uint256 bound) internal pure returns (uint40) {
        return uint40(bound);
    }

    /// @notice Whether `next` ends later than `current`, or ends with it and neither lowers units or value nor is the same.
    function improves(uint256 next, uint256 current) internal pure returns (bool) {
        if (until(next) != until(current)) return until(next) > until(current);
        return next != current && units(next) >= units(current) && unitValue(next) >= unitValue(current);
    }

    /// @notice Whether the bound, zero if there is none, backs `outstanding` units at `value` at `time`.
    function backs(uint256 bound, uint256 outstanding, uint256 value, uint256 time) internal pure returns (bool) {
        return outstanding <= units(bound) && value <= unitValue(bound) && time <= until(bound);
    }
}
