// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm} from "../kit/Vm.sol";
import {CrossingHandler} from "./CrossingHandler.sol";

/// @notice The properties of PROPERTIES.md, after any sequence of actions.
contract CrossingInvariantTest {
    uint256 private constant RECORDS = 3;

    CrossingHandler private handler;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public {
        handler = new CrossingHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0].addr = address(handler);
        targets[0].selectors = new bytes4[](9);
        targets[0].selectors[0] = handler.deliverMints.selector;
        targets[0].selectors[1] = handler.changeState.selector;
        targets[0].selectors[2] = handler.retry.selector;
        targets[0].selectors[3] = handler.bounce.selector;
        targets[0].selectors[4] = handler.redeem.selector;
        targets[0].selectors[5] = handler.release.selector;
        targets[0].selectors[6] = handler.transfer.selector;
        targets[0].selectors[7] = handler.pause.selector;
        targets[0].selectors[8] = handler.onboard.selector;
    }

    /// @dev Properties 1, 2 and 3.
    function invariant_UnitsAreConserved() public view {
        for (uint256 i = 0; i < RECORDS; ++i) {
            (uint256 minted, uint256 sealedUnits, uint256 released, uint256 held, uint256 outboxed) =
                handler.ofRecord(i);
            vm.assertEq(minted + held + outboxed, sealedUnits, "minted + held + outboxed = sealed");
            vm.assertEq(sealedUnits, handler.sealedUnits(i), "sealed is what the asset chain sealed");
            vm.assertEq(held, handler.heldUnits(i), "held is the sum of the held messages");
            vm.assertEq(outboxed, handler.redeemed(i) + handler.bounced(i), "outboxed is what was sent home");
            vm.assertLe(released, outboxed, "nothing is released that was not outboxed");
        }
    }

    /// @dev Property 4.
    function invariant_SupplyIsTheSumOfBalances() public view {
        for (uint256 i = 0; i < RECORDS; ++i) {
            (uint256 minted,,,,) = handler.ofRecord(i);
            vm.assertEq(minted, handler.balances(i), "supply is the sum of balances");
        }
    }

    /// @dev Property 5: the third record was never proven.
    function invariant_NothingIsMintedWithoutABacking() public view {
        (uint256 minted,,,, uint256 outboxed) = handler.ofRecord(2);
        vm.assertEq(minted, 0, "minted");
        vm.assertEq(outboxed, handler.bounced(2), "redeemed");
    }

    /// @dev Property 6.
    function invariant_TokensAreHaltedExactlyWhileNotActive() public view {
        for (uint256 i = 0; i < RECORDS; ++i) {
            (bool halted, bool active) = handler.isHalted(i);
            vm.assertEq(halted, !active, "halted while frozen or revoked");
        }
    }

    /// @dev Properties 7 and 8.
    function invariant_LaneAndOutboxAreWhatTheOtherSideComputes() public view {
        vm.assertEq(handler.progress(), true, "the lane is where the asset chain is");
        (bytes32 head, uint64 length) = handler.outbox();
        vm.assertEq(head, handler.head(), "the outbox's head");
        vm.assertEq(length, handler.length(), "the outbox's length");
    }
}
