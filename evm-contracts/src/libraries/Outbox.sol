// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The outbox's hash chain and its names
/// @notice Protocol section 8.
library Outbox {
    uint8 internal constant REDEEM = 1;
    uint8 internal constant BOUNCE = 2;

    /// @notice The head after an entry.
    function append(bytes32 head, uint64 index, uint8 kind, bytes32 rightsId, uint80 units, bytes32 target)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encodePacked(head, keccak256(abi.encodePacked(index, kind, rightsId, units, target))));
    }

    /// @notice Whether `account` is 1–31 characters of `a-z 0-9 . _ -`, left-aligned, then zeros.
    function isAccount(bytes32 account) internal pure returns (bool) {
        uint256 length = 0;
        while (length < 32 && _isAccountCharacter(account[length])) ++length;
        return length > 0 && length < 32 && uint256(account) << (8 * length) == 0;
    }

    function _isAccountCharacter(bytes1 c) private pure returns (bool) {
        return (c >= "a" && c <= "z") || (c >= "0" && c <= "9") || c == "." || c == "_" || c == "-";
    }
}
