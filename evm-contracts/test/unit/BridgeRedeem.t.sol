// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBridge} from "../../src/interfaces/IBridge.sol";
import {Eligibility, IMirrorToken} from "../../src/interfaces/IMirrorToken.sol";
import {Outbox} from "../../src/libraries/Outbox.sol";
import {Scene} from "../kit/Scene.sol";
import {vm} from "../kit/Vm.sol";

contract BridgeRedeemTest is Scene {
    IMirrorToken private token;

    function setUp() public override {
        super.setUp();
        token = ready();
        deliverMint(0, ALICE, 500);
    }

    function test_RevertWhen_RecordIsNotListed() public {
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.RecordNotListed.selector, idOf(1)));
        bridge.redeem(idOf(1), 1, ACCOUNT);
    }

    function test_RevertWhen_UnitsAreZero() public {
        _refuse(0, ACCOUNT, abi.encodeWithSelector(IBridge.UnitsRange.selector, 0));
    }

    function test_RevertWhen_AccountIsNotWellFormed() public {
        bytes32[4] memory bad = [bytes32(0), "Client", bytes32(" client"), bytes32("client") | bytes32(uint256(1))];
        for (uint256 i = 0; i < bad.length; ++i) {
            _refuse(1, bad[i], abi.encodeWithSelector(IBridge.AccountBad.selector, bad[i]));
        }
    }

    function test_RevertWhen_BalanceIsShort() public {
        _refuse(501, ACCOUNT, abi.encodeWithSelector(IMirrorToken.BalanceShort.selector, ALICE, 500, 501));
        _refuse(
            type(uint80).max,
            ACCOUNT,
            abi.encodeWithSelector(IMirrorToken.BalanceShort.selector, ALICE, 500, type(uint80).max)
        );
    }

    function test_RevertWhen_HolderIsBlocked() public {
        address[] memory accounts = new address[](1);
        accounts[0] = ALICE;
        vm.prank(COMPLIANCE);
        token.setBlocked(accounts, true);
        _refuse(1, ACCOUNT, abi.encodeWithSelector(IMirrorToken.SenderRefused.selector, ALICE));
    }

    function test_RevertWhen_TokenIsPaused() public {
        vm.prank(VENUE);
        token.setPaused(true);
        _refuse(1, ACCOUNT, abi.encodeWithSelector(IMirrorToken.TokenPaused.selector));
    }

    function test_Redeem_BurnsAndAppends() public {
        vm.expectEmit(address(bridge));
        emit IBridge.Outboxed(LANE, 0, Outbox.REDEEM, idOf(0), 120, ACCOUNT);
        vm.prank(ALICE);
        bridge.redeem(idOf(0), 120, ACCOUNT);
        vm.assertEq(token.balanceOf(ALICE), 380);
        vm.assertEq(bridge.outboxLength(LANE), 1);
        (,,, uint80 outboxed) = bridge.supply(LANE, idOf(0));
        vm.assertEq(outboxed, 120);
        assertConserved(0);
    }

    function testFuzz_Redeem_ChainsTheOutboxInItsSlot(uint80[5] calldata units) public {
        bytes32 head = 0;
        uint256 left = 500;
        uint64 index = 0;
        for (uint256 i = 0; i < units.length; ++i) {
            if (left == 0) break;
            uint80 part = uint80(1 + units[i] % left);
            left -= part;
            vm.prank(ALICE);
            bridge.redeem(idOf(0), part, ACCOUNT);
            bytes32 entry = keccak256(abi.encodePacked(index++, uint8(1), idOf(0), part, ACCOUNT));
            head = keccak256(abi.encodePacked(head, entry));
        }
        vm.assertEq(bridge.outboxHead(LANE), head);
        vm.assertEq(vm.load(address(bridge), keccak256(abi.encode(uint256(LANE), uint256(0)))), head);
    }

    function _refuse(uint80 units, bytes32 account, bytes memory answer) private {
        vm.prank(ALICE);
        vm.expectRevert(answer);
        bridge.redeem(idOf(0), units, account);
    }
}
