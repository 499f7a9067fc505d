// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Backings} from "../../src/Backings.sol";
import {AssetState16Verifier} from "../../src/generated/AssetState16Verifier.sol";
import {AssetState1Verifier} from "../../src/generated/AssetState1Verifier.sol";
import {IBackings} from "../../src/interfaces/IBackings.sol";
import {Bounds} from "../../src/libraries/Bounds.sol";
import {Words} from "../../src/libraries/Words.sol";
import {Scene} from "../kit/Scene.sol";
import {bound, vm} from "../kit/Vm.sol";

/// @notice Real proofs on the real verifiers.
contract BackingsTest is Scene {
    uint256 private policy;
    uint256 private otherPolicy;
    uint256 private proven;
    uint256 private later;

    function setUp() public override {
        super.setUp();
        policy = vm.parseJsonUint(proofs, ".proofs.one.policy");
        otherPolicy = vm.parseJsonUint(proofs, ".proofs.oneUnderOtherPolicy.policy");
        proven = vm.parseJsonUint(proofs, ".proofs.one.bound");
        later = vm.parseJsonUint(proofs, ".proofs.oneLater.bound");
    }

    /* PROVE */

    function test_RevertWhen_PlacesAreNone() public {
        _refusePlaces(0, 0);
    }

    function test_RevertWhen_PlacesAreMoreThanSixteen() public {
        _refusePlaces(17, 17);
    }

    function test_RevertWhen_BoundsAreNotAsMany() public {
        _refusePlaces(2, 1);
    }

    function test_RevertWhen_BoundHasMoreThan200Bits() public {
        _refuse(
            commitments[0],
            proven | 1 << 200,
            "one",
            abi.encodeWithSelector(IBackings.BoundBad.selector, proven | 1 << 200)
        );
    }

    function test_RevertWhen_UnitsAreRaisedByOne() public {
        _refuseBound(proven + (1 << 120));
    }

    function test_RevertWhen_ValueIsRaisedByOne() public {
        _refuseBound(proven + (1 << 40));
    }

    function test_RevertWhen_EndIsRaisedByOne() public {
        _refuseBound(proven + 1);
    }

    function test_RevertWhen_CommitmentIsAnother() public {
        _refuse(commitments[1], proven, "one", abi.encodeWithSelector(IBackings.ProofBad.selector));
    }

    function test_RevertWhen_PolicyIsAnother() public {
        _refuse(commitments[0], proven, "oneUnderOtherPolicy", abi.encodeWithSelector(IBackings.ProofBad.selector));
    }

    function test_RevertWhen_PublicInputIsNotBelowTheField() public {
        // The same residue: without the range check the proof would hold.
        bytes32 beyond = bytes32(uint256(commitments[0]) + Words.FIELD_ORDER);
        _refuse(beyond, proven, "one", abi.encodeWithSelector(IBackings.ProofBad.selector));
    }

    function test_RevertWhen_ProofIsByOtherKeys() public {
        // The keys of the circuit with sixteen places, asked for one.
        backings = new Backings(new AssetState16Verifier(), new AssetState1Verifier(), roles, policy);
        _refuse(commitments[0], proven, "one", abi.encodeWithSelector(IBackings.ProofBad.selector));
    }

    function testFuzz_RevertWhen_AnyPartOfTheProofChanges(uint256 place, uint256 value) public {
        uint256[8] memory proof = proofOf("one");
        place %= 8;
        vm.assume(proof[place] != value);
        proof[place] = value;
        (bytes32[] memory records, uint256[] memory bounds) = _one(commitments[0], proven);
        vm.expectRevert(IBackings.ProofBad.selector);
        backings.prove(records, bounds, proof);
    }

    function test_RevertWhen_UnusedPlaceHasABound() public {
        (bytes32[] memory records, uint256[] memory bounds) = _all("sixteen");
        records[15] = 0;
        uint256[8] memory proof = proofOf("sixteen");
        vm.expectRevert(IBackings.ProofBad.selector);
        backings.prove(records, bounds, proof);
    }

    function test_Prove_KeepsTheBound() public {
        vm.expectEmit(address(backings));
        emit IBackings.BackingProven(commitments[0], policy, PROVEN_UNITS, PROVEN_VALUE, PROVEN_UNTIL);
        _prove("one", proven);
        vm.assertEq(backings.currentBoundOf(commitments[0]), proven);
        vm.assertEq(backings.boundOf(policy, commitments[0]), proven);
        vm.assertEq(backings.boundOf(otherPolicy, commitments[0]), 0);
    }

    function test_Prove_KeepsSixteenBounds() public {
        proveAll();
        for (uint256 i = 0; i < 16; ++i) {
            vm.assertEq(backings.currentBoundOf(commitments[i]), proven, "each place");
        }
    }

    function test_Prove_TakesALaterEnd() public {
        _prove("one", proven);
        _prove("oneLater", later);
        vm.assertEq(backings.currentBoundOf(commitments[0]), later);
    }

    function test_Prove_PassesOverAnOldProof() public {
        _prove("oneLater", later);
        vm.recordLogs();
        _prove("one", proven);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(backings.currentBoundOf(commitments[0]), later);
    }

    function test_Prove_PassesOverTheSameProof() public {
        _prove("one", proven);
        vm.recordLogs();
        _prove("one", proven);
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    /* SET POLICY */

    function test_RevertWhen_CallerIsNotTheVenue() public {
        bytes32 role = roles.VENUE_ROLE();
        vm.expectRevert(abi.encodeWithSelector(IBackings.NotAuthorized.selector, address(this), role));
        backings.setPolicy(otherPolicy);
    }

    function test_RevertWhen_PolicyHasUnusedBits() public {
        _refusePolicy(1 << 194);
    }

    function test_RevertWhen_PolicyHasTooMuchLoanToValue() public {
        _refusePolicy(uint256(10_001) << 176);
    }

    function test_SetPolicy_EndsAllBackings() public {
        _prove("one", proven);
        vm.expectEmit(address(backings));
        emit IBackings.PolicySet(otherPolicy);
        vm.prank(VENUE);
        backings.setPolicy(otherPolicy);
        vm.assertEq(backings.policy(), otherPolicy);
        vm.assertEq(backings.currentBoundOf(commitments[0]), 0);

        _prove("oneUnderOtherPolicy", proven);
        vm.assertEq(backings.currentBoundOf(commitments[0]), proven);
    }

    /* BOUNDS */

    function testFuzz_Improves_NeverShortensNorLowers(uint256 next, uint256 current) public pure {
        (next, current) = (bound(next, 0, (1 << 200) - 1), bound(current, 0, (1 << 200) - 1));
        if (!Bounds.improves(next, current)) return;
        bool isLater = Bounds.until(next) > Bounds.until(current);
        bool isAtLeast = Bounds.until(next) == Bounds.until(current) && Bounds.units(next) >= Bounds.units(current)
            && Bounds.unitValue(next) >= Bounds.unitValue(current);
        vm.assertTrue(isLater || isAtLeast, "later, or as late and nothing lower");
        vm.assertEq(Bounds.improves(current, next), false, "one of two improves the other at most");
    }

    function testFuzz_Improves_WithTheSameEnd(uint80 units, uint80 value, uint40 until, uint80 more) public pure {
        uint256 current = uint256(units) << 120 | uint256(value) << 40 | until;
        uint256 next = uint256(bound(more, units, type(uint80).max)) << 120 | uint256(value) << 40 | until;
        vm.assertEq(Bounds.improves(next, current), next != current);
        if (value > 0) vm.assertEq(Bounds.improves(next - (1 << 40), current), false);
    }

    /* HELPERS */

    function _prove(string memory name, uint256 proofBound) private {
        (bytes32[] memory records, uint256[] memory bounds) = _one(commitments[0], proofBound);
        backings.prove(records, bounds, proofOf(name));
    }

    function _one(bytes32 commitment, uint256 proofBound)
        private
        pure
        returns (bytes32[] memory records, uint256[] memory bounds)
    {
        (records, bounds) = (new bytes32[](1), new uint256[](1));
        (records[0], bounds[0]) = (commitment, proofBound);
    }

    function _all(string memory name) private view returns (bytes32[] memory records, uint256[] memory bounds) {
        (records, bounds) = (new bytes32[](16), new uint256[](16));
        for (uint256 i = 0; i < 16; ++i) {
            records[i] = commitments[i];
            bounds[i] = vm.parseJsonUint(proofs, string.concat(".proofs.", name, ".bound"));
        }
    }

    function _refuseBound(uint256 proofBound) private {
        _refuse(commitments[0], proofBound, "one", abi.encodeWithSelector(IBackings.ProofBad.selector));
    }

    function _refuse(bytes32 commitment, uint256 proofBound, string memory name, bytes memory answer) private {
        (bytes32[] memory records, uint256[] memory bounds) = _one(commitment, proofBound);
        uint256[8] memory proof = proofOf(name);
        vm.expectRevert(answer);
        backings.prove(records, bounds, proof);
    }

    function _refusePlaces(uint256 records, uint256 bounds) private {
        uint256[8] memory proof;
        vm.expectRevert(abi.encodeWithSelector(IBackings.PlacesWrong.selector, records, bounds));
        backings.prove(new bytes32[](records), new uint256[](bounds), proof);
    }

    function _refusePolicy(uint256 bad) private {
        vm.prank(VENUE);
        vm.expectRevert(abi.encodeWithSelector(IBackings.PolicyBad.selector, bad));
        backings.setPolicy(bad);
    }
}
