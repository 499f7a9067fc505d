// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAssetChainClient} from "../../src/interfaces/IAssetChainClient.sol";
import {IBackings} from "../../src/interfaces/IBackings.sol";
import {IBridge} from "../../src/interfaces/IBridge.sol";
import {Eligibility, IMirrorToken} from "../../src/interfaces/IMirrorToken.sol";
import {P256Verify} from "../../src/libraries/P256Verify.sol";
import {Consortium} from "../kit/Consortium.sol";
import {Epochs} from "../kit/Epochs.sol";
import {Scene} from "../kit/Scene.sol";
import {vm} from "../kit/Vm.sol";

/// @title The trust table
/// @notice Protocol section 1: what each party's keys cannot do, however they are used.
contract TrustTest is Scene {
    IMirrorToken private token;

    function setUp() public override {
        super.setUp();
        token = ready();
        deliverMint(0, ALICE, 100);
    }

    function test_ACarriersKeysMintNothing() public {
        _cannotMint(CARRIER);
        (bytes32 role, bytes32 rightsId) = (roles.VENUE_ROLE(), idOf(1));
        vm.startPrank(CARRIER);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotAuthorized.selector, CARRIER, role));
        bridge.list(rightsId, LANE, "Household Solar", "SOL", 2, Eligibility.OPEN);
        vm.expectRevert(abi.encodeWithSelector(IBackings.NotAuthorized.selector, CARRIER, role));
        backings.setPolicy(0);
        vm.stopPrank();
        _nothingMoved();
    }

    function test_TheVenuesKeysMintNothing() public {
        address[3] memory venue = [ADMIN, VENUE, COMPLIANCE];
        for (uint256 i = 0; i < venue.length; ++i) {
            _cannotMint(venue[i]);
        }
        bytes32 rightsId = idOf(0);
        vm.prank(VENUE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyListed.selector, rightsId, address(token)));
        bridge.list(rightsId, LANE + 1, "Household Solar", "SOL", 2, Eligibility.OPEN);
        _nothingMoved();
    }

    function test_OneOrganizationAloneMintsNothing() public {
        for (uint256 org = 0; org < Consortium.SIZE; ++org) {
            (bytes memory payload, bytes memory words) = _forged();
            bytes memory endorsement = Consortium.entry(payload, org);
            vm.expectRevert(abi.encodeWithSelector(IAssetChainClient.QuorumMissing.selector, 1, 2));
            bridge.deliver(payload, endorsement, words);
        }
        _nothingMoved();
    }

    /// @dev Straight at the token, by an epoch nobody endorsed, by one endorsed with keys of its own, by a message never held.
    function _cannotMint(address caller) private {
        (bytes memory payload, bytes memory words) = _forged();
        bytes memory own = _ownKeys(payload);
        bytes32 termsHash = termsOf(0);
        IBridge.HeldMessage memory held = heldOf(0, 7, caller, 5, block.timestamp);
        vm.startPrank(caller);
        vm.expectRevert(abi.encodeWithSelector(IMirrorToken.NotAuthorized.selector, caller, bytes32(0)));
        token.mint(termsHash, abi.encode(Epochs.mint(caller, 5, 0)));
        vm.expectRevert(abi.encodeWithSelector(IAssetChainClient.QuorumMissing.selector, 0, 2));
        bridge.deliver(payload, "", words);
        vm.expectRevert(abi.encodeWithSelector(P256Verify.SignatureBad.selector, 0));
        bridge.deliver(payload, own, words);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotHeld.selector, LANE, 7));
        bridge.retry(held);
        vm.stopPrank();
    }

    /// @dev Endorsements that name the members 0 and 1 and are signed by nobody of the consortium.
    function _ownKeys(bytes memory payload) private pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = Consortium.signatureOf(sha256(bytes.concat(payload, Consortium.identityOf(0))), 7);
        return bytes.concat(abi.encodePacked(uint8(0), r, s), abi.encodePacked(uint8(1), r, s));
    }

    /// @dev An epoch that is in order but for its endorsements.
    function _forged() private view returns (bytes memory payload, bytes memory words) {
        uint256[] memory messages = Epochs.list(Epochs.mint(BOB, 5, 0));
        Epochs.State[] memory sealedStates = Epochs.list(sealed_(stateOf(0), messages));
        words = Epochs.encode(sealedStates, messages);
        payload = Consortium.payloadOf(Epochs.encode(headerOf(1, 1, words)));
    }

    function _nothingMoved() private view {
        (uint64 delivered,,,,) = bridge.lane(LANE);
        vm.assertEq(delivered, 1);
        vm.assertEq(token.totalSupply(), 100);
        vm.assertEq(token.balanceOf(ALICE), 100);
    }
}
