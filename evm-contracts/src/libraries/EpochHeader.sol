// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The 204 bytes that commit to an epoch
/// @notice Offsets by name, protocol section 6.1. Every function takes exactly `SIZE` bytes.
library EpochHeader {
    uint256 internal constant SIZE = 204;
    bytes4 internal constant MAGIC = "TSE1";
    uint256 internal constant MAX_MESSAGES = 256;
    uint256 internal constant MAX_STATES = 64;

    /// @notice Thrown when a header does not have the size, the magic, or counts in range.
    error HeaderBad();

    function magic(bytes calldata header) internal pure returns (bytes4) {
        return bytes4(header[0:4]);
    }

    function assetChainId(bytes calldata header) internal pure returns (bytes32) {
        return bytes32(header[4:36]);
    }

    function laneId(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header[36:44]));
    }

    function tradingChainId(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header[44:52]));
    }

    function bridge(bytes calldata header) internal pure returns (address) {
        return address(bytes20(header[52:72]));
    }

    function epoch(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header[72:80]));
    }

    function previousHeader(bytes calldata header) internal pure returns (bytes32) {
        return bytes32(header[80:112]);
    }

    function firstMessage(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header[112:120]));
    }

    function messageCount(bytes calldata header) internal pure returns (uint16) {
        return uint16(bytes2(header[120:122]));
    }

    function stateCount(bytes calldata header) internal pure returns (uint16) {
        return uint16(bytes2(header[122:124]));
    }

    function wordsHash(bytes calldata header) internal pure returns (bytes32) {
        return bytes32(header[124:156]);
    }

    function sealedAt(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header[188:196]));
    }

    function releasedThrough(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header[196:204]));
    }
}
