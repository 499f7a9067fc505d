// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AssetChainClient} from "../../src/AssetChainClient.sol";
import {Backings} from "../../src/Backings.sol";
import {Bridge} from "../../src/Bridge.sol";
import {MirrorTokenFactory} from "../../src/MirrorTokenFactory.sol";
import {VenueRoles} from "../../src/VenueRoles.sol";
import {AssetState16Verifier} from "../../src/generated/AssetState16Verifier.sol";
import {AssetState1Verifier} from "../../src/generated/AssetState1Verifier.sol";
import {HoldReason, IBridge} from "../../src/interfaces/IBridge.sol";
import {Eligibility, IMirrorToken} from "../../src/interfaces/IMirrorToken.sol";
import {Terms} from "../../src/libraries/Terms.sol";
import {Words} from "../../src/libraries/Words.sol";
import {Consortium} from "./Consortium.sol";
import {Epochs} from "./Epochs.sol";
import {Vm, vm} from "./Vm.sol";

/// @title A whole deployment
/// @notice Real client, verifiers, backings and bridge; sixteen records with real proofs (test/fixtures/proofs.json); one lane.
abstract contract Scene {
    address internal constant ADMIN = address(0xAD01);
    address internal constant VENUE = address(0x7E01);
    address internal constant COMPLIANCE = address(0xC001);
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant CARRIER = address(0xCA01);

    uint64 internal constant LANE = 0x1f2e3d4c5b6a7988;
    uint256 internal constant NOW = 1_790_000_000;
    uint256 internal constant HOLD_PERIOD = 7 days;
    bytes32 internal constant ACCOUNT = "client-0017";

    /// @dev The bounds of the fixture's proofs.
    uint80 internal constant PROVEN_UNITS = 48_000_000;
    uint80 internal constant PROVEN_VALUE = 2.8e18;
    uint40 internal constant PROVEN_UNTIL = 1_900_000_000;

    string internal proofs;
    bytes32[] internal commitments;

    VenueRoles internal roles;
    Backings internal backings;
    AssetChainClient internal client;
    Bridge internal bridge;

    /// @dev What the asset chain remembers of the lane.
    uint64 internal epoch;
    bytes32 internal previousHeader;
    uint64 internal nextMessage;
    uint64 internal releasedThrough;
    mapping(bytes32 rightsId => Epochs.State) internal states;

    function setUp() public virtual {
        vm.warp(NOW);
        proofs = vm.readFile("test/fixtures/proofs.json");
        commitments = vm.parseJsonBytes32Array(proofs, ".commitments");
        uint256 policy = vm.parseJsonUint(proofs, ".proofs.one.policy");

        roles = new VenueRoles(1 days, ADMIN, VENUE, COMPLIANCE);
        backings = new Backings(new AssetState1Verifier(), new AssetState16Verifier(), roles, policy);
        client = new AssetChainClient(Consortium.members(), 2, Consortium.ASSET_CHAIN_ID, Consortium.CHAINCODE);
        bridge = new Bridge(client, backings, new MirrorTokenFactory(roles), roles, HOLD_PERIOD);
    }

    /* RECORDS */

    /// @dev Record ids in ascending order of `index`.
    function idOf(uint256 index) internal pure returns (bytes32) {
        return bytes32(index + 1 << 200 | uint256(keccak256(abi.encode(index))) >> 64);
    }

    function termsOf(uint256 index) internal pure returns (bytes32) {
        return Terms.hash(idOf(index), 2, "Household Solar", "SOL");
    }

    /// @dev The record's state on the asset chain; its first one if nothing was sealed yet.
    function stateOf(uint256 index) internal view returns (Epochs.State memory state) {
        state = states[idOf(index)];
        if (state.status == 0) {
            bytes32 commitment = index < commitments.length ? commitments[index] : bytes32(index);
            state = Epochs.State(
                idOf(index), Words.ACTIVE, 0, 0, PROVEN_VALUE, uint40(NOW - 3_600), commitment, termsOf(index)
            );
        }
    }

    function list(uint256 index, Eligibility eligibility) internal returns (IMirrorToken) {
        vm.prank(VENUE);
        return bridge.list(idOf(index), LANE, "Household Solar", "SOL", 2, eligibility);
    }

    /// @dev The token of a record that was listed.
    function tokenOf(uint256 index) internal view returns (IMirrorToken token) {
        (token,) = bridge.listing(idOf(index));
    }

    /// @dev Proves all sixteen records.
    function proveAll() internal {
        uint256[] memory bounds = new uint256[](16);
        for (uint256 i = 0; i < 16; ++i) {
            bounds[i] = vm.parseJsonUint(proofs, ".proofs.sixteen.bound");
        }
        backings.prove(commitments, bounds, proofOf("sixteen"));
    }

    function proofOf(string memory name) internal view returns (uint256[8] memory proof) {
        uint256[] memory all = vm.parseJsonUintArray(proofs, string.concat(".proofs.", name, ".proof"));
        for (uint256 i = 0; i < 8; ++i) {
            proof[i] = all[i];
        }
    }

    /// @dev Record 0 proven and listed for everyone.
    function ready() internal returns (IMirrorToken) {
        proveAll();
        return list(0, Eligibility.OPEN);
    }

    /* DELIVER */

    /// @dev Seals one record's state with its messages, counting its mints, and delivers.
    function deliver(uint256 index, uint256[] memory messages) internal {
        deliver(Epochs.list(sealed_(stateOf(index), messages)), messages);
    }

    function deliverMint(uint256 index, address recipient, uint80 units) internal returns (uint64 message) {
        message = nextMessage;
        deliver(index, Epochs.list(Epochs.mint(recipient, units, 0)));
    }

    function deliver(Epochs.State[] memory sealedStates, uint256[] memory messages) internal {
        bytes memory words = Epochs.encode(sealedStates, messages);
        Epochs.Header memory header = headerOf(sealedStates.length, messages.length, words);
        submit(header, words);
        epoch = header.epoch;
        previousHeader = sha256(Epochs.encode(header));
        nextMessage += uint64(messages.length);
        for (uint256 i = 0; i < sealedStates.length; ++i) {
            states[sealedStates[i].rightsId] = sealedStates[i];
        }
    }

    /// @dev The state with the units of the MINT messages in it, all of them being of this record.
    function sealed_(Epochs.State memory state, uint256[] memory messages) internal pure returns (Epochs.State memory) {
        for (uint256 i = 0; i < messages.length; ++i) {
            if (Words.kindOf(messages[i]) == Words.MINT) state.sealedUnits += Words.unitsOf(messages[i]);
        }
        return state;
    }

    /// @dev The lane's next header.
    function headerOf(uint256 stateCount, uint256 messageCount, bytes memory words)
        internal
        view
        returns (Epochs.Header memory)
    {
        return Epochs.Header({
            assetChainId: Consortium.ASSET_CHAIN_ID,
            laneId: LANE,
            tradingChainId: uint64(block.chainid),
            bridge: address(bridge),
            epoch: epoch + 1,
            previousHeader: previousHeader,
            firstMessage: nextMessage,
            messageCount: uint16(messageCount),
            stateCount: uint16(stateCount),
            wordsHash: sha256(words),
            sealedAt: uint64(block.timestamp),
            releasedThrough: releasedThrough
        });
    }

    function submit(Epochs.Header memory header, bytes memory words) internal {
        bytes memory payload = Consortium.payloadOf(Epochs.encode(header));
        bytes memory endorsements = Consortium.endorse(payload);
        vm.prank(CARRIER);
        bridge.deliver(payload, endorsements, words);
    }

    /* HELD */

    function heldOf(uint256 index, uint64 message, address recipient, uint80 units, uint256 heldAt)
        internal
        pure
        returns (IBridge.HeldMessage memory)
    {
        return IBridge.HeldMessage(LANE, message, idOf(index), recipient, units, uint40(heldAt));
    }

    /// @dev The reasons of the messages held since logs are recorded.
    function heldReasons() internal returns (HoldReason[] memory reasons) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        reasons = new HoldReason[](logs.length);
        uint256 count = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IBridge.MessageHeld.selector) continue;
            (,,, HoldReason reason) = abi.decode(logs[i].data, (address, uint80, uint40, HoldReason));
            reasons[count++] = reason;
        }
        HoldReason[] memory found = new HoldReason[](count);
        for (uint256 i = 0; i < count; ++i) {
            found[i] = reasons[i];
        }
        return found;
    }

    /// @dev minted + held + outboxed = sealed.
    function assertConserved(uint256 index) internal view {
        (uint80 sealedUnits,, uint80 held, uint80 outboxed) = bridge.supply(LANE, idOf(index));
        IMirrorToken token = tokenOf(index);
        uint256 minted = address(token) == address(0) ? 0 : token.totalSupply();
        vm.assertEq(minted + held + outboxed, sealedUnits, "minted + held + outboxed = sealed");
    }
}
