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

    uint8 internal constant ACTIVE = 1;
    uint8 internal constant FROZEN = 2;
    uint8 internal constant REVOKED = 3;

    /* STATE */

    /// @notice A state, unpacked.
    struct State {
        bytes32 rightsId;
        uint8 status;
        uint80 sealedUnits;
        uint80 releasedUnits;
        uint80 unitValue;
        uint40 valuedAt;
        bytes32 commitment;
        bytes32 termsHash;
        /// See `particularsOf`.
        bytes32 particulars;
    }

    /// @notice Unpacks the state in `words` at `slot`; the caller knows that there are as many states.
    /// @return state The state.
    /// @return wellFormed Whether unused bits are zero, the status is known and the commitment is a field element.
    function stateAt(bytes calldata words, uint256 slot) internal pure returns (State memory state, bool wellFormed) {
        uint256 place = slot * STATE_SIZE;
        uint256 totals = uint256(words.word(place + 32));
        uint256 value = uint256(words.word(place + 64));

        state.rightsId = words.word(place);
        // Each cast drops exactly the fields above its own.
        state.status = uint8(totals >> 160);
        state.sealedUnits = uint80(totals >> 80);
        state.releasedUnits = uint80(totals);
        state.unitValue = uint80(value >> 40);
        state.valuedAt = uint40(value);
        state.commitment = words.word(place + 96);
        state.termsHash = words.word(place + 128);
        state.particulars =
            particularsOf(state.status, state.unitValue, state.valuedAt, state.commitment, state.termsHash);
        wellFormed = uint256(state.rightsId) >> 248 == 0 && totals >> 164 == 0 && value >> 120 == 0
            && state.status >= ACTIVE && state.status <= REVOKED && uint256(state.commitment) < FIELD_ORDER;
    }

    /// @notice One hash for all that a state says besides totals.
    function particularsOf(uint8 status, uint80 unitValue, uint40 valuedAt, bytes32 commitment, bytes32 termsHash)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encodePacked(status, unitValue, valuedAt, commitment, termsHash));
    }

    /* MESSAGE */

    /// @notice The message word at `place` of a list of message words; the caller knows that there are as many.
    function messageAt(bytes calldata messages, uint256 place) internal pure returns (uint256 word) {
        return uint256(messages.word(place * SIZE));
    }

    /// @notice Packs a MINT message; its slot is left zero.
    function mintOf(address recipient, uint80 units) internal pure returns (uint256 word) {
        return uint256(uint160(recipient)) << 92 | uint256(units) << 12 | MINT;
    }

    /// @notice Whether unused bits are zero and the kind is a known one.
    function isWellFormed(uint256 word) internal pure returns (bool) {
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
