// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AssetChainClient} from "../../src/AssetChainClient.sol";
import {IAssetChainClient} from "../../src/interfaces/IAssetChainClient.sol";
import {Bounds} from "../../src/libraries/Bounds.sol";
import {EpochHeader} from "../../src/libraries/EpochHeader.sol";
import {Outbox} from "../../src/libraries/Outbox.sol";
import {P256Verify} from "../../src/libraries/P256Verify.sol";
import {Policy} from "../../src/libraries/Policy.sol";
import {ProposalResponse} from "../../src/libraries/ProposalResponse.sol";
import {Terms} from "../../src/libraries/Terms.sol";
import {Words} from "../../src/libraries/Words.sol";
import {vm} from "../kit/Vm.sol";

/// @notice The golden vectors of bridge/protocol, which TypeScript, chaincode and circuits read as well.
contract VectorsTest {
    using EpochHeader for bytes;

    string private json;

    /* HEADERS AND WORDS */

    function test_Headers() public {
        for (uint256 i = _open("headers"); i > 0;) {
            string memory path = _case(--i);
            this.checkHeader(vm.parseJsonBytes(json, _key(path, "bytes")), path);
        }
    }

    function checkHeader(bytes calldata header, string memory path) external view {
        vm.assertTrue(header.length == EpochHeader.SIZE && header.magic() == EpochHeader.MAGIC, path);
        vm.assertEq(header.assetChainId(), vm.parseJsonBytes32(json, _key(path, "assetChainId")), path);
        vm.assertEq(header.laneId(), _uint(path, "laneId"), path);
        vm.assertEq(header.tradingChainId(), _uint(path, "tradingChainId"), path);
        vm.assertEq(abi.encodePacked(header.bridge()), vm.parseJsonBytes(json, _key(path, "bridge")));
        vm.assertEq(header.epoch(), _uint(path, "epoch"), path);
        vm.assertEq(header.previousHeader(), vm.parseJsonBytes32(json, _key(path, "previousHeader")), path);
        vm.assertEq(header.firstMessage(), _uint(path, "firstMessage"), path);
        vm.assertEq(header.messageCount(), _uint(path, "messageCount"), path);
        vm.assertEq(header.stateCount(), _uint(path, "stateCount"), path);
        vm.assertEq(header.wordsHash(), vm.parseJsonBytes32(json, _key(path, "wordsHash")), path);
        vm.assertEq(header.sealedAt(), _uint(path, "sealedAt"), path);
        vm.assertEq(header.releasedThrough(), _uint(path, "releasedThrough"), path);
        vm.assertEq(sha256(header), vm.parseJsonBytes32(json, _key(path, "headerHash")), path);
    }

    function test_States() public {
        for (uint256 i = _open("states"); i > 0;) {
            string memory path = _case(--i);
            this.checkState(vm.parseJsonBytes(json, _key(path, "bytes")), path);
        }
        for (uint256 i = vm.parseJsonUint(json, ".refusedCount"); i > 0;) {
            string memory path = _refused(--i);
            this.checkStateRefused(vm.parseJsonBytes(json, _key(path, "bytes")), path);
        }
    }

    function checkState(bytes calldata words, string memory path) external view {
        Words.State memory state = Words.stateAt(words, 0);
        vm.assertTrue(Words.isWellFormed(state), path);
        vm.assertEq(state.rightsId, vm.parseJsonBytes32(json, _key(path, "rightsId")), path);
        vm.assertEq(Words.statusOf(state.totals), _status(vm.parseJsonString(json, _key(path, "status"))), path);
        vm.assertEq(Words.sealedOf(state.totals), _uint(path, "sealedUnits"), path);
        vm.assertEq(Words.releasedOf(state.totals), _uint(path, "releasedUnits"), path);
        vm.assertEq(Words.unitValueOf(state.value), _uint(path, "unitValue"), path);
        vm.assertEq(Words.valuedAtOf(state.value), _uint(path, "valuedAt"), path);
        vm.assertEq(state.commitment, vm.parseJsonBytes32(json, _key(path, "recordCommitment")), path);
        vm.assertEq(state.termsHash, vm.parseJsonBytes32(json, _key(path, "termsHash")), path);
    }

    function checkStateRefused(bytes calldata words, string memory path) external pure {
        bool accepted = words.length == Words.STATE_SIZE && Words.isWellFormed(Words.stateAt(words, 0));
        vm.assertEq(accepted, false, path);
    }

    function test_Messages() public {
        for (uint256 i = _open("messages"); i > 0;) {
            string memory path = _case(--i);
            uint256 word = uint256(vm.parseJsonBytes32(json, _key(path, "bytes")));
            bool isMint = keccak256(bytes(vm.parseJsonString(json, _key(path, "kind")))) == keccak256("MINT");
            vm.assertTrue(Words.isMessage(word), path);
            vm.assertEq(Words.kindOf(word), isMint ? Words.MINT : Words.YIELD, path);
            vm.assertEq(Words.slotOf(word), _uint(path, "slot"), path);
            vm.assertEq(Words.unitsOf(word), _uint(path, "units"), path);
            vm.assertEq(abi.encodePacked(Words.recipientOf(word)), vm.parseJsonBytes(json, _key(path, "recipient")));
            if (isMint) {
                uint256 made = Words.mintOf(Words.recipientOf(word), Words.unitsOf(word));
                vm.assertEq(made | Words.slotOf(word) << 4, word, path);
            }
        }
        for (uint256 i = vm.parseJsonUint(json, ".refusedCount"); i > 0;) {
            string memory path = _refused(--i);
            bytes memory word = vm.parseJsonBytes(json, _key(path, "bytes"));
            vm.assertEq(word.length == 32 && Words.isMessage(uint256(bytes32(word))), false, path);
        }
    }

    /* POLICY, BOUNDS, TERMS, OUTBOX */

    function test_Policies() public {
        for (uint256 i = _open("policies"); i > 0;) {
            string memory path = _case(--i);
            uint256 policy = _uint(path, "packed");
            vm.assertTrue(Policy.isWellFormed(policy), path);
            vm.assertEq(Policy.maxLtvBps(policy), _uint(path, "maxLtvBps"), path);
        }
        for (uint256 i = vm.parseJsonUint(json, ".refusedCount"); i > 0;) {
            string memory path = _refused(--i);
            vm.assertEq(Policy.isWellFormed(_uint(path, "packed")), false, path);
        }
    }

    function test_Bounds() public {
        for (uint256 i = _open("bounds"); i > 0;) {
            string memory path = _case(--i);
            uint256 packed = _uint(path, "packed");
            vm.assertTrue(Bounds.isWellFormed(packed), path);
            vm.assertEq(Bounds.units(packed), _uint(path, "units"), path);
            vm.assertEq(Bounds.unitValue(packed), _uint(path, "unitValue"), path);
            vm.assertEq(Bounds.until(packed), _uint(path, "until"), path);
        }
        for (uint256 i = vm.parseJsonUint(json, ".refusedCount"); i > 0;) {
            string memory path = _refused(--i);
            vm.assertEq(Bounds.isWellFormed(_uint(path, "packed")), false, path);
        }
    }

    function test_Backed() public {
        for (uint256 i = _open("backed"); i > 0;) {
            string memory path = _case(--i);
            uint256 outstanding = _uint(path, "sealedUnits") - _uint(path, "releasedUnits");
            bool active = _status(vm.parseJsonString(json, _key(path, "status"))) == Words.ACTIVE;
            bool backs = Bounds.backs(_uint(path, "bound"), outstanding, _uint(path, "unitValue"), _uint(path, "at"));
            vm.assertEq(active && backs, vm.parseJsonBool(json, _key(path, "backed")), path);
        }
    }

    function test_Terms() public {
        for (uint256 i = _open("terms-hashes"); i > 0;) {
            string memory path = _case(--i);
            bytes32 hash = Terms.hash(
                vm.parseJsonBytes32(json, _key(path, "rightsId")),
                uint8(_uint(path, "decimals")),
                vm.parseJsonString(json, _key(path, "name")),
                vm.parseJsonString(json, _key(path, "symbol"))
            );
            vm.assertEq(hash, vm.parseJsonBytes32(json, _key(path, "termsHash")), path);
        }
    }

    function test_Outbox() public {
        for (uint256 i = _open("outbox"); i > 0;) {
            string memory path = _case(--i);
            bool isRedeem = keccak256(bytes(vm.parseJsonString(json, _key(path, "kind")))) == keccak256("REDEEM");
            bytes32 head = Outbox.append(
                vm.parseJsonBytes32(json, _key(path, "headBefore")),
                uint64(_uint(path, "index")),
                isRedeem ? Outbox.REDEEM : Outbox.BOUNCE,
                vm.parseJsonBytes32(json, _key(path, "rightsId")),
                uint80(_uint(path, "units")),
                vm.parseJsonBytes32(json, _key(path, "target"))
            );
            vm.assertEq(head, vm.parseJsonBytes32(json, _key(path, "headAfter")), path);
            bytes32 slot = keccak256(abi.encode(_uint(path, "laneId"), uint256(0)));
            vm.assertEq(slot, vm.parseJsonBytes32(json, _key(path, "headSlot")), path);
        }
    }

    function test_Accounts() public {
        for (uint256 i = _open("accounts"); i > 0;) {
            string memory path = _case(--i);
            vm.assertTrue(Outbox.isAccount(vm.parseJsonBytes32(json, _key(path, "bytes32"))), path);
        }
        for (uint256 i = vm.parseJsonUint(json, ".refusedCount"); i > 0;) {
            string memory path = _refused(--i);
            vm.assertEq(Outbox.isAccount(vm.parseJsonBytes32(json, _key(path, "bytes32"))), false, path);
        }
    }

    /* ENDORSED READS */

    function test_EndorsedReads() public {
        uint256 count = _open("endorsed-reads");
        AssetChainClient client = _client();
        for (uint256 i = count; i > 0;) {
            string memory path = _case(--i);
            bytes memory payload = vm.parseJsonBytes(json, _key(path, "payload"));
            uint256 place = client.verify(payload, vm.parseJsonBytes(json, _key(path, "endorsements")));
            bytes memory header = vm.parseJsonBytes(json, _key(path, "header"));
            for (uint256 k = 0; k < header.length; ++k) {
                vm.assertEq(uint8(payload[place + k]), uint8(header[k]), path);
            }
        }
        for (uint256 i = vm.parseJsonUint(json, ".refusedCount"); i > 0;) {
            string memory path = _refused(--i);
            bytes memory payload = vm.parseJsonBytes(json, _key(path, "payload"));
            bytes memory endorsements = vm.parseJsonBytes(json, _key(path, "endorsements"));
            bytes4 expected = _errorOf(vm.parseJsonString(json, _key(path, "code")));
            try client.verify(payload, endorsements) {
                vm.assertTrue(false, path);
            } catch (bytes memory answer) {
                vm.assertEq(bytes32(bytes4(answer)), bytes32(expected), vm.parseJsonString(json, _key(path, "name")));
            }
        }
    }

    function _client() private returns (AssetChainClient) {
        bytes[] memory identities = vm.parseJsonBytesArray(json, ".identities");
        bytes32[] memory qx = vm.parseJsonBytes32Array(json, ".qx");
        bytes32[] memory qy = vm.parseJsonBytes32Array(json, ".qy");
        IAssetChainClient.Member[] memory members = new IAssetChainClient.Member[](identities.length);
        for (uint256 i = 0; i < members.length; ++i) {
            members[i] = IAssetChainClient.Member(bytes32(i), identities[i], qx[i], qy[i]);
        }
        return new AssetChainClient(
            members,
            uint8(vm.parseJsonUint(json, ".threshold")),
            vm.parseJsonBytes32(json, ".assetChainId"),
            vm.parseJsonString(json, ".chaincode")
        );
    }

    function _errorOf(string memory code) private pure returns (bytes4) {
        bytes32 hash = keccak256(bytes(code));
        if (hash == keccak256("PAYLOAD_BAD")) return ProposalResponse.PayloadBad.selector;
        if (hash == keccak256("RESPONSE_STATUS")) return ProposalResponse.ResponseStatus.selector;
        if (hash == keccak256("CHAINCODE_WRONG")) return ProposalResponse.ChaincodeWrong.selector;
        if (hash == keccak256("HEADER_BAD")) return EpochHeader.HeaderBad.selector;
        if (hash == keccak256("ASSET_CHAIN_WRONG")) return IAssetChainClient.AssetChainWrong.selector;
        if (hash == keccak256("QUORUM_MISSING")) return IAssetChainClient.QuorumMissing.selector;
        if (hash == keccak256("SIGNER_ORDER")) return IAssetChainClient.SignerOrder.selector;
        if (hash == keccak256("SIGNER_UNKNOWN")) return IAssetChainClient.SignerUnknown.selector;
        if (hash == keccak256("SIGNATURE_BAD")) return P256Verify.SignatureBad.selector;
        if (hash == keccak256("ENCODING_BAD")) return IAssetChainClient.EncodingBad.selector;
        return bytes4(0);
    }

    /* READING */

    /// @dev The file's number of cases; a file without any would test nothing.
    function _open(string memory name) private returns (uint256 count) {
        json = vm.readFile(string.concat("../bridge/protocol/vectors/", name, ".json"));
        count = vm.parseJsonUint(json, ".count");
        vm.assertTrue(count > 0, name);
    }

    function _case(uint256 index) private pure returns (string memory) {
        return string.concat(".cases[", vm.toString(index), "]");
    }

    function _refused(uint256 index) private pure returns (string memory) {
        return string.concat(".refused[", vm.toString(index), "]");
    }

    function _key(string memory path, string memory name) private pure returns (string memory) {
        return string.concat(path, ".", name);
    }

    function _uint(string memory path, string memory name) private view returns (uint256) {
        return vm.parseJsonUint(json, _key(path, name));
    }

    function _status(string memory name) private pure returns (uint256) {
        bytes32 hash = keccak256(bytes(name));
        return hash == keccak256("ACTIVE") ? Words.ACTIVE : hash == keccak256("FROZEN") ? Words.FROZEN : Words.REVOKED;
    }
}
