// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EpochHeader} from "./EpochHeader.sol";

/// @title Fabric's ProposalResponsePayload, read strictly
/// @notice Accepts one form only: every field once, in order, nothing unknown and nothing behind.
/// ```
/// ProposalResponsePayload { 1 proposal_hash: 32 bytes   2 extension: ChaincodeAction }
/// ChaincodeAction         { 1 results   3 response: Response   4 chaincode_id: ChaincodeID }
/// Response                { 1 status: 200   3 payload: the header }
/// ChaincodeID             { 2 name   3 version }
/// ```
library ProposalResponse {
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
    /// @return headerAt Where in `payload` the response's `EpochHeader.SIZE` bytes begin.
    function headerAt(bytes calldata payload, bytes32 nameHash) internal pure returns (uint256) {
        (bytes calldata proposalHash, uint256 next) = _field(payload, 0, PROPOSAL_HASH);
        (bytes calldata extension, uint256 end) = _field(payload, next, EXTENSION);
        require(proposalHash.length == 32 && end == payload.length, PayloadBad());

        (, next) = _field(extension, 0, RESULTS);
        bytes calldata response;
        (response, next) = _field(extension, next, RESPONSE);
        bytes calldata chaincodeId;
        (chaincodeId, end) = _field(extension, next, CHAINCODE_ID);
        require(end == extension.length, PayloadBad());

        _requireHeader(response);
        _requireChaincode(chaincodeId, nameHash);
        // The extension ends the payload, and the header ends the response, which ends at `next` of the extension.
        return payload.length - extension.length + next - EpochHeader.SIZE;
    }

    function _requireHeader(bytes calldata response) private pure {
        require(response.length > 3 && response[0] == STATUS_200[0], PayloadBad());
        require(bytes3(response) == STATUS_200, ResponseStatus(bytes3(response)));
        (bytes calldata header, uint256 end) = _field(response, 3, RESPONSE_PAYLOAD);
        require(end == response.length, PayloadBad());
        require(header.length == EpochHeader.SIZE, EpochHeader.HeaderBad());
    }

    function _requireChaincode(bytes calldata chaincodeId, bytes32 nameHash) private pure {
        (bytes calldata name, uint256 next) = _field(chaincodeId, 0, NAME);
        (, uint256 end) = _field(chaincodeId, next, VERSION);
        require(end == chaincodeId.length, PayloadBad());
        require(keccak256(name) == nameHash, ChaincodeWrong(name));
    }

    /// @dev Reads one length-delimited field at `start`: its tag, its shortest possible length, its bytes. Never empty.
    function _field(bytes calldata message, uint256 start, bytes1 tag)
        private
        pure
        returns (bytes calldata content, uint256 end)
    {
        // A tag, one byte of length and one of content at least. Nothing overflows: lengths are under 2^14, offsets are of calldata.
        unchecked {
            require(start + 3 <= message.length, PayloadBad());
            bytes3 head = bytes3(message[start:]);
            uint256 length = uint8(head[1]);
            uint256 contentAt = start + 2;
            if (length >= 0x80) {
                // Lengths of more than two bytes do not occur in a read of one key.
                uint256 high = uint8(head[2]);
                require(high > 0 && high < 0x80, PayloadBad());
                length = (length & 0x7f) | (high << 7);
                contentAt = start + 3;
            }
            end = contentAt + length;
            require(head[0] == tag && length > 0 && end <= message.length, PayloadBad());
            content = message[contentAt:end];
        }
    }
}
