// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

import {AssetChainClient} from "../../src/AssetChainClient.sol";
import {IAssetChainClient} from "../../src/interfaces/IAssetChainClient.sol";
import {EpochHeader} from "../../src/libraries/EpochHeader.sol";
import {P256Verify} from "../../src/libraries/P256Verify.sol";
import {ProposalResponse} from "../../src/libraries/ProposalResponse.sol";
import {Consortium} from "../kit/Consortium.sol";
import {Epochs} from "../kit/Epochs.sol";
import {vm} from "../kit/Vm.sol";

contract AssetChainClientTest {
    AssetChainClient private client;
    bytes private header;
    bytes private payload;

    function setUp() public {
        client = new AssetChainClient(Consortium.members(), 2, Consortium.ASSET_CHAIN_ID, Consortium.CHAINCODE);
        Epochs.Header memory fields;
        fields.assetChainId = Consortium.ASSET_CHAIN_ID;
        fields.epoch = 1;
        header = Epochs.encode(fields);
        payload = Consortium.payloadOf(header);
    }

    /* CONSTRUCTOR */

    function test_RevertWhen_ChainHasNoPrecompile() public {
        vm.mockCall(address(0x100), "", "");
        _refuseSet(Consortium.members(), 2, abi.encodeWithSelector(P256Verify.PrecompileMissing.selector));
    }

    function test_RevertWhen_MembersAreNone() public {
        _refuseMembers(new IAssetChainClient.Member[](0), 0);
    }

    function test_RevertWhen_MembersAreOutOfOrder() public {
        IAssetChainClient.Member[] memory members = Consortium.members();
        (members[0], members[1]) = (members[1], members[0]);
        _refuseMembers(members, 1);
    }

    function test_RevertWhen_MemberHasNoIdentity() public {
        IAssetChainClient.Member[] memory members = Consortium.members();
        members[2].identity = "";
        _refuseMembers(members, 2);
    }

    function test_RevertWhen_MemberKeyIsOffTheCurve() public {
        IAssetChainClient.Member[] memory members = Consortium.members();
        members[1].qy = bytes32(uint256(members[1].qy) + 1);
        _refuseMembers(members, 1);
    }

    function test_RevertWhen_MembersAreTooManyToKeep() public {
        IAssetChainClient.Member[] memory members = new IAssetChainClient.Member[](30);
        for (uint256 i = 0; i < members.length; ++i) {
            members[i] = Consortium.member(bytes32(i + 1), i);
        }
        _refuseMembers(members, 30);
    }

    function test_RevertWhen_ThresholdIsZero() public {
        _refuseSet(Consortium.members(), 0, abi.encodeWithSelector(IAssetChainClient.ThresholdBad.selector, 0, 3));
    }

    function test_RevertWhen_ThresholdIsAboveTheOrganizations() public {
        IAssetChainClient.Member[] memory members = Consortium.members();
        members[1].org = members[0].org;
        _refuseSet(members, 3, abi.encodeWithSelector(IAssetChainClient.ThresholdBad.selector, 3, 2));
    }

    function test_Constructor_KeepsMembers() public view {
        vm.assertEq(client.memberCount(), 3);
        vm.assertEq(client.THRESHOLD(), 2);
        vm.assertEq(client.ASSET_CHAIN_ID(), Consortium.ASSET_CHAIN_ID);
        for (uint256 i = 0; i < 3; ++i) {
            (uint256 org, bytes memory identity, bytes32 qx, bytes32 qy) = client.memberAt(i);
            (uint256 x, uint256 y) = vm.publicKeyP256(Consortium.keyOf(i));
            vm.assertEq(org, i);
            vm.assertEq(identity, Consortium.identityOf(i));
            vm.assertEq(uint256(qx), x);
            vm.assertEq(uint256(qy), y);
        }
    }

    function test_RevertWhen_MemberIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IAssetChainClient.SignerUnknown.selector, 3));
        client.memberAt(3);
    }

    /* VERIFY: PAYLOAD */

    function test_Verify_FindsTheHeader() public view {
        uint256 place = client.verify(payload, Consortium.endorse(payload));
        for (uint256 i = 0; i < header.length; ++i) {
            vm.assertEq(uint8(payload[place + i]), uint8(header[i]), "a byte of the header");
        }
    }

    function test_Verify_TakesLongReadSets() public view {
        bytes memory results = Consortium.field(0x0a, new bytes(5_000));
        _accept(Consortium.payloadWith(results, Consortium.responseOf(header), Consortium.chaincodeId("rights")));
    }

    function test_RevertWhen_BytesTrail() public {
        _refuse(bytes.concat(payload, hex"00"), ProposalResponse.PayloadBad.selector);
        _refuse(bytes.concat(payload, Consortium.field(0x1a, "more")), ProposalResponse.PayloadBad.selector);
    }

    function test_RevertWhen_FieldsAreReordered() public {
        bytes memory action = Consortium.field(
            0x12,
            bytes.concat(
                Consortium.responseOf(header), Consortium.field(0x0a, "read set"), Consortium.chaincodeId("rights")
            )
        );
        _refuse(bytes.concat(Consortium.proposalHash(), action), ProposalResponse.PayloadBad.selector);
        bytes memory own = payload;
        bytes memory extension = new bytes(own.length - 34);
        for (uint256 i = 0; i < extension.length; ++i) {
            extension[i] = own[34 + i];
        }
        _refuse(bytes.concat(extension, Consortium.proposalHash()), ProposalResponse.PayloadBad.selector);
    }

    function test_RevertWhen_FieldsAreRepeated() public {
        bytes memory results = Consortium.field(0x0a, "read set");
        bytes memory response = Consortium.responseOf(header);
        bytes memory id = Consortium.chaincodeId("rights");
        _refuse(bytes.concat(Consortium.proposalHash(), payload), ProposalResponse.PayloadBad.selector);
        _refuse(
            Consortium.payloadWith(bytes.concat(results, results), response, id), ProposalResponse.PayloadBad.selector
        );
        _refuse(
            Consortium.payloadWith(results, bytes.concat(response, response), id), ProposalResponse.PayloadBad.selector
        );
        _refuse(Consortium.payloadWith(results, response, bytes.concat(id, id)), ProposalResponse.PayloadBad.selector);
        bytes memory twice = bytes.concat(hex"08c801", Consortium.field(0x1a, header), Consortium.field(0x1a, header));
        _refuse(
            Consortium.payloadWith(results, Consortium.field(0x1a, twice), id), ProposalResponse.PayloadBad.selector
        );
    }

    function test_RevertWhen_FieldIsUnknown() public {
        bytes memory results = Consortium.field(0x0a, "read set");
        bytes memory events = Consortium.field(0x12, "event");
        _refuse(
            Consortium.payloadWith(
                bytes.concat(results, events), Consortium.responseOf(header), Consortium.chaincodeId("rights")
            ),
            ProposalResponse.PayloadBad.selector
        );
        bytes memory path = Consortium.field(0x22, bytes.concat(Consortium.field(0x0a, "path"), "\x12\x06rights"));
        _refuse(
            Consortium.payloadWith(results, Consortium.responseOf(header), path), ProposalResponse.PayloadBad.selector
        );
    }

    function test_RevertWhen_FieldIsEmpty() public {
        _refuse(
            Consortium.payloadWith(
                Consortium.field(0x0a, ""), Consortium.responseOf(header), Consortium.chaincodeId("rights")
            ),
            ProposalResponse.PayloadBad.selector
        );
    }

    function test_RevertWhen_ChaincodeIdHasMore() public {
        bytes memory more = bytes.concat("\x12\x06rights", "\x1a\x031.0", "\x1a\x031.0");
        _refuse(
            Consortium.payloadWith(
                Consortium.field(0x0a, "read set"), Consortium.responseOf(header), Consortium.field(0x22, more)
            ),
            ProposalResponse.PayloadBad.selector
        );
    }

    function test_RevertWhen_LengthIsNotTheShortest() public {
        // Thirteen, in two bytes.
        bytes memory id = bytes.concat(hex"228d00", "\x12\x06rights", "\x1a\x031.0");
        _refuse(
            Consortium.payloadWith(Consortium.field(0x0a, "read set"), Consortium.responseOf(header), id),
            ProposalResponse.PayloadBad.selector
        );
    }

    function testFuzz_RevertWhen_PayloadIsCut(uint256 length) public {
        bytes memory cut = new bytes(length % payload.length);
        for (uint256 i = 0; i < cut.length; ++i) {
            cut[i] = payload[i];
        }
        _refuse(cut, ProposalResponse.PayloadBad.selector);
    }

    function testFuzz_RevertWhen_AnyByteOfTheFrameChanges(uint256 place, uint8 change) public {
        bytes memory changed = payload;
        place %= changed.length;
        changed[place] ^= bytes1(change == 0 ? 1 : change);
        bytes memory endorsements = Consortium.endorse(payload);
        vm.expectRevert();
        client.verify(changed, endorsements);
    }

    function test_RevertWhen_StatusIsNot200() public {
        bytes memory response = Consortium.field(0x1a, bytes.concat(hex"08f403", Consortium.field(0x1a, header)));
        bytes memory failed =
            Consortium.payloadWith(Consortium.field(0x0a, "read set"), response, Consortium.chaincodeId("rights"));
        _refuseExactly(failed, abi.encodeWithSelector(ProposalResponse.ResponseStatus.selector, bytes3(0x08f403)));
    }

    function test_RevertWhen_AnotherChaincodeAnswers() public {
        bytes memory results = Consortium.field(0x0a, "read set");
        bytes memory other =
            Consortium.payloadWith(results, Consortium.responseOf(header), Consortium.chaincodeId("echo"));
        _refuseExactly(other, abi.encodeWithSelector(ProposalResponse.ChaincodeWrong.selector, bytes("echo")));
        bytes memory longer =
            Consortium.payloadWith(results, Consortium.responseOf(header), Consortium.chaincodeId("rights2"));
        _refuseExactly(longer, abi.encodeWithSelector(ProposalResponse.ChaincodeWrong.selector, bytes("rights2")));
    }

    function test_RevertWhen_AQueryEchoesAHeader() public {
        // Whatever a query returns, it is JSON: the header can be in it, but not be it.
        bytes memory echoed = bytes.concat('{"echo":"', header, '"}');
        _refuse(Consortium.payloadOf(echoed), EpochHeader.HeaderBad.selector);
    }

    function test_RevertWhen_MagicIsAnother() public {
        bytes memory other = header;
        other[3] = "2";
        _refuse(Consortium.payloadOf(other), EpochHeader.HeaderBad.selector);
    }

    function test_RevertWhen_HeaderIsOfAnotherChannel() public {
        Epochs.Header memory fields;
        fields.assetChainId = sha256("another channel");
        bytes memory other = Consortium.payloadOf(Epochs.encode(fields));
        _refuseExactly(other, abi.encodeWithSelector(IAssetChainClient.AssetChainWrong.selector, fields.assetChainId));
    }

    /* VERIFY: ENDORSEMENTS */

    function test_RevertWhen_EntryIsPartial() public {
        bytes memory endorsements = bytes.concat(Consortium.endorse(payload), hex"02");
        _refuseWith(endorsements, abi.encodeWithSelector(IAssetChainClient.EncodingBad.selector, 131));
    }

    function test_RevertWhen_EndorsersAreTooFew() public {
        _refuseWith(
            Consortium.entry(payload, 1), abi.encodeWithSelector(IAssetChainClient.QuorumMissing.selector, 1, 2)
        );
        _refuseWith("", abi.encodeWithSelector(IAssetChainClient.QuorumMissing.selector, 0, 2));
    }

    function test_RevertWhen_EndorserIsOutsideTheSet() public {
        bytes memory stranger = Consortium.entryAs(payload, Consortium.identityOf(3), 3);
        _refuseWith(
            bytes.concat(Consortium.entry(payload, 0), stranger),
            abi.encodeWithSelector(IAssetChainClient.SignerUnknown.selector, 3)
        );
    }

    function test_RevertWhen_EndorserIsRepeated() public {
        bytes memory one = Consortium.entry(payload, 1);
        _refuseWith(bytes.concat(one, one), abi.encodeWithSelector(IAssetChainClient.SignerOrder.selector, 1));
    }

    function test_RevertWhen_EndorsersAreOutOfOrder() public {
        _refuseWith(
            bytes.concat(Consortium.entry(payload, 1), Consortium.entry(payload, 0)),
            abi.encodeWithSelector(IAssetChainClient.SignerOrder.selector, 0)
        );
    }

    function test_RevertWhen_TwoEndorsersAreOfOneOrganization() public {
        IAssetChainClient.Member[] memory members = Consortium.members();
        members[1].org = members[0].org;
        client = new AssetChainClient(members, 2, Consortium.ASSET_CHAIN_ID, Consortium.CHAINCODE);
        _refuseWith(Consortium.endorse(payload), abi.encodeWithSelector(IAssetChainClient.SignerOrder.selector, 1));
        client.verify(payload, bytes.concat(Consortium.entry(payload, 1), Consortium.entry(payload, 2)));
    }

    function test_RevertWhen_SignatureIsOfAnotherPayload() public {
        bytes memory other = Consortium.payloadOf(bytes.concat(header, "."));
        _refuseWith(
            bytes.concat(Consortium.entry(payload, 0), Consortium.entry(other, 1)),
            abi.encodeWithSelector(P256Verify.SignatureBad.selector, 1)
        );
    }

    function test_RevertWhen_SignatureIsOverAnotherIdentity() public {
        bytes memory renewed = Consortium.entryAs(payload, "a renewed certificate", 1);
        _refuseWith(
            bytes.concat(Consortium.entry(payload, 0), renewed),
            abi.encodeWithSelector(P256Verify.SignatureBad.selector, 1)
        );
    }

    function test_RevertWhen_SplitIsShifted() public {
        // The signed bytes stay the same when the payload's end moves into the identity; the strict form fixes the split.
        bytes memory identity = Consortium.identityOf(0);
        bytes memory longer = bytes.concat(payload, identity[0]);
        bytes memory endorsements = Consortium.endorse(payload);
        vm.expectRevert(ProposalResponse.PayloadBad.selector);
        client.verify(longer, endorsements);
    }

    function test_RevertWhen_SIsHigh() public {
        (bytes32 r, bytes32 s) = Consortium.signatureOf(sha256(bytes.concat(payload, Consortium.identityOf(1))), 1);
        bytes memory high = abi.encodePacked(uint8(1), r, bytes32(P256.N - uint256(s)));
        _refuseWith(
            bytes.concat(Consortium.entry(payload, 0), high),
            abi.encodeWithSelector(P256Verify.SignatureBad.selector, 1)
        );
    }

    function test_RevertWhen_PrecompileIsGone() public {
        bytes memory endorsements = Consortium.endorse(payload);
        // What a call to an empty account answers: success, and nothing.
        vm.mockCall(address(0x100), "", "");
        vm.expectRevert(P256Verify.PrecompileMissing.selector);
        client.verify(payload, endorsements);
    }

    function test_RevertWhen_PrecompileAnswersMoreThanAWord() public {
        bytes memory endorsements = Consortium.endorse(payload);
        vm.mockCall(address(0x100), "", abi.encode(1, 1));
        vm.expectRevert(P256Verify.PrecompileMissing.selector);
        client.verify(payload, endorsements);
    }

    function test_Verify_TakesMoreThanEnough() public view {
        client.verify(payload, bytes.concat(Consortium.endorse(payload), Consortium.entry(payload, 2)));
        client.verify(payload, bytes.concat(Consortium.entry(payload, 0), Consortium.entry(payload, 2)));
    }

    /* HELPERS */

    function _refuseMembers(IAssetChainClient.Member[] memory members, uint256 member) private {
        _refuseSet(members, 1, abi.encodeWithSelector(IAssetChainClient.MembersBad.selector, member));
    }

    function _refuseSet(IAssetChainClient.Member[] memory members, uint8 threshold, bytes memory answer) private {
        bytes32 id = Consortium.ASSET_CHAIN_ID;
        vm.expectRevert(answer);
        new AssetChainClient(members, threshold, id, Consortium.CHAINCODE);
    }

    function _accept(bytes memory other) private view {
        client.verify(other, Consortium.endorse(other));
    }

    function _refuse(bytes memory other, bytes4 selector) private {
        _refuseExactly(other, abi.encodeWithSelector(selector));
    }

    /// @dev Properly endorsed, and refused all the same.
    function _refuseExactly(bytes memory other, bytes memory answer) private {
        bytes memory endorsements = Consortium.endorse(other);
        vm.expectRevert(answer);
        client.verify(other, endorsements);
    }

    function _refuseWith(bytes memory endorsements, bytes memory answer) private {
        vm.expectRevert(answer);
        client.verify(payload, endorsements);
    }
}
