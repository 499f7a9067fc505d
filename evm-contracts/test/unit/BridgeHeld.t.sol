// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {HoldReason, IBridge} from "../../src/interfaces/IBridge.sol";
import {Eligibility, IMirrorToken} from "../../src/interfaces/IMirrorToken.sol";
import {Outbox} from "../../src/libraries/Outbox.sol";
import {Words} from "../../src/libraries/Words.sol";
import {Epochs} from "../kit/Epochs.sol";
import {Scene} from "../kit/Scene.sol";
import {vm} from "../kit/Vm.sol";

contract BridgeHeldTest is Scene {
    /* HOLD, THEN RETRY: ONE TEST PER REASON */

    function test_Hold_RecordNotListed() public {
        proveAll();
        uint64 message = _expectHeld(500, HoldReason.RECORD_NOT_LISTED);
        _refuseRetry(message, HoldReason.RECORD_NOT_LISTED);
        list(0, Eligibility.OPEN);
        _retry(message);
    }

    function test_Hold_RecordListedForAnotherLane() public {
        proveAll();
        vm.prank(VENUE);
        bridge.list(idOf(0), LANE + 1, "Household Solar", "SOL", 2, Eligibility.OPEN);
        uint64 message = _expectHeld(500, HoldReason.RECORD_NOT_LISTED);
        list(0, Eligibility.OPEN);
        _retry(message);
    }

    function test_Hold_RecordListedWithOtherTerms() public {
        proveAll();
        vm.prank(VENUE);
        bridge.list(idOf(0), LANE, "Household Solar", "SUN", 2, Eligibility.OPEN);
        uint64 message = _expectHeld(500, HoldReason.RECORD_NOT_LISTED);
        _refuseRetry(message, HoldReason.RECORD_NOT_LISTED);
        list(0, Eligibility.OPEN);
        _retry(message);
    }

    function test_Hold_RecordFrozen() public {
        ready();
        Epochs.State memory state = stateOf(0);
        state.status = Words.FROZEN;
        states[idOf(0)] = state;
        uint64 message = _expectHeld(500, HoldReason.RECORD_NOT_ACTIVE);
        _refuseRetry(message, HoldReason.RECORD_NOT_ACTIVE);
        states[idOf(0)].status = Words.ACTIVE;
        deliver(0, new uint256[](0));
        _retry(message);
    }

    function test_Hold_RecordRevoked() public {
        ready();
        Epochs.State memory state = stateOf(0);
        state.status = Words.REVOKED;
        states[idOf(0)] = state;
        uint64 message = _expectHeld(500, HoldReason.RECORD_NOT_ACTIVE);
        _refuseRetry(message, HoldReason.RECORD_NOT_ACTIVE);
    }

    function test_Hold_NothingProven() public {
        list(0, Eligibility.OPEN);
        uint64 message = _expectHeld(500, HoldReason.RECORD_NOT_BACKED);
        _refuseRetry(message, HoldReason.RECORD_NOT_BACKED);
        proveAll();
        _retry(message);
    }

    function test_Hold_UnitsPastTheBound() public {
        ready();
        _expectMinted(PROVEN_UNITS);
        uint64 message = _expectHeld(1, HoldReason.RECORD_NOT_BACKED);
        _refuseRetry(message, HoldReason.RECORD_NOT_BACKED);
    }

    function test_Hold_ReleasedUnitsMakeRoom() public {
        ready();
        _expectMinted(PROVEN_UNITS);
        vm.prank(ALICE);
        bridge.redeem(idOf(0), 10, ACCOUNT);
        releasedThrough = 1;
        states[idOf(0)].releasedUnits = 10;
        _expectMinted(10);
        _expectHeld(1, HoldReason.RECORD_NOT_BACKED);
    }

    function test_Hold_ValueAboveTheBound() public {
        ready();
        _expectMinted(5);
        states[idOf(0)].unitValue = PROVEN_VALUE + 1;
        uint64 message = _expectHeld(500, HoldReason.RECORD_NOT_BACKED);
        states[idOf(0)].unitValue = PROVEN_VALUE;
        deliver(0, new uint256[](0));
        _retry(message);
    }

    function test_Hold_PastTheBoundsEnd() public {
        ready();
        vm.warp(PROVEN_UNTIL);
        _expectMinted(5);
        vm.warp(PROVEN_UNTIL + 1);
        _expectHeld(500, HoldReason.RECORD_NOT_BACKED);
    }

    function test_Hold_RecordChangedSinceTheProof() public {
        ready();
        _expectMinted(5);
        states[idOf(0)].commitment = bytes32(uint256(commitments[0]) ^ 1);
        uint64 message = _expectHeld(500, HoldReason.RECORD_NOT_BACKED);
        _refuseRetry(message, HoldReason.RECORD_NOT_BACKED);
    }

    function test_Hold_ProvenUnderAnotherPolicy() public {
        ready();
        uint256 otherPolicy = vm.parseJsonUint(proofs, ".proofs.oneUnderOtherPolicy.policy");
        vm.prank(VENUE);
        backings.setPolicy(otherPolicy);
        uint64 message = _expectHeld(500, HoldReason.RECORD_NOT_BACKED);
        (bytes32[] memory records, uint256[] memory bounds) = (new bytes32[](1), new uint256[](1));
        records[0] = commitments[0];
        bounds[0] = vm.parseJsonUint(proofs, ".proofs.oneUnderOtherPolicy.bound");
        backings.prove(records, bounds, proofOf("oneUnderOtherPolicy"));
        _retry(message);
    }

    function test_Hold_TokenPaused() public {
        IMirrorToken token = ready();
        vm.prank(VENUE);
        token.setPaused(true);
        uint64 message = _expectHeld(500, HoldReason.TOKEN_PAUSED);
        _refuseRetry(message, HoldReason.TOKEN_PAUSED);
        vm.prank(VENUE);
        token.setPaused(false);
        _retry(message);
    }

    function test_Hold_RecipientRefused() public {
        proveAll();
        IMirrorToken token = list(0, Eligibility.ONBOARDED_ONLY);
        uint64 message = _expectHeld(500, HoldReason.RECIPIENT_REFUSED);
        _refuseRetry(message, HoldReason.RECIPIENT_REFUSED);
        address[] memory accounts = new address[](1);
        accounts[0] = ALICE;
        vm.prank(COMPLIANCE);
        token.onboard(accounts);
        _retry(message);
    }

    function test_Hold_OnlyTheRefusedOfARun() public {
        IMirrorToken token = ready();
        uint256[] memory messages = new uint256[](3);
        messages[0] = Epochs.mint(ALICE, 1, 0);
        messages[1] = Epochs.mint(address(bridge), 2, 0);
        messages[2] = Epochs.mint(BOB, 4, 0);
        vm.expectEmit(address(bridge));
        emit IBridge.MessageHeld(LANE, 1, idOf(0), address(bridge), 2, uint40(NOW), HoldReason.RECIPIENT_REFUSED);
        deliver(0, messages);
        vm.assertEq(token.totalSupply(), 5);
        vm.assertEq(bridge.isHeld(heldOf(0, 1, address(bridge), 2, NOW)), true);
        vm.assertEq(bridge.heldHash(LANE, 0), 0);
        assertConserved(0);
    }

    /* RETRY */

    function test_RevertWhen_RetriedWasNeverHeld() public {
        ready();
        deliverMint(0, ALICE, 500);
        _refuseNotHeld(heldOf(0, 0, ALICE, 500, NOW));
        _refuseNotHeld(heldOf(0, 1, ALICE, 500, NOW));
    }

    function test_RevertWhen_RetriedHasOtherFields() public {
        uint64 message = _held(500);
        ready();
        _refuseNotHeld(heldOf(0, message, BOB, 500, NOW));
        _refuseNotHeld(heldOf(0, message, ALICE, 501, NOW));
        _refuseNotHeld(heldOf(0, message, ALICE, 500, NOW - 1));
        _refuseNotHeld(heldOf(1, message, ALICE, 500, NOW));
        IBridge.HeldMessage memory other = heldOf(0, message, ALICE, 500, NOW);
        other.laneId = LANE + 1;
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotHeld.selector, LANE + 1, message));
        bridge.retry(other);
    }

    function test_RevertWhen_RetriedTwice() public {
        uint64 message = _held(500);
        ready();
        _retry(message);
        _refuseNotHeld(heldOf(0, message, ALICE, 500, NOW));
    }

    function test_Retry_Tells() public {
        uint64 message = _held(500);
        ready();
        vm.expectEmit(address(bridge));
        emit IBridge.HeldMinted(LANE, message);
        bridge.retry(heldOf(0, message, ALICE, 500, NOW));
        vm.assertEq(uint256(bridge.recordHoldReason(LANE, idOf(0))), 0);
    }

    /* BOUNCE */

    function test_RevertWhen_BouncedWasNeverHeld() public {
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotHeld.selector, LANE, 0));
        bridge.bounce(heldOf(0, 0, ALICE, 500, NOW));
    }

    function test_RevertWhen_HoldPeriodHasNotPassed() public {
        uint64 message = _held(500);
        IBridge.HeldMessage memory held = heldOf(0, message, ALICE, 500, NOW);
        vm.warp(NOW + HOLD_PERIOD - 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.HoldPeriod.selector, NOW + HOLD_PERIOD));
        bridge.bounce(held);
        vm.warp(NOW + HOLD_PERIOD);
        bridge.bounce(held);
    }

    function test_RevertWhen_BouncedTwice() public {
        uint64 message = _held(500);
        IBridge.HeldMessage memory held = heldOf(0, message, ALICE, 500, NOW);
        vm.prank(COMPLIANCE);
        bridge.bounce(held);
        vm.prank(COMPLIANCE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotHeld.selector, LANE, message));
        bridge.bounce(held);
        ready();
        _refuseNotHeld(held);
    }

    function test_Bounce_ByComplianceAtOnce() public {
        uint64 message = _held(500);
        vm.expectEmit(address(bridge));
        emit IBridge.HeldBounced(LANE, message);
        vm.expectEmit(address(bridge));
        emit IBridge.Outboxed(LANE, 0, Outbox.BOUNCE, idOf(0), 500, bytes32(uint256(message)));
        vm.prank(COMPLIANCE);
        bridge.bounce(heldOf(0, message, ALICE, 500, NOW));
        (,, uint80 held, uint80 outboxed) = bridge.supply(LANE, idOf(0));
        vm.assertEq(held, 0);
        vm.assertEq(outboxed, 500);
        bytes32 head = Outbox.append(0, 0, Outbox.BOUNCE, idOf(0), 500, bytes32(uint256(message)));
        vm.assertEq(bridge.outboxHead(LANE), head);
        assertConserved(0);
    }

    /* HELPERS */

    function _held(uint80 units) private returns (uint64 message) {
        return _expectHeld(units, HoldReason.RECORD_NOT_LISTED);
    }

    function _expectHeld(uint80 units, HoldReason expected) private returns (uint64 message) {
        vm.recordLogs();
        message = deliverMint(0, ALICE, units);
        HoldReason[] memory reasons = heldReasons();
        vm.assertEq(reasons.length, 1);
        vm.assertEq(uint256(reasons[0]), uint256(expected));
        vm.assertEq(bridge.isHeld(heldOf(0, message, ALICE, units, block.timestamp)), true);
        assertConserved(0);
    }

    function _expectMinted(uint80 units) private {
        uint256 before = tokenOf(0).balanceOf(ALICE);
        deliverMint(0, ALICE, units);
        vm.assertEq(tokenOf(0).balanceOf(ALICE), before + units);
        assertConserved(0);
    }

    function _retry(uint64 message) private {
        uint256 before = tokenOf(0).balanceOf(ALICE);
        bridge.retry(heldOf(0, message, ALICE, 500, NOW));
        vm.assertEq(tokenOf(0).balanceOf(ALICE), before + 500);
        assertConserved(0);
    }

    function _refuseRetry(uint64 message, HoldReason reason) private {
        (,, uint80 units,) = bridge.supply(LANE, idOf(0));
        vm.expectRevert(abi.encodeWithSelector(IBridge.StillHeld.selector, reason));
        bridge.retry(heldOf(0, message, ALICE, units, NOW));
        if (reason < HoldReason.TOKEN_PAUSED) {
            vm.assertEq(uint256(bridge.recordHoldReason(LANE, idOf(0))), uint256(reason));
        }
    }

    function _refuseNotHeld(IBridge.HeldMessage memory held) private {
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotHeld.selector, LANE, held.message));
        bridge.retry(held);
    }
}
