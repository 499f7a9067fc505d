// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {MirrorToken} from "../../src/MirrorToken.sol";
import {VenueRoles} from "../../src/VenueRoles.sol";
import {Eligibility, IMirrorToken, MintStop} from "../../src/interfaces/IMirrorToken.sol";
import {Terms} from "../../src/libraries/Terms.sol";
import {Epochs} from "../kit/Epochs.sol";
import {bound, vm} from "../kit/Vm.sol";

/// @dev The test is the bridge.
contract MirrorTokenTest {
    address private constant VENUE = address(0x7E01);
    address private constant COMPLIANCE = address(0xC001);
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    bytes32 private constant RIGHTS_ID = bytes32(uint256(7));

    VenueRoles private roles = new VenueRoles(0, address(1), VENUE, COMPLIANCE);
    MirrorToken private token;
    bytes32 private termsHash = Terms.hash(RIGHTS_ID, 2, "Household Solar", "SOL");

    function setUp() public {
        token = new MirrorToken(address(this), roles, RIGHTS_ID, "Household Solar", "SOL", 2, Eligibility.OPEN);
    }

    /* CONSTRUCTOR */

    function test_RevertWhen_DecimalsAreMoreThanSix() public {
        vm.expectRevert(abi.encodeWithSelector(IMirrorToken.DecimalsBad.selector, 7));
        new MirrorToken(address(this), roles, RIGHTS_ID, "Household Solar", "SOL", 7, Eligibility.OPEN);
    }

    function test_Constructor_KeepsTheTerms() public view {
        vm.assertEq(token.name(), "Household Solar");
        vm.assertEq(token.symbol(), "SOL");
        vm.assertEq(token.decimals(), 2);
        vm.assertEq(token.RIGHTS_ID(), RIGHTS_ID);
        vm.assertEq(token.TERMS_HASH(), termsHash);
        vm.assertEq(token.BRIDGE(), address(this));
    }

    /* MINT AND BURN */

    function test_RevertWhen_MinterIsNotTheBridge() public {
        vm.prank(VENUE);
        vm.expectRevert(abi.encodeWithSelector(IMirrorToken.NotAuthorized.selector, VENUE, bytes32(0)));
        token.mint(termsHash, abi.encode(Epochs.mint(ALICE, 5, 0)));
    }

    function test_RevertWhen_BurnerIsNotTheBridge() public {
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IMirrorToken.NotAuthorized.selector, ALICE, bytes32(0)));
        token.burn(ALICE, 1);
    }

    function test_RevertWhen_HalterIsNotTheBridge() public {
        vm.prank(VENUE);
        vm.expectRevert(abi.encodeWithSelector(IMirrorToken.NotAuthorized.selector, VENUE, bytes32(0)));
        token.setHalted(true);
    }

    function test_Mint_StopsForOtherTerms() public {
        _expectStop(bytes32(uint256(termsHash) ^ 1), MintStop.OTHER_TERMS);
    }

    function test_Mint_StopsWhilePaused() public {
        _pause(true);
        _expectStop(termsHash, MintStop.PAUSED);
    }

    function test_Mint_StopsWhileHalted() public {
        token.setHalted(true);
        _expectStop(termsHash, MintStop.HALTED);
    }

    function test_Mint_CreditsAndTells() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), ALICE, 500);
        _mint(ALICE, 500);
        vm.assertEq(token.balanceOf(ALICE), 500);
        vm.assertEq(token.totalSupply(), 500);
    }

    function test_Mint_PassesOverOtherKinds() public {
        (MintStop stop, uint256 refused) =
            token.mint(termsHash, abi.encode(Epochs.yield(uint160(ALICE), 9, 0), Epochs.mint(ALICE, 5, 0)));
        vm.assertEq(uint256(stop), 0);
        vm.assertEq(refused, 0);
        vm.assertEq(token.balanceOf(ALICE), 5);
    }

    function test_Mint_RefusesRecipientsWithoutReverting() public {
        _block(BOB, true);
        uint256[5] memory messages = [
            Epochs.mint(ALICE, 1, 0),
            Epochs.mint(address(0), 2, 0),
            Epochs.mint(address(token), 4, 0),
            Epochs.mint(address(this), 8, 0),
            Epochs.mint(BOB, 16, 0)
        ];
        (MintStop stop, uint256 refused) = token.mint(termsHash, abi.encode(messages));
        vm.assertEq(uint256(stop), 0);
        vm.assertEq(refused, 30);
        vm.assertEq(token.totalSupply(), 1);
    }

    function test_Mint_AsksForOnboarding() public {
        _onboardedOnly();
        (, uint256 refused) = token.mint(termsHash, abi.encode(Epochs.mint(ALICE, 1, 0)));
        vm.assertEq(refused, 1);
        _onboard(ALICE);
        (, refused) = token.mint(termsHash, abi.encode(Epochs.mint(ALICE, 1, 0)));
        vm.assertEq(refused, 0);
    }

    function testFuzz_Mint_NeverReverts(uint256[] calldata words, bytes32 terms, uint256 settings) public {
        if (settings & 1 != 0) _onboardedOnly();
        if (settings & 2 != 0) _pause(true);
        if (settings & 4 != 0) token.setHalted(true);
        if (words.length > 0) _block(address(uint160(words[0] >> 92)), true);
        token.mint(settings & 8 == 0 ? termsHash : terms, abi.encodePacked(words));
    }

    function test_Burn_DebitsAndTells() public {
        _mint(ALICE, 500);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(ALICE, address(0), 200);
        token.burn(ALICE, 200);
        vm.assertEq(token.balanceOf(ALICE), 300);
        vm.assertEq(token.totalSupply(), 300);
    }

    function test_RevertWhen_BurntIsMoreThanTheBalance() public {
        _mint(ALICE, 500);
        vm.expectRevert(abi.encodeWithSelector(IMirrorToken.BalanceShort.selector, ALICE, 500, 501));
        token.burn(ALICE, 501);
    }

    function test_RevertWhen_BurningWhilePaused() public {
        _mint(ALICE, 500);
        _pause(true);
        vm.expectRevert(IMirrorToken.TokenPaused.selector);
        token.burn(ALICE, 1);
    }

    function test_RevertWhen_BurningWhileHalted() public {
        _mint(ALICE, 500);
        token.setHalted(true);
        vm.expectRevert(IMirrorToken.TokenHalted.selector);
        token.burn(ALICE, 1);
    }

    /* TRANSFER */

    function test_RevertWhen_TransferringWhilePaused() public {
        _mint(ALICE, 500);
        _pause(true);
        _refuseTransfer(BOB, 1, abi.encodeWithSelector(IMirrorToken.TokenPaused.selector));
        _pause(false);
        vm.prank(ALICE);
        token.transfer(BOB, 1);
    }

    function test_RevertWhen_TransferringWhileHalted() public {
        _mint(ALICE, 500);
        token.setHalted(true);
        _refuseTransfer(BOB, 1, abi.encodeWithSelector(IMirrorToken.TokenHalted.selector));
    }

    function test_RevertWhen_SenderIsBlocked() public {
        _mint(ALICE, 500);
        _block(ALICE, true);
        _refuseTransfer(BOB, 1, abi.encodeWithSelector(IMirrorToken.SenderRefused.selector, ALICE));
        _block(ALICE, false);
        vm.prank(ALICE);
        token.transfer(BOB, 1);
    }

    function test_RevertWhen_BalanceIsShort() public {
        _mint(ALICE, 500);
        _refuseTransfer(BOB, 501, abi.encodeWithSelector(IMirrorToken.BalanceShort.selector, ALICE, 500, 501));
        _refuseTransfer(
            BOB,
            type(uint256).max,
            abi.encodeWithSelector(IMirrorToken.BalanceShort.selector, ALICE, 500, type(uint256).max)
        );
    }

    function test_RevertWhen_RecipientIsRefused() public {
        _mint(ALICE, 500);
        _block(BOB, true);
        address[4] memory refused = [address(0), address(token), address(this), BOB];
        for (uint256 i = 0; i < refused.length; ++i) {
            _refuseTransfer(refused[i], 1, abi.encodeWithSelector(IMirrorToken.RecipientRefused.selector, refused[i]));
        }
    }

    function test_RevertWhen_RecipientIsNotOnboarded() public {
        _mint(ALICE, 500);
        _onboardedOnly();
        _refuseTransfer(BOB, 1, abi.encodeWithSelector(IMirrorToken.RecipientRefused.selector, BOB));
        _onboard(BOB);
        vm.prank(ALICE);
        token.transfer(BOB, 1);
        address[] memory accounts = new address[](1);
        accounts[0] = BOB;
        vm.prank(COMPLIANCE);
        token.offboard(accounts);
        _refuseTransfer(BOB, 1, abi.encodeWithSelector(IMirrorToken.RecipientRefused.selector, BOB));
    }

    function testFuzz_Transfer_MovesUnitsAndKeepsFlags(uint80 minted, uint256 amount, bool toSelf) public {
        _onboard(ALICE);
        _mint(ALICE, minted);
        amount = bound(amount, 0, minted);
        address to = toSelf ? ALICE : BOB;
        vm.prank(ALICE);
        token.transfer(to, amount);
        vm.assertEq(token.balanceOf(ALICE), toSelf ? minted : minted - amount);
        vm.assertEq(token.balanceOf(BOB), toSelf ? 0 : amount);
        vm.assertEq(token.totalSupply(), minted);
        (bool onboarded, bool blocked) = token.flagsOf(ALICE);
        vm.assertTrue(onboarded && !blocked, "flags of the sender");
        (onboarded, blocked) = token.flagsOf(BOB);
        vm.assertTrue(!onboarded && !blocked, "flags of the recipient");
    }

    /* APPROVE */

    function test_RevertWhen_AllowanceIsShort() public {
        _mint(ALICE, 500);
        vm.prank(ALICE);
        token.approve(BOB, 10);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IMirrorToken.AllowanceShort.selector, ALICE, BOB, 10, 11));
        token.transferFrom(ALICE, BOB, 11);
    }

    function test_TransferFrom_SpendsTheAllowance() public {
        _mint(ALICE, 500);
        vm.prank(ALICE);
        token.approve(BOB, 10);
        vm.prank(BOB);
        token.transferFrom(ALICE, BOB, 4);
        vm.assertEq(token.allowance(ALICE, BOB), 6);
        vm.assertEq(token.balanceOf(BOB), 4);
    }

    function test_TransferFrom_KeepsAnUnlimitedAllowance() public {
        _mint(ALICE, 500);
        vm.prank(ALICE);
        token.approve(BOB, type(uint256).max);
        vm.prank(BOB);
        token.transferFrom(ALICE, BOB, 4);
        vm.assertEq(token.allowance(ALICE, BOB), type(uint256).max);
    }

    function test_Permit_Approves() public {
        address owner = vm.addr(7);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, _permitDigest(owner, BOB, 10, 0, block.timestamp));
        token.permit(owner, BOB, 10, block.timestamp, v, r, s);
        vm.assertEq(token.allowance(owner, BOB), 10);
        vm.assertEq(token.nonces(owner), 1);
        vm.expectPartialRevert(IMirrorToken.PermitNotByOwner.selector);
        token.permit(owner, BOB, 10, block.timestamp, v, r, s);
    }

    function test_RevertWhen_PermitIsNotByTheOwner() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, _permitDigest(ALICE, BOB, 10, 0, block.timestamp));
        address signer = vm.addr(7);
        vm.expectRevert(abi.encodeWithSelector(IMirrorToken.PermitNotByOwner.selector, signer, ALICE));
        token.permit(ALICE, BOB, 10, block.timestamp, v, r, s);
    }

    function test_RevertWhen_PermitExpired() public {
        vm.warp(1_000);
        vm.expectRevert(abi.encodeWithSelector(IMirrorToken.PermitExpired.selector, 999));
        token.permit(ALICE, BOB, 10, 999, 27, 0, 0);
    }

    /* ROLES */

    function test_RevertWhen_PausedNotByTheVenue() public {
        _refuseRole(COMPLIANCE, roles.VENUE_ROLE(), abi.encodeCall(token.setPaused, (true)));
    }

    function test_RevertWhen_EligibilityIsSetNotByTheVenue() public {
        _refuseRole(COMPLIANCE, roles.VENUE_ROLE(), abi.encodeCall(token.setEligibility, (Eligibility.OPEN)));
    }

    function test_RevertWhen_AccountsAreSetNotByCompliance() public {
        address[] memory accounts = new address[](1);
        bytes32 role = roles.COMPLIANCE_ROLE();
        _refuseRole(VENUE, role, abi.encodeCall(token.onboard, (accounts)));
        _refuseRole(VENUE, role, abi.encodeCall(token.offboard, (accounts)));
        _refuseRole(VENUE, role, abi.encodeCall(token.setBlocked, (accounts, true)));
    }

    function test_Status_TellsEverySetting() public {
        _pause(true);
        token.setHalted(true);
        _onboardedOnly();
        (bool paused, bool halted, Eligibility eligibility) = token.status();
        vm.assertTrue(paused && halted && eligibility == Eligibility.ONBOARDED_ONLY, "all on");
        _pause(false);
        token.setHalted(false);
        vm.prank(VENUE);
        token.setEligibility(Eligibility.OPEN);
        (paused, halted, eligibility) = token.status();
        vm.assertTrue(!paused && !halted && eligibility == Eligibility.OPEN, "all off");
    }

    /* HELPERS */

    function _mint(address recipient, uint80 units) private {
        token.mint(termsHash, abi.encode(Epochs.mint(recipient, units, 0)));
    }

    function _expectStop(bytes32 terms, MintStop expected) private {
        (MintStop stop, uint256 refused) = token.mint(terms, abi.encode(Epochs.mint(ALICE, 5, 0)));
        vm.assertEq(uint256(stop), uint256(expected));
        vm.assertEq(refused, 0);
        vm.assertEq(token.totalSupply(), 0);
    }

    function _pause(bool paused) private {
        vm.prank(VENUE);
        token.setPaused(paused);
    }

    function _onboardedOnly() private {
        vm.prank(VENUE);
        token.setEligibility(Eligibility.ONBOARDED_ONLY);
    }

    function _onboard(address account) private {
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        vm.prank(COMPLIANCE);
        token.onboard(accounts);
    }

    function _block(address account, bool blocked) private {
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        vm.prank(COMPLIANCE);
        token.setBlocked(accounts, blocked);
    }

    function _refuseTransfer(address to, uint256 amount, bytes memory answer) private {
        vm.prank(ALICE);
        vm.expectRevert(answer);
        token.transfer(to, amount);
    }

    function _refuseRole(address caller, bytes32 role, bytes memory data) private {
        vm.prank(caller);
        (bool success, bytes memory answer) = address(token).call(data);
        vm.assertEq(success, false);
        vm.assertEq(answer, abi.encodeWithSelector(IMirrorToken.NotAuthorized.selector, caller, role));
    }

    function _permitDigest(address owner, address spender, uint256 value, uint256 nonce, uint256 deadline)
        private
        view
        returns (bytes32)
    {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, owner, spender, value, nonce, deadline));
        return keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
    }
}
