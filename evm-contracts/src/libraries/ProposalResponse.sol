// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EpochHeader} from "./EpochHeader.sol";
import {Raw} from "./Raw.sol";

/// @title Fabric's ProposalResponsePayload, read strictly
/// @notice Accepts one form only: every field once, in order, nothing unknown and nothing behind.
/// ```
/// ProposalResponsePayload { 1 proposal_hash: 32 bytes   2 extension: ChaincodeAction }
/// ChaincodeAction         { 1 results   3 response: Response   4 chaincode_id: ChaincodeID }
/// Response                { 1 status: 200   3 payload: the header }
/// ChaincodeID             { 2 name   3 version }
/// ```
library ProposalResponse {
    using Raw for bytes;

    /// @dev Tag and length of 32 bytes.
    bytes2 private constant PROPOSAL_HASH = 0x0a20;
    uint256 private constant EXTENSION = 0x12;
    uint256 private constant RESULTS = 0x0a;
    uint256 private constant RESPONSE = 0x1a;
    uint256 private constant CHAINCODE_ID = 0x22;
    uint256 private constant RESPONSE_PAYLOAD = 0x1a;
    uint256 private constant NAME = 0x12;
    uint256 private constant VERSION = 0x1a;

    /// @dev The field `status` with 200, then tag and length of a payload of `EpochHeader.SIZE` bytes.
    bytes6 private constant HEADER_RESPONSE = 0x08c8011acc01;

    /// @notice Thrown when the payload is not in the strict form.
    error PayloadBad();

    /// @notice Thrown when the response does not begin with status 200.
    error ResponseStatus(bytes3 status);

    /// @notice Thrown when another chaincode answered.
    error ChaincodeWrong(bytes name);

    /// @notice Finds the response of the chaincode whose name has the hash `nameHash`.
    /// @return Where in `payload` the response's `EpochHeader.SIZE` bytes begin.
    function headerAt(bytes calldata payload, bytes32 nameHash) internal pure returns (uint256) {
        require(bytes2(payload.word(0)) == PROPOSAL_HASH, PayloadBad());
        (uint256 actionAt, uint256 end) = _field(payload, 2 + 32, payload.length, EXTENSION);
        require(end == payload.length, PayloadBad());

        (, uint256 resultsEnd) = _field(payload, actionAt, end, RESULTS);
        (uint256 responseAt, uint256 responseEnd) = _field(payload, resultsEnd, end, RESPONSE);
        (uint256 idAt, uint256 idEnd) = _field(payload, responseEnd, end, CHAINCODE_ID);
        require(idEnd == end, PayloadBad());

        _requireChaincode(payload, idAt, idEnd, nameHash);
        return _headerIn(payload, responseAt, responseEnd);
    }

    function _headerIn(bytes calldata payload, uint256 start, uint256 end) private pure returns (uint256) {
        bytes32 head = payload.word(start);
        if (bytes6(head) == HEADER_RESPONSE && end - start == 6 + EpochHeader.SIZE) return start + 6;

        // Refused; what follows only finds out why.
        require(end - start > 3, PayloadBad());
        require(bytes3(head) == bytes3(HEADER_RESPONSE), ResponseStatus(bytes3(head)));
        (, uint256 headerEnd) = _field(payload, start + 3, end, RESPONSE_PAYLOAD);
        require(headerEnd == end, PayloadBad());
        revert EpochHeader.HeaderBad();
    }

    function _requireChaincode(bytes calldata payload, uint256 start, uint256 end, bytes32 nameHash) private pure {
        (uint256 nameAt, uint256 nameEnd) = _field(payload, start, end, NAME);
        (, uint256 versionEnd) = _field(payload, nameEnd, end, VERSION);
        require(versionEnd == end, PayloadBad());
        bytes calldata name = payload[nameAt:nameEnd];
        require(keccak256(name) == nameHash, ChaincodeWrong(name));
    }

    /// @dev Reads one length-delimited field that begins between `start` and `limit`: its tag, its shortest possible length, its
    /// bytes, never none. That it ends before `limit` is for the caller to see: there the next field begins, or nothing does.
    function _field(bytes calldata payload, uint256 start, uint256 limit, uint256 tag)
        private
        pure
        returns (uint256 contentAt, uint256 end)
    {
        // Nothing overflows: offsets are of calldata, lengths under 2^14.
        unchecked {
            // A tag, one byte of length and one of content at least. One condition a line: the compiler joins them dearly.
            require(start + 3 <= limit, PayloadBad());
            uint256 head = uint256(payload.word(start)) >> 232;
            require(head >> 16 == tag, PayloadBad());
            uint256 length = (head >> 8) & 0xff;
            contentAt = start + 2;
            if (length >= 0x80) {
                // Lengths of more than two bytes do not occur in a read of one key.
                uint256 high = head & 0xff;
                require(high > 0, PayloadBad());
                require(high < 0x80, PayloadBad());
                length = (length & 0x7f) | (high << 7);
                contentAt = start + 3;
            }
            end = contentAt + length;
            require(length > 0, PayloadBad());
        }
    }
}
