// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {HoldReason, IBridge} from "../../src/interfaces/IBridge.sol";
import {Eligibility, IMirrorToken} from "../../src/interfaces/IMirrorToken.sol";
import {EpochHeader} from "../../src/libraries/EpochHeader.sol";
import {Words} from "../../src/libraries/Words.sol";
import {Consortium} from "../kit/Consortium.sol";
import {Epochs} from "../kit/Epochs.sol";
import {Scene} from "../kit/Scene.sol";
import {Vm, vm} from "../kit/Vm.sol";

contract BridgeDeliverTest is Scene {
    IMirrorToken private token;

    function setUp() public override {
        super.setUp();
        token = ready();
    }

    /* HEADER */

    function test_RevertWhen_ChainIsAnother() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        header.tradingChainId = 1;
        _refuse(header, words, abi.encodeWithSelector(IBridge.TradingChainWrong.selector, 1));
    }

    function test_RevertWhen_BridgeIsAnother() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        header.bridge = ALICE;
        _refuse(header, words, abi.encodeWithSelector(IBridge.BridgeWrong.selector, ALICE));
    }

    function test_RevertWhen_EpochIsReplayed() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        submit(header, words);
        _refuse(header, words, abi.encodeWithSelector(IBridge.EpochOutOfOrder.selector, 1, 2));
    }

    function test_RevertWhen_EpochLeavesAGap() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        header.epoch = 2;
        _refuse(header, words, abi.encodeWithSelector(IBridge.EpochOutOfOrder.selector, 2, 1));
    }

    function test_RevertWhen_LaneIsAnother() public {
        deliverMint(0, ALICE, 500);
        (Epochs.Header memory header, bytes memory words) = _next();
        header.laneId = LANE + 1;
        _refuse(header, words, abi.encodeWithSelector(IBridge.EpochOutOfOrder.selector, 2, 1));
    }

    function test_RevertWhen_PreviousHeaderIsAnother() public {
        deliverMint(0, ALICE, 500);
        (Epochs.Header memory header, bytes memory words) = _next();
        header.previousHeader = sha256("another");
        _refuse(
            header,
            words,
            abi.encodeWithSelector(IBridge.PreviousHeaderWrong.selector, header.previousHeader, previousHeader)
        );
    }

    function test_RevertWhen_FirstMessageIsAnother() public {
        deliverMint(0, ALICE, 500);
        (Epochs.Header memory header, bytes memory words) = _next();
        header.firstMessage = 2;
        _refuse(header, words, abi.encodeWithSelector(IBridge.FirstMessageWrong.selector, 2, 1));
    }

    function test_RevertWhen_SealedInTheFuture() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        header.sealedAt = uint64(NOW + 11);
        _refuse(header, words, abi.encodeWithSelector(IBridge.SealedInFuture.selector, NOW + 11));
        header.sealedAt = uint64(NOW + 10);
        submit(header, words);
    }

    function test_RevertWhen_ReleasesWereNeverInTheOutbox() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        header.releasedThrough = 1;
        _refuse(header, words, abi.encodeWithSelector(IBridge.ReleasedTooFar.selector, 1, 0));
    }

    function test_RevertWhen_ReleasesFall() public {
        deliverMint(0, ALICE, 500);
        vm.prank(ALICE);
        bridge.redeem(idOf(0), 100, ACCOUNT);
        releasedThrough = 1;
        deliverMint(0, ALICE, 1);
        (Epochs.Header memory header, bytes memory words) = _next();
        header.releasedThrough = 0;
        _refuse(header, words, abi.encodeWithSelector(IBridge.ReleasedTooFar.selector, 0, 1));
    }

    function test_RevertWhen_CountsAreOutOfRange() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        bytes memory answer = abi.encodeWithSelector(EpochHeader.HeaderBad.selector);
        header.messageCount = 257;
        _refuse(header, words, answer);
        (header.messageCount, header.stateCount) = (1, 65);
        _refuse(header, words, answer);
        (header.messageCount, header.stateCount) = (0, 0);
        _refuse(header, words, answer);
    }

    /* WORDS */

    function test_RevertWhen_WordIsChanged() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        words[words.length - 2] ^= 0x10;
        _refuse(header, words, abi.encodeWithSelector(IBridge.WordsBad.selector));
    }

    function test_RevertWhen_WordsAreSwapped() public {
        uint256[] memory messages = _two(Epochs.mint(ALICE, 1, 0), Epochs.mint(BOB, 2, 0));
        Epochs.State[] memory sealedStates = Epochs.list(sealed_(stateOf(0), messages));
        bytes memory words = Epochs.encode(sealedStates, messages);
        Epochs.Header memory header = headerOf(1, 2, words);
        (messages[0], messages[1]) = (messages[1], messages[0]);
        _refuse(header, Epochs.encode(sealedStates, messages), abi.encodeWithSelector(IBridge.WordsBad.selector));
    }

    function test_RevertWhen_WordIsDropped() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        bytes memory shorter = new bytes(words.length - 32);
        for (uint256 i = 0; i < shorter.length; ++i) {
            shorter[i] = words[i];
        }
        _refuse(header, shorter, abi.encodeWithSelector(IBridge.WordsBad.selector));
        header.wordsHash = sha256(shorter);
        _refuse(header, shorter, abi.encodeWithSelector(IBridge.WordsBad.selector));
    }

    function test_RevertWhen_WordIsAdded() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        bytes memory longer = bytes.concat(words, abi.encode(Epochs.mint(BOB, 7, 0)));
        _refuse(header, longer, abi.encodeWithSelector(IBridge.WordsBad.selector));
        header.wordsHash = sha256(longer);
        _refuse(header, longer, abi.encodeWithSelector(IBridge.WordsBad.selector));
    }

    /* STATES */

    function test_RevertWhen_StateHasUnusedBits() public {
        Epochs.State memory state = stateOf(0);
        for (uint256 place = 32; place < 96; place += 32) {
            bytes memory words = Epochs.encode(state);
            words[place] |= 0x01;
            _refuseWords(1, 0, words, abi.encodeWithSelector(IBridge.StateBad.selector, 0));
        }
    }

    function test_RevertWhen_StateHasAnUnknownStatus() public {
        Epochs.State memory state = stateOf(0);
        state.status = 0;
        _refuseWords(1, 0, Epochs.encode(state), abi.encodeWithSelector(IBridge.StateBad.selector, 0));
        state.status = 4;
        _refuseWords(1, 0, Epochs.encode(state), abi.encodeWithSelector(IBridge.StateBad.selector, 0));
    }

    function test_RevertWhen_StatesAreOutOfOrder() public {
        bytes memory words = bytes.concat(Epochs.encode(stateOf(1)), Epochs.encode(stateOf(0)));
        _refuseWords(2, 0, words, abi.encodeWithSelector(IBridge.StateBad.selector, 1));
    }

    function test_RevertWhen_StateIsRepeated() public {
        bytes memory words = bytes.concat(Epochs.encode(stateOf(1)), Epochs.encode(stateOf(1)));
        _refuseWords(2, 0, words, abi.encodeWithSelector(IBridge.StateBad.selector, 1));
    }

    /* MESSAGES */

    function test_RevertWhen_MessageHasUnusedBits() public {
        _refuseMessage(Epochs.mint(ALICE, 5, 0) | 1 << 252);
        _refuseMessage(Epochs.mint(ALICE, 5, 0) | 1 << 255);
    }

    function test_RevertWhen_MessageHasAnUnknownKind() public {
        _refuseMessage(Epochs.mint(ALICE, 5, 0) ^ Words.MINT);
        _refuseMessage(Epochs.mint(ALICE, 5, 0) | 2);
    }

    function test_RevertWhen_MessageHasNoState() public {
        _refuseMessage(Epochs.mint(ALICE, 5, 1));
    }

    function test_RevertWhen_MessagesAreOutOfOrder() public {
        Epochs.State[] memory sealedStates = new Epochs.State[](2);
        (sealedStates[0], sealedStates[1]) = (stateOf(0), stateOf(1));
        sealedStates[1].sealedUnits = 5;
        bytes memory words = Epochs.encode(sealedStates, _two(Epochs.mint(ALICE, 5, 1), Epochs.mint(ALICE, 5, 0)));
        _refuseWords(2, 2, words, abi.encodeWithSelector(IBridge.MessageBad.selector, 1));
    }

    /* SUMS */

    function test_RevertWhen_SumsDoNotMatch() public {
        deliverMint(0, ALICE, 500);
        uint80[3] memory wrong = [uint80(502), 504, 499];
        for (uint256 i = 0; i < 3; ++i) {
            Epochs.State memory state = stateOf(0);
            state.sealedUnits = wrong[i];
            bytes memory words = Epochs.encode(Epochs.list(state), Epochs.list(Epochs.mint(ALICE, 3, 0)));
            _refuseWords(1, 1, words, abi.encodeWithSelector(IBridge.SumsWrong.selector, idOf(0)));
        }
    }

    function test_RevertWhen_SumsPassTheLargestValue() public {
        // Two messages whose units wrap around 80 bits to the attested total.
        uint256[] memory messages =
            _two(Epochs.mint(ALICE, type(uint80).max, 0), Epochs.mint(ALICE, type(uint80).max, 0));
        Epochs.State memory state = stateOf(0);
        state.sealedUnits = type(uint80).max - 1;
        bytes memory words = Epochs.encode(Epochs.list(state), messages);
        _refuseWords(1, 2, words, abi.encodeWithSelector(IBridge.SumsWrong.selector, idOf(0)));
    }

    function test_RevertWhen_ReleasedUnitsFall() public {
        _redeemed(100);
        Epochs.State memory state = stateOf(0);
        state.releasedUnits = 99;
        _refuseWords(1, 0, Epochs.encode(state), abi.encodeWithSelector(IBridge.SumsWrong.selector, idOf(0)));
    }

    function test_RevertWhen_ReleasedUnitsWereNeverOutboxed() public {
        _redeemed(100);
        Epochs.State memory state = stateOf(0);
        state.releasedUnits = 101;
        _refuseWords(1, 0, Epochs.encode(state), abi.encodeWithSelector(IBridge.ReleasedTooFar.selector, 101, 100));
    }

    /* SUCCESS */

    function test_Deliver_MintsAndMovesTheLane() public {
        uint256[] memory messages = _two(Epochs.mint(ALICE, 500, 0), Epochs.mint(BOB, 20, 0));
        Epochs.State[] memory sealedStates = Epochs.list(sealed_(stateOf(0), messages));
        bytes memory words = Epochs.encode(sealedStates, messages);
        bytes32 headerHash = sha256(Epochs.encode(headerOf(1, 2, words)));
        vm.expectEmit(address(bridge));
        emit IBridge.EpochDelivered(LANE, 1, headerHash, 0, 2);
        deliver(sealedStates, messages);

        vm.assertEq(token.balanceOf(ALICE), 500);
        vm.assertEq(token.balanceOf(BOB), 20);
        (uint64 reached, bytes32 last, uint64 next, uint40 sealedAt, uint64 released) = bridge.lane(LANE);
        vm.assertEq(reached, 1);
        vm.assertEq(last, headerHash);
        vm.assertEq(next, 2);
        vm.assertEq(sealedAt, NOW);
        vm.assertEq(released, 0);
        assertConserved(0);
    }

    function test_Deliver_TellsStatesOnlyWhenTheyChange() public {
        vm.recordLogs();
        deliverMint(0, ALICE, 1);
        vm.assertEq(_count(vm.getRecordedLogs(), IBridge.StateAttested.selector), 1);
        deliverMint(0, ALICE, 1);
        vm.assertEq(_count(vm.getRecordedLogs(), IBridge.StateAttested.selector), 0);
        states[idOf(0)].valuedAt += 1;
        deliverMint(0, ALICE, 1);
        vm.assertEq(_count(vm.getRecordedLogs(), IBridge.StateAttested.selector), 1);
    }

    function test_Deliver_RemembersTheState() public {
        deliverMint(0, ALICE, 5);
        (uint8 status, uint80 unitValue, uint40 valuedAt, bytes32 commitment, bytes32 particulars) =
            bridge.attested(LANE, idOf(0));
        vm.assertEq(status, Words.ACTIVE);
        vm.assertEq(unitValue, PROVEN_VALUE);
        vm.assertEq(valuedAt, NOW - 3_600);
        vm.assertEq(commitment, commitments[0]);
        vm.assertEq(particulars, keccak256(abi.encode(uint256(unitValue) << 40 | valuedAt, commitment, termsOf(0))));
    }

    function test_Deliver_TakesStatesAlone() public {
        deliver(3, new uint256[](0));
        (uint8 status,,,,) = bridge.attested(LANE, idOf(3));
        vm.assertEq(status, Words.ACTIVE);
    }

    function test_Deliver_AnnouncesYields() public {
        vm.expectEmit(address(bridge));
        emit IBridge.YieldAnnounced(LANE, 0, idOf(0), bytes20(uint160(77)), 9);
        deliver(0, Epochs.list(Epochs.yield(77, 9, 0)));
        vm.assertEq(token.totalSupply(), 0);
    }

    function test_Deliver_CallsEachTokenOnce() public {
        list(1, Eligibility.OPEN);
        Epochs.State[] memory sealedStates = new Epochs.State[](2);
        uint256[] memory messages = new uint256[](4);
        messages[0] = Epochs.mint(ALICE, 1, 0);
        messages[1] = Epochs.yield(7, 100, 0);
        messages[2] = Epochs.mint(BOB, 2, 0);
        messages[3] = Epochs.mint(BOB, 4, 1);
        (sealedStates[0], sealedStates[1]) = (stateOf(0), stateOf(1));
        (sealedStates[0].sealedUnits, sealedStates[1].sealedUnits) = (3, 4);
        deliver(sealedStates, messages);
        vm.assertEq(token.balanceOf(ALICE), 1);
        vm.assertEq(token.balanceOf(BOB), 2);
        vm.assertEq(tokenOf(1).balanceOf(BOB), 4);
    }

    function test_Deliver_KeepsLanesApart() public {
        deliverMint(0, ALICE, 5);
        (Epochs.Header memory header, bytes memory words) = _next();
        (header.laneId, header.epoch, header.previousHeader, header.firstMessage) = (LANE + 1, 1, 0, 0);
        Epochs.State memory state = stateOf(0);
        state.sealedUnits = 3;
        words = Epochs.encode(Epochs.list(state), Epochs.list(Epochs.mint(ALICE, 3, 0)));
        header.wordsHash = sha256(words);
        submit(header, words);
        // The record is listed for the other lane.
        vm.assertEq(token.totalSupply(), 5);
        (,, uint80 held,) = bridge.supply(LANE + 1, idOf(0));
        vm.assertEq(held, 3);
    }

    function test_Deliver_LeavesTheTokenOfAnotherLaneAlone() public {
        (Epochs.Header memory header, bytes memory words) = _next();
        Epochs.State memory state = stateOf(0);
        state.status = Words.FROZEN;
        words = Epochs.encode(state);
        (header.laneId, header.messageCount, header.wordsHash) = (LANE + 1, 0, sha256(words));
        submit(header, words);
        (, bool halted,) = token.status();
        vm.assertEq(halted, false);
    }

    function test_Deliver_HaltsAFrozenRecordsToken() public {
        deliverMint(0, ALICE, 5);
        states[idOf(0)].status = Words.FROZEN;
        deliver(0, new uint256[](0));
        (, bool halted,) = token.status();
        vm.assertEq(halted, true);
        vm.prank(ALICE);
        vm.expectRevert(IMirrorToken.TokenHalted.selector);
        token.transfer(BOB, 1);
        vm.prank(ALICE);
        vm.expectRevert(IMirrorToken.TokenHalted.selector);
        bridge.redeem(idOf(0), 1, ACCOUNT);

        states[idOf(0)].status = Words.ACTIVE;
        deliver(0, new uint256[](0));
        (, halted,) = token.status();
        vm.assertEq(halted, false);
    }

    /// @dev Well-formed epochs of any content: states of any status and value, listed or not, any recipients and units.
    function testFuzz_Deliver_NeverRevertsForWhatMessagesSay(uint256 seed, uint8 messageCount, uint8 stateCount)
        public
    {
        list(1, Eligibility.ONBOARDED_ONLY);
        Epochs.State[] memory sealedStates = new Epochs.State[](1 + stateCount % 4);
        uint256[] memory messages = new uint256[](messageCount % 40);
        for (uint256 i = 0; i < sealedStates.length; ++i) {
            sealedStates[i] = stateOf(i);
            sealedStates[i].status = 1 + uint256(keccak256(abi.encode(seed, "status", i))) % 3;
            if (seed >> i & 1 != 0) sealedStates[i].status = Words.ACTIVE;
            if (seed >> (8 + i) & 1 != 0) sealedStates[i].unitValue = uint80(seed);
            if (seed >> (16 + i) & 1 != 0) sealedStates[i].termsHash = bytes32(seed);
        }
        uint256 slot = 0;
        for (uint256 i = 0; i < messages.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            if (random >> 250 == 0 && slot + 1 < sealedStates.length) ++slot;
            // Units of zero, small and large; the sum of forty stays under 80 bits.
            uint80 units = uint80(random % 3 == 0 ? 0 : random % 3 == 1 ? random % 1_000 : uint80(random) >> 6);
            messages[i] = random & 7 == 0
                ? Epochs.yield(uint160(random), units, slot)
                : Epochs.mint(_someone(random >> 160), units, slot);
            if (Words.kindOf(messages[i]) == Words.MINT) sealedStates[slot].sealedUnits += units;
        }
        deliver(sealedStates, messages);
        for (uint256 i = 0; i < sealedStates.length; ++i) {
            assertConserved(i);
        }
    }

    function test_Deliver_TakesTheLargestEpochAndTheLargestUnits() public {
        Epochs.State[] memory sealedStates = new Epochs.State[](64);
        uint256[] memory messages = new uint256[](256);
        for (uint256 i = 0; i < 64; ++i) {
            sealedStates[i] = stateOf(i);
            sealedStates[i].sealedUnits = type(uint80).max;
            messages[4 * i] = Epochs.mint(ALICE, type(uint80).max, i);
            for (uint256 k = 1; k < 4; ++k) {
                messages[4 * i + k] = Epochs.mint(address(0), 0, i);
            }
        }
        deliver(sealedStates, messages);
        (,, uint80 held,) = bridge.supply(LANE, idOf(63));
        vm.assertEq(held, type(uint80).max);
    }

    /* HELPERS */

    function _someone(uint256 random) private view returns (address) {
        address[6] memory known = [address(0), address(token), address(bridge), ALICE, address(0x100), address(this)];
        return random % 8 < 6 ? known[random % 8] : address(uint160(random));
    }

    /// @dev The next epoch with one mint, not delivered.
    function _next() private view returns (Epochs.Header memory header, bytes memory words) {
        uint256[] memory messages = Epochs.list(Epochs.mint(ALICE, 500, 0));
        words = Epochs.encode(Epochs.list(sealed_(stateOf(0), messages)), messages);
        header = headerOf(1, 1, words);
    }

    function _two(uint256 first, uint256 second) private pure returns (uint256[] memory messages) {
        messages = new uint256[](2);
        (messages[0], messages[1]) = (first, second);
    }

    /// @dev Five hundred minted, some redeemed and released.
    function _redeemed(uint80 units) private {
        deliverMint(0, ALICE, 500);
        vm.prank(ALICE);
        bridge.redeem(idOf(0), units, ACCOUNT);
        releasedThrough = 1;
        states[idOf(0)].releasedUnits = units;
        deliver(0, new uint256[](0));
    }

    function _refuseMessage(uint256 message) private {
        Epochs.State memory state = stateOf(0);
        state.sealedUnits = 5;
        bytes memory words = Epochs.encode(Epochs.list(state), Epochs.list(message));
        // A message of no state's slot is found when its units are missing from a sum, at the latest when messages are left over.
        if (Words.slotOf(message) != 0) words = Epochs.encode(Epochs.list(stateOf(0)), Epochs.list(message));
        _refuseWords(1, 1, words, abi.encodeWithSelector(IBridge.MessageBad.selector, 0));
    }

    function _refuseWords(uint256 stateCount, uint256 messageCount, bytes memory words, bytes memory answer) private {
        _refuse(headerOf(stateCount, messageCount, words), words, answer);
    }

    function _refuse(Epochs.Header memory header, bytes memory words, bytes memory answer) private {
        bytes memory payload = Consortium.payloadOf(Epochs.encode(header));
        bytes memory endorsements = Consortium.endorse(payload);
        vm.expectRevert(answer);
        bridge.deliver(payload, endorsements, words);
    }

    function _count(Vm.Log[] memory logs, bytes32 topic) private pure returns (uint256 count) {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == topic) ++count;
        }
    }
}
