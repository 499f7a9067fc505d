// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Raw} from "./Raw.sol";

/// @title State and message words
/// @notice Fields by name, protocol section 6.2.
library Words {
    using Raw for bytes;

    uint256 internal constant SIZE = 32;
    /// @dev A state is five words.
    uint256 internal constant STATE_SIZE = 5 * SIZE;

    uint256 internal constant MINT = 1;
    uint256 internal constant YIELD = 2;

    /// @dev The order of BN254's scalar field.
    uint256 internal constant FIELD_ORDER =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;

    uint256 internal constant ACTIVE = 1;
    uint256 internal constant FROZEN = 2;
    uint256 internal constant REVOKED = 3;

    /* STATE */

    /// @notice A state: its words, and the hash of the last three.
    struct State {
        bytes32 rightsId;
        /// 92 zero bits · status(4) · sealedUnits(80) · releasedUnits(80)
        uint256 totals;
        /// 136 zero bits · unitValue(80) · valuedAt(40)
        uint256 value;
        bytes32 commitment;
        bytes32 termsHash;
        bytes32 particulars;
    }

    /// @notice The state in `words` at `slot`; the caller knows that there are as many.
    function stateAt(bytes calldata words, uint256 slot) internal pure returns (State memory state) {
        uint256 place;
        // Places are of calldata.
        unchecked {
            place = slot * STATE_SIZE;
        }
        state.rightsId = words.word(place);
        state.totals = uint256(words.word(place + 32));
        state.value = uint256(words.word(place + 64));
        state.commitment = words.word(place + 96);
        state.termsHash = words.word(place + 128);
        state.particulars = particularsOf(state.value, state.commitment, state.termsHash);
    }

    /// @notice Whether unused bits are zero, the status is known and the commitment is a field element.
    function isWellFormed(State memory state) internal pure returns (bool) {
        uint256 status = state.totals >> 160;
        return uint256(state.rightsId) >> 248 == 0 && status >= ACTIVE && status <= REVOKED && state.value >> 120 == 0
            && uint256(state.commitment) < FIELD_ORDER;
    }

    /// @notice One hash for what a state says besides status and totals.
    function particularsOf(uint256 value, bytes32 commitment, bytes32 termsHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(value, commitment, termsHash));
    }

    // Of word 1, and of anything that has it in its low bits. Each cast drops exactly the fields above its own.

    function statusOf(uint256 totals) internal pure returns (uint8) {
        return uint8((totals >> 160) & 0xf);
    }

    function sealedOf(uint256 totals) internal pure returns (uint80) {
        return uint80(totals >> 80);
    }

    function releasedOf(uint256 totals) internal pure returns (uint80) {
        return uint80(totals);
    }

    // Of word 2.

    function unitValueOf(uint256 value) internal pure returns (uint80) {
        return uint80(value >> 40);
    }

    function valuedAtOf(uint256 value) internal pure returns (uint40) {
        return uint40(value);
    }

    /* MESSAGE */

    /// @notice The message word at `place` of a list of message words; the caller knows that there are as many.
    function messageAt(bytes calldata messages, uint256 place) internal pure returns (uint256 word) {
        // Places are of calldata.
        unchecked {
            return uint256(messages.word(place * SIZE));
        }
    }

    /// @notice Packs a MINT message; its slot is left zero.
    function mintOf(address recipient, uint80 units) internal pure returns (uint256 word) {
        return uint256(uint160(recipient)) << 92 | uint256(units) << 12 | MINT;
    }

    /// @notice Whether unused bits are zero and the kind is a known one.
    function isMessage(uint256 word) internal pure returns (bool) {
        return word >> 252 == 0 && (kindOf(word) == MINT || kindOf(word) == YIELD);
    }

    function recipientOf(uint256 word) internal pure returns (address) {
        return address(uint160(word >> 92));
    }

    function unitsOf(uint256 word) internal pure returns (uint80) {
        return uint80(word >> 12);
    }

    function slotOf(uint256 word) internal pure returns (uint256) {
        return uint8(word >> 4);
    }

    function kindOf(uint256 word) internal pure returns (uint256) {
        return word & 0xf;
    }
}
