// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Raw} from "./Raw.sol";

/// @title The 204 bytes that commit to an epoch
/// @notice Offsets by name, protocol section 6.1. Every function takes exactly `SIZE` bytes: the caller has made sure.
library EpochHeader {
    using Raw for bytes;

    uint256 internal constant SIZE = 204;
    bytes4 internal constant MAGIC = "TSE1";
    uint256 internal constant MAX_MESSAGES = 256;
    uint256 internal constant MAX_STATES = 64;

    /// @notice Thrown when a header does not have the size, the magic, or counts in range.
    error HeaderBad();

    function magic(bytes calldata header) internal pure returns (bytes4) {
        return bytes4(header.word(0));
    }

    function assetChainId(bytes calldata header) internal pure returns (bytes32) {
        return header.word(4);
    }

    function laneId(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header.word(36)));
    }

    function tradingChainId(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header.word(44)));
    }

    function bridge(bytes calldata header) internal pure returns (address) {
        return address(bytes20(header.word(52)));
    }

    function epoch(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header.word(72)));
    }

    function previousHeader(bytes calldata header) internal pure returns (bytes32) {
        return header.word(80);
    }

    function firstMessage(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header.word(112)));
    }

    function messageCount(bytes calldata header) internal pure returns (uint16) {
        return uint16(bytes2(header.word(120)));
    }

    function stateCount(bytes calldata header) internal pure returns (uint16) {
        return uint16(bytes2(header.word(122)));
    }

    function wordsHash(bytes calldata header) internal pure returns (bytes32) {
        return header.word(124);
    }

    function sealedAt(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header.word(188)));
    }

    function releasedThrough(bytes calldata header) internal pure returns (uint64) {
        return uint64(bytes8(header.word(196)));
    }
}
