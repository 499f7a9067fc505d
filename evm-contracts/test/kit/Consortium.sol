// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

import {IAssetChainClient} from "../../src/interfaces/IAssetChainClient.sol";
import {vm} from "./Vm.sol";

/// @title Three organizations that endorse
/// @notice A small real one: real P-256 keys sign what a peer signs.
library Consortium {
    uint256 internal constant SIZE = 3;
    string internal constant CHAINCODE = "rights";
    bytes32 internal constant ASSET_CHAIN_ID = sha256("asset chain");

    /* MEMBERS */

    function members() internal pure returns (IAssetChainClient.Member[] memory all) {
        all = new IAssetChainClient.Member[](SIZE);
        for (uint256 i = 0; i < SIZE; ++i) {
            all[i] = member(orgOf(i), i);
        }
    }

    function orgOf(uint256 index) internal pure returns (bytes32) {
        return [bytes32("AuditorMSP"), "CustodianMSP", "RegistryMSP"][index];
    }

    function keyOf(uint256 index) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("key", index))) >> 1;
    }

    /// @dev Identities of different lengths, as certificates have.
    function identityOf(uint256 index) internal pure returns (bytes memory identity) {
        identity = abi.encodePacked("identity ", index);
        while (identity.length < 780 + index) {
            identity = bytes.concat(identity, bytes1(uint8(0x21 + identity.length % 0x5d)));
        }
    }

    function member(bytes32 org, uint256 index) internal pure returns (IAssetChainClient.Member memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(keyOf(index));
        return IAssetChainClient.Member(org, identityOf(index), bytes32(x), bytes32(y));
    }

    /* ENDORSE */

    /// @notice The endorsements of the first two members.
    function endorse(bytes memory payload) internal pure returns (bytes memory) {
        return bytes.concat(entry(payload, 0), entry(payload, 1));
    }

    /// @notice One endorsement: index, r, low s.
    function entry(bytes memory payload, uint256 index) internal pure returns (bytes memory) {
        return entryAs(payload, identityOf(index), index);
    }

    /// @notice An endorsement with the key of `index` over an identity of choice.
    function entryAs(bytes memory payload, bytes memory identity, uint256 index) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = signatureOf(sha256(bytes.concat(payload, identity)), index);
        return abi.encodePacked(uint8(index), r, s);
    }

    function signatureOf(bytes32 digest, uint256 index) internal pure returns (bytes32 r, bytes32 s) {
        (r, s) = vm.signP256(keyOf(index), digest);
        if (uint256(s) > P256.N / 2) s = bytes32(P256.N - uint256(s));
    }

    /* PAYLOAD */

    /// @notice The ProposalResponsePayload in which `CHAINCODE` returns `response` with status 200.
    function payloadOf(bytes memory response) internal pure returns (bytes memory) {
        return payloadWith(field(0x0a, "read set"), responseOf(response), chaincodeId(CHAINCODE));
    }

    function payloadWith(bytes memory results, bytes memory response, bytes memory id)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(proposalHash(), field(0x12, bytes.concat(results, response, id)));
    }

    function proposalHash() internal pure returns (bytes memory) {
        return field(0x0a, abi.encode(sha256("proposal")));
    }

    function responseOf(bytes memory content) internal pure returns (bytes memory) {
        return field(0x1a, bytes.concat(hex"08c801", field(0x1a, content)));
    }

    function chaincodeId(string memory name) internal pure returns (bytes memory) {
        return field(0x22, bytes.concat(field(0x12, bytes(name)), field(0x1a, "1.0")));
    }

    function field(uint8 tag, bytes memory content) internal pure returns (bytes memory) {
        uint256 length = content.length;
        bytes memory size = length < 0x80
            ? abi.encodePacked(uint8(length))
            : abi.encodePacked(uint8(length & 0x7f | 0x80), uint8(length >> 7));
        return bytes.concat(bytes1(tag), size, content);
    }
}
