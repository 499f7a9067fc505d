// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Words} from "../../src/libraries/Words.sol";
import {Consortium} from "./Consortium.sol";

/// @title Epochs as the asset chain writes them
library Epochs {
    /// @notice The fields of a header, in its order.
    struct Header {
        bytes32 assetChainId;
        uint64 laneId;
        uint64 tradingChainId;
        address bridge;
        uint64 epoch;
        bytes32 previousHeader;
        uint64 firstMessage;
        uint16 messageCount;
        uint16 stateCount;
        bytes32 wordsHash;
        uint64 sealedAt;
        uint64 releasedThrough;
    }

    struct State {
        bytes32 rightsId;
        uint256 status;
        uint80 sealedUnits;
        uint80 releasedUnits;
        uint80 unitValue;
        uint40 valuedAt;
        bytes32 commitment;
        bytes32 termsHash;
    }

    function encode(Header memory h) internal pure returns (bytes memory) {
        bytes memory front = abi.encodePacked("TSE1", h.assetChainId, h.laneId, h.tradingChainId, h.bridge, h.epoch);
        bytes memory counts = abi.encodePacked(h.previousHeader, h.firstMessage, h.messageCount, h.stateCount);
        bytes memory back = abi.encodePacked(h.wordsHash, sha256("details"), h.sealedAt, h.releasedThrough);
        return bytes.concat(front, counts, back);
    }

    function encode(State memory s) internal pure returns (bytes memory) {
        uint256 totals = s.status << 160 | uint256(s.sealedUnits) << 80 | s.releasedUnits;
        uint256 value = uint256(s.unitValue) << 40 | s.valuedAt;
        return abi.encode(s.rightsId, totals, value, s.commitment, s.termsHash);
    }

    function encode(State[] memory states, uint256[] memory messages) internal pure returns (bytes memory words) {
        for (uint256 i = 0; i < states.length; ++i) {
            words = bytes.concat(words, encode(states[i]));
        }
        words = bytes.concat(words, abi.encodePacked(messages));
    }

    function mint(address recipient, uint80 units, uint256 slot) internal pure returns (uint256) {
        return Words.mintOf(recipient, units) | slot << 4;
    }

    function yield(uint160 evidence, uint80 amount, uint256 slot) internal pure returns (uint256) {
        return uint256(evidence) << 92 | uint256(amount) << 12 | slot << 4 | Words.YIELD;
    }

    function list(uint256 one) internal pure returns (uint256[] memory messages) {
        messages = new uint256[](1);
        messages[0] = one;
    }

    function list(State memory one) internal pure returns (State[] memory states) {
        states = new State[](1);
        states[0] = one;
    }
}
