// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The terms of a record
/// @notice Protocol section 3. `lp` is a two-byte length followed by the bytes.
library Terms {
    string internal constant TAG = "twinspan/terms/1";

    function hash(bytes32 rightsId, uint8 decimals, string memory name, string memory symbol)
        internal
        pure
        returns (bytes32)
    {
        return sha256(abi.encodePacked(_lp(TAG), rightsId, decimals, _lp(name), _lp(symbol)));
    }

    function _lp(string memory text) private pure returns (bytes memory) {
        // A longer text than the length can say only makes a hash that nothing attests.
        return abi.encodePacked(uint16(bytes(text).length), text);
    }
}
