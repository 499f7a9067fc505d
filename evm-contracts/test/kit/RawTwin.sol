// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Raw in plain Solidity
/// @notice What a differential fuzz test holds src/libraries/Raw.sol against.
library RawTwin {
    function word(bytes calldata data, uint256 place) internal pure returns (bytes32) {
        return bytes32(data[place:place + 32]);
    }

    function wordIn(bytes memory data, uint256 place) internal pure returns (bytes32 value) {
        for (uint256 i = 0; i < 32; ++i) {
            value |= bytes32(data[place + i]) >> (8 * i);
        }
    }

    function sha256Of(bytes calldata head, bytes memory data, uint256 place, uint256 length)
        internal
        pure
        returns (bytes32)
    {
        bytes memory tail = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            tail[i] = data[place + i];
        }
        return sha256(bytes.concat(head, tail));
    }

    function ask(address target, bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e)
        internal
        view
        returns (uint256 size, uint256 answer)
    {
        (bool success, bytes memory data) = target.staticcall(abi.encode(a, b, c, d, e));
        if (!success) return (0, 0);
        return (data.length, uint256(bytes32(data)));
    }
}
