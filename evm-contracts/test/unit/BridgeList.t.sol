// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBridge} from "../../src/interfaces/IBridge.sol";
import {Eligibility, IMirrorToken} from "../../src/interfaces/IMirrorToken.sol";
import {Words} from "../../src/libraries/Words.sol";
import {Epochs} from "../kit/Epochs.sol";
import {Scene} from "../kit/Scene.sol";
import {vm} from "../kit/Vm.sol";

contract BridgeListTest is Scene {
    function test_RevertWhen_CallerIsNotTheVenue() public {
        bytes32 role = roles.VENUE_ROLE();
        vm.prank(COMPLIANCE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotAuthorized.selector, COMPLIANCE, role));
        bridge.list(idOf(0), LANE, "Household Solar", "SOL", 2, Eligibility.OPEN);
    }

    function test_RevertWhen_ListedTokenHasSupply() public {
        address token = address(ready());
        deliverMint(0, ALICE, 1);
        vm.prank(VENUE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyListed.selector, idOf(0), token));
        bridge.list(idOf(0), LANE, "Household Solar", "SOL", 2, Eligibility.OPEN);
    }

    function test_RevertWhen_TermsAreNotTheAttestedOnes() public {
        deliver(0, new uint256[](0));
        bytes32 wrong = sha256(
            abi.encodePacked(
                uint16(16), "twinspan/terms/1", idOf(0), uint8(3), uint16(15), "Household Solar", uint16(3), "SOL"
            )
        );
        vm.prank(VENUE);
        vm.expectRevert(abi.encodeWithSelector(IBridge.TermsWrong.selector, wrong));
        bridge.list(idOf(0), LANE, "Household Solar", "SOL", 3, Eligibility.OPEN);
    }

    function test_List_CreatesTheToken() public {
        IMirrorToken token = list(0, Eligibility.ONBOARDED_ONLY);
        (IMirrorToken listed, uint64 laneId) = bridge.listing(idOf(0));
        vm.assertEq(address(listed), address(token));
        vm.assertEq(laneId, LANE);
        vm.assertEq(token.BRIDGE(), address(bridge));
        vm.assertEq(token.TERMS_HASH(), termsOf(0));
        (,, Eligibility eligibility) = token.status();
        vm.assertEq(uint256(eligibility), uint256(Eligibility.ONBOARDED_ONLY));
    }

    function test_List_AfterTheStateWasAttested() public {
        deliver(0, new uint256[](0));
        list(0, Eligibility.OPEN);
    }

    function test_List_ReplacesATokenWithoutSupply() public {
        IMirrorToken former = ready();
        IMirrorToken token = list(0, Eligibility.OPEN);
        vm.assertTrue(address(token) != address(former), "another token");
        deliverMint(0, ALICE, 5);
        vm.assertEq(former.totalSupply(), 0);
        vm.assertEq(token.totalSupply(), 5);
    }

    function test_List_HaltsTheTokenOfAFrozenRecord() public {
        Epochs.State memory state = stateOf(0);
        state.status = Words.FROZEN;
        states[idOf(0)] = state;
        deliver(0, new uint256[](0));
        (, bool halted,) = list(0, Eligibility.OPEN).status();
        vm.assertEq(halted, true);
    }
}
