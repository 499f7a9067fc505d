// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBridge} from "../../src/interfaces/IBridge.sol";
import {Eligibility, IMirrorToken} from "../../src/interfaces/IMirrorToken.sol";
import {Words} from "../../src/libraries/Words.sol";
import {Epochs} from "../kit/Epochs.sol";
import {Scene} from "../kit/Scene.sol";
import {Vm, bound, vm} from "../kit/Vm.sol";

/// @notice Everything that anyone may do to a bridge, in any order. Three records, of which the third is never proven.
/// @dev No action here may revert: each does only what its preconditions allow.
contract CrossingHandler is Scene {
    uint256 internal constant RECORDS = 3;

    /// @dev One held message, and its record's index.
    struct Held {
        IBridge.HeldMessage message;
        uint256 index;
    }

    Held[] private _held;

    /* WHAT THE ASSET CHAIN SHOULD THINK */

    mapping(uint256 index => uint256 units) public sealedUnits;
    mapping(uint256 index => uint256 units) public redeemed;
    mapping(uint256 index => uint256 units) public bounced;
    /// @dev The hash chain, computed here from the outbox events' contents.
    bytes32 public head;
    uint64 public length;
    /// @dev Outbox entries not yet released, by record.
    uint256[] private _pendingIndex;
    uint80[] private _pendingUnits;

    constructor() {
        setUp();
        for (uint256 i = 0; i < RECORDS; ++i) {
            list(i, i == 1 ? Eligibility.ONBOARDED_ONLY : Eligibility.OPEN);
        }
        (bytes32[] memory records, uint256[] memory bounds) = (new bytes32[](16), new uint256[](16));
        for (uint256 i = 0; i < 16; ++i) {
            (records[i], bounds[i]) = (commitments[i], vm.parseJsonUint(proofs, ".proofs.sixteen.bound"));
        }
        backings.prove(records, bounds, proofOf("sixteen"));
        commitments[2] = bytes32(uint256(2));
    }

    /* ACTIONS */

    function deliverMints(uint256 index, uint256 count, uint80[8] calldata units, uint8[8] calldata recipients)
        external
    {
        index %= RECORDS;
        uint256[] memory messages = new uint256[](1 + count % 8);
        for (uint256 i = 0; i < messages.length; ++i) {
            // Now and then more than is proven.
            uint80 part = uint80(units[i] % (PROVEN_UNITS / 4));
            messages[i] = Epochs.mint(_person(recipients[i]), part, 0);
            sealedUnits[index] += part;
        }
        vm.recordLogs();
        uint64 first = nextMessage;
        deliver(index, messages);
        _remember(index, first, messages);
    }

    function changeState(uint256 index, uint8 status, uint80 unitValue, bool reappraise) external {
        index %= RECORDS;
        Epochs.State memory state = stateOf(index);
        state.status = 1 + status % 3;
        state.unitValue = uint80(bound(unitValue, PROVEN_VALUE - 2, PROVEN_VALUE + 1));
        if (reappraise) {
            state.commitment = state.commitment == commitments[index] ? bytes32(uint256(99)) : commitments[index];
        }
        deliver(Epochs.list(state), new uint256[](0));
    }

    function retry(uint256 place) external {
        if (_held.length == 0) return;
        place %= _held.length;
        Held memory held = _held[place];
        try bridge.retry(held.message) {
            _forget(place);
        } catch (bytes memory answer) {
            // The only refusal of a message that is held.
            vm.assertEq(bytes32(bytes4(answer)), bytes32(IBridge.StillHeld.selector));
        }
    }

    function bounce(uint256 place, bool wait) external {
        if (_held.length == 0) return;
        place %= _held.length;
        Held memory held = _held[place];
        if (wait) vm.warp(held.message.heldAt + HOLD_PERIOD);
        else vm.prank(COMPLIANCE);
        bridge.bounce(held.message);
        _forget(place);
        bounced[held.index] += held.message.units;
        _append(held.index, 2, held.message.units, bytes32(uint256(held.message.message)));
    }

    function redeem(uint256 index, uint8 person, uint80 units) external {
        index %= RECORDS;
        address holder = _person(person);
        IMirrorToken token = tokenOf(index);
        (bool paused, bool halted,) = token.status();
        uint256 balance = token.balanceOf(holder);
        if (balance == 0 || paused || halted) return;
        units = uint80(bound(units, 1, balance));
        vm.prank(holder);
        bridge.redeem(idOf(index), units, ACCOUNT);
        redeemed[index] += units;
        _append(index, 1, units, ACCOUNT);
    }

    /// @dev The asset chain applies some of the outbox and says so with its next epoch.
    function release(uint256 count) external {
        uint256 open = _pendingIndex.length - releasedThrough;
        if (open == 0) return;
        count = bound(count, 1, open > 16 ? 16 : open);
        Epochs.State[] memory changed = new Epochs.State[](RECORDS);
        for (uint256 i = 0; i < RECORDS; ++i) {
            changed[i] = stateOf(i);
        }
        for (uint256 i = 0; i < count; ++i) {
            changed[_pendingIndex[releasedThrough]].releasedUnits += _pendingUnits[releasedThrough];
            ++releasedThrough;
        }
        deliver(changed, new uint256[](0));
    }

    function transfer(uint256 index, uint8 from, uint8 to, uint80 units) external {
        IMirrorToken token = tokenOf(index % RECORDS);
        (bool paused, bool halted,) = token.status();
        if (paused || halted || !token.accepts(_person(to))) return;
        uint256 amount = bound(units, 0, token.balanceOf(_person(from)));
        vm.prank(_person(from));
        token.transfer(_person(to), amount);
    }

    function pause(uint256 index, bool paused) external {
        IMirrorToken token = tokenOf(index % RECORDS);
        vm.prank(VENUE);
        token.setPaused(paused);
    }

    function onboard(uint8 person, bool on) external {
        address[] memory accounts = new address[](1);
        accounts[0] = _person(person);
        IMirrorToken token = tokenOf(1);
        vm.prank(COMPLIANCE);
        if (on) token.onboard(accounts);
        else token.offboard(accounts);
    }

    /* VIEWS */

    function ofRecord(uint256 index)
        external
        view
        returns (uint256 minted, uint256 sealed_, uint256 released, uint256 held, uint256 outboxed)
    {
        minted = tokenOf(index).totalSupply();
        (sealed_, released, held, outboxed) = bridge.supply(LANE, idOf(index));
    }

    /// @dev Held units by the messages themselves.
    function heldUnits(uint256 index) external view returns (uint256 units) {
        for (uint256 i = 0; i < _held.length; ++i) {
            vm.assertEq(bridge.isHeld(_held[i].message), true, "a held message stays held");
            if (_held[i].index == index) units += _held[i].message.units;
        }
    }

    function balances(uint256 index) external view returns (uint256 units) {
        IMirrorToken token = tokenOf(index);
        for (uint8 i = 0; i < 6; ++i) {
            units += token.balanceOf(_person(i));
        }
    }

    function isHalted(uint256 index) external view returns (bool halted, bool active) {
        (, halted,) = tokenOf(index).status();
        uint256 status = states[idOf(index)].status;
        active = status == 0 || status == Words.ACTIVE;
    }

    function progress() external view returns (bool same) {
        (uint64 reached, bytes32 last, uint64 next,, uint64 released) = bridge.lane(LANE);
        return reached == epoch && last == previousHeader && next == nextMessage && released == releasedThrough;
    }

    function outbox() external view returns (bytes32 actualHead, uint64 actualLength) {
        return (bridge.outboxHead(LANE), bridge.outboxLength(LANE));
    }

    /* HELPERS */

    /// @dev Five who can hold, and the bridge, which never can.
    function _person(uint8 number) private view returns (address) {
        number %= 6;
        return number == 5 ? address(bridge) : address(uint160(0x1000) + number);
    }

    function _remember(uint256 index, uint64 first, uint256[] memory messages) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IBridge.MessageHeld.selector) continue;
            uint64 message = uint64(uint256(logs[i].topics[2]));
            uint256 word = messages[message - first];
            address recipient = Words.recipientOf(word);
            _held.push(Held(heldOf(index, message, recipient, Words.unitsOf(word), block.timestamp), index));
        }
    }

    function _forget(uint256 place) private {
        _held[place] = _held[_held.length - 1];
        _held.pop();
    }

    function _append(uint256 index, uint8 kind, uint80 units, bytes32 target) private {
        head = keccak256(abi.encodePacked(head, keccak256(abi.encodePacked(length, kind, idOf(index), units, target))));
        ++length;
        _pendingIndex.push(index);
        _pendingUnits.push(units);
    }
}
