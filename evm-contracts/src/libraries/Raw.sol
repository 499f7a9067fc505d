// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The only assembly: reads without bounds checks, a hash and a call without copies
/// @notice Worth about 9,000 gas of a delivery. Every caller has compared lengths before. The same in plain Solidity stands in
/// test/kit/RawTwin.sol, and a differential fuzz test compares the two.
library Raw {
    /// @notice The word at `place` of `data`. The caller knows that its 32 bytes, or those it keeps of them, are inside.
    function word(bytes calldata data, uint256 place) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := calldataload(add(data.offset, place))
        }
    }

    /// @notice The word at `place` of `data`. The caller knows that its 32 bytes are inside.
    function wordIn(bytes memory data, uint256 place) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := mload(add(add(data, 0x20), place))
        }
    }

    /// @notice sha256 of `head` and the `length` bytes of `data` from `place`. The caller knows that they are inside.
    function sha256Of(bytes calldata head, bytes memory data, uint256 place, uint256 length)
        internal
        view
        returns (bytes32 digest)
    {
        assembly ("memory-safe") {
            // Scratch behind the allocated memory, and the first word for the answer.
            let free := mload(0x40)
            calldatacopy(free, head.offset, head.length)
            mcopy(add(free, head.length), add(add(data, 0x20), place), length)
            if iszero(staticcall(gas(), 2, free, add(head.length, length), 0, 0x20)) { revert(0, 0) }
            digest := mload(0)
        }
    }

    /// @notice Calls `target` with five words. `size` is the length of its answer, zero if it failed, and `answer` its first word.
    function ask(address target, bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e)
        internal
        view
        returns (uint256 size, uint256 answer)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, a)
            mstore(add(free, 0x20), b)
            mstore(add(free, 0x40), c)
            mstore(add(free, 0x60), d)
            mstore(add(free, 0x80), e)
            mstore(0, 0)
            if staticcall(gas(), target, free, 0xa0, 0, 0x20) {
                size := returndatasize()
                answer := mload(0)
            }
        }
    }
}
