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

    bytes1 private constant PROPOSAL_HASH = 0x0a;
    bytes1 private constant EXTENSION = 0x12;
    bytes1 private constant RESULTS = 0x0a;
    bytes1 private constant RESPONSE = 0x1a;
    bytes1 private constant CHAINCODE_ID = 0x22;
    bytes1 private constant RESPONSE_PAYLOAD = 0x1a;
    bytes1 private constant NAME = 0x12;
    bytes1 private constant VERSION = 0x1a;

    /// @dev The field `status` with the value 200.
    bytes3 private constant STATUS_200 = 0x08c801;

    /// @notice Thrown when the payload is not in the strict form.
    error PayloadBad();

    /// @notice Thrown when the response does not begin with status 200.
    error ResponseStatus(bytes3 status);

    /// @notice Thrown when another chaincode answered.
    error ChaincodeWrong(bytes name);

    /// @notice Finds the response of the chaincode whose name has the hash `nameHash`.
    /// @return Where in `payload` the response's `EpochHeader.SIZE` bytes begin.
    function headerAt(bytes calldata payload, bytes32 nameHash) internal pure returns (uint256) {
        (uint256 hashAt, uint256 hashEnd) = _field(payload, 0, payload.length, PROPOSAL_HASH);
        (uint256 actionAt, uint256 end) = _field(payload, hashEnd, payload.length, EXTENSION);
        require(hashEnd - hashAt == 32 && end == payload.length, PayloadBad());

        (, uint256 resultsEnd) = _field(payload, actionAt, end, RESULTS);
        (uint256 responseAt, uint256 responseEnd) = _field(payload, resultsEnd, end, RESPONSE);
        (uint256 idAt, uint256 idEnd) = _field(payload, responseEnd, end, CHAINCODE_ID);
        require(idEnd == end, PayloadBad());

        _requireChaincode(payload, idAt, idEnd, nameHash);
        return _headerIn(payload, responseAt, responseEnd);
    }

    function _headerIn(bytes calldata payload, uint256 start, uint256 end) private pure returns (uint256 found) {
        bytes3 status = bytes3(payload.word(start));
        require(end - start > 3 && status[0] == STATUS_200[0], PayloadBad());
        require(status == STATUS_200, ResponseStatus(status));
        uint256 headerEnd;
        (found, headerEnd) = _field(payload, start + 3, end, RESPONSE_PAYLOAD);
        require(headerEnd == end, PayloadBad());
        require(headerEnd - found == EpochHeader.SIZE, EpochHeader.HeaderBad());
    }

    function _requireChaincode(bytes calldata payload, uint256 start, uint256 end, bytes32 nameHash) private pure {
        (uint256 nameAt, uint256 nameEnd) = _field(payload, start, end, NAME);
        (, uint256 versionEnd) = _field(payload, nameEnd, end, VERSION);
        require(versionEnd == end, PayloadBad());
        bytes calldata name = payload[nameAt:nameEnd];
        require(keccak256(name) == nameHash, ChaincodeWrong(name));
    }

    /// @dev Reads one length-delimited field between `start` and `limit`: its tag, its shortest possible length, its bytes. Never
    /// empty.
    function _field(bytes calldata payload, uint256 start, uint256 limit, bytes1 tag)
        private
        pure
        returns (uint256 contentAt, uint256 end)
    {
        // Nothing overflows: offsets are of calldata, lengths under 2^14.
        unchecked {
            // A tag, one byte of length and one of content at least.
            bytes32 head = payload.word(start);
            require(start + 3 <= limit && head[0] == tag, PayloadBad());
            uint256 length = uint8(head[1]);
            contentAt = start + 2;
            if (length >= 0x80) {
                // Lengths of more than two bytes do not occur in a read of one key.
                uint256 high = uint8(head[2]);
                require(high > 0 && high < 0x80, PayloadBad());
                length = (length & 0x7f) | (high << 7);
                contentAt = start + 3;
            }
            end = contentAt + length;
            require(length > 0 && end <= limit, PayloadBad());
        }
    }
}
