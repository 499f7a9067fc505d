// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {Eligibility, IMirrorToken, MintStop} from "./interfaces/IMirrorToken.sol";
import {IVenueRoles} from "./interfaces/IVenueRoles.sol";
import {Terms} from "./libraries/Terms.sol";
import {Words} from "./libraries/Words.sol";

/// @title MirrorToken
/// @notice The token that stands for one record; see {IMirrorToken}.
contract MirrorToken is IMirrorToken, EIP712, Nonces {
    /* CONSTANTS */

    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    uint8 private constant MAX_DECIMALS = 6;

    uint256 private constant ONBOARDED = 1 << 128;
    uint256 private constant BLOCKED = 1 << 129;

    uint256 private constant PAUSED = 1 << 128;
    uint256 private constant HALTED = 1 << 129;
    uint256 private constant ONBOARDED_ONLY = 1 << 130;

    /* IMMUTABLES */

    address public immutable BRIDGE;
    /// @notice The venue's roles.
    IVenueRoles public immutable ROLES;
    bytes32 public immutable RIGHTS_ID;
    bytes32 public immutable TERMS_HASH;
    uint8 public immutable decimals;

    /* STORAGE */

    string public name;
    string public symbol;

    /// @dev One slot, all that a mint reads and writes besides accounts: totalSupply(128), then PAUSED, HALTED, ONBOARDED_ONLY.
    uint256 private _status;

    /// @dev balance in the low 128 bits, then ONBOARDED, BLOCKED. A supply is a record's sealed units, so under 2⁸⁰: adding to
    /// a balance never reaches the flags.
    mapping(address holder => uint256 account) private _accounts;

    mapping(address holder => mapping(address spender => uint256 amount)) public allowance;

    constructor(
        address bridge,
        IVenueRoles roles,
        bytes32 rightsId,
        string memory name_,
        string memory symbol_,
        uint8 decimals_,
        Eligibility eligibility
    ) EIP712(name_, "1") {
        require(decimals_ <= MAX_DECIMALS, DecimalsBad(decimals_));

        BRIDGE = bridge;
        ROLES = roles;
        RIGHTS_ID = rightsId;
        TERMS_HASH = Terms.hash(rightsId, decimals_, name_, symbol_);
        decimals = decimals_;
        name = name_;
        symbol = symbol_;
        _set(ONBOARDED_ONLY, eligibility == Eligibility.ONBOARDED_ONLY);
        emit EligibilitySet(eligibility);
    }

    /* MINT AND BURN */

    /// @inheritdoc IMirrorToken
    function mint(bytes32 termsHash, bytes calldata messages) external returns (MintStop stop, uint256 refused) {
        _requireBridge();
        if (termsHash != TERMS_HASH) return (MintStop.OTHER_TERMS, 0);
        uint256 current = _status;
        if (current & PAUSED != 0) return (MintStop.PAUSED, 0);
        if (current & HALTED != 0) return (MintStop.HALTED, 0);

        uint256 minted = 0;
        uint256 count = messages.length / Words.SIZE;
        for (uint256 i = 0; i < count; ++i) {
            uint256 word = Words.messageAt(messages, i);
            if (Words.kindOf(word) != Words.MINT) continue;
            address recipient = Words.recipientOf(word);
            uint256 account = _accounts[recipient];
            if (!_accepts(recipient, account, current)) {
                refused |= 1 << i;
                continue;
            }
            uint256 units = Words.unitsOf(word);
            _accounts[recipient] = account + units;
            minted += units;
            emit Transfer(address(0), recipient, units);
        }
        // The supply is the record's sealed units at most, so under 2⁸⁰.
        _status = current + minted;
    }

    /// @inheritdoc IMirrorToken
    function burn(address holder, uint80 units) external {
        _requireBridge();
        _requireRunning();

        _debit(holder, units);
        _status -= units;
        emit Transfer(holder, address(0), units);
    }

    /// @inheritdoc IMirrorToken
    function setHalted(bool halted) external {
        _requireBridge();

        _set(HALTED, halted);
        emit HaltedSet(halted);
    }

    /* TRANSFER */

    /// @inheritdoc IERC20
    function transfer(address to, uint256 amount) external returns (bool) {
        _transfer(msg.sender, to, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        require(allowed >= amount, AllowanceShort(from, msg.sender, allowed, amount));

        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - amount;
        _transfer(from, to, amount);
        return true;
    }

    function _transfer(address from, address to, uint256 amount) private {
        _requireRunning();

        _debit(from, amount);
        uint256 account = _accounts[to];
        require(_accepts(to, account, _status), RecipientRefused(to));
        _accounts[to] = account + amount;
        emit Transfer(from, to, amount);
    }

    function _debit(address holder, uint256 amount) private {
        uint256 account = _accounts[holder];
        uint256 balance = uint128(account);
        require(account & BLOCKED == 0, SenderRefused(holder));
        require(balance >= amount, BalanceShort(holder, balance, amount));

        _accounts[holder] = account - amount;
    }

    /* APPROVE */

    /// @inheritdoc IERC20
    function approve(address spender, uint256 amount) external returns (bool) {
        _approve(msg.sender, spender, amount);
        return true;
    }

    /// @inheritdoc IERC20Permit
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        require(block.timestamp <= deadline, PermitExpired(deadline));
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, _useNonce(owner), deadline));
        address signer = ECDSA.recover(_hashTypedDataV4(structHash), v, r, s);
        require(signer == owner, PermitNotByOwner(signer, owner));

        _approve(owner, spender, value);
    }

    function _approve(address owner, address spender, uint256 amount) private {
        allowance[owner][spender] = amount;
        emit Approval(owner, spender, amount);
    }

    /* PAUSE */

    /// @inheritdoc IMirrorToken
    function setPaused(bool paused) external {
        _requireRole(ROLES.VENUE_ROLE());

        _set(PAUSED, paused);
        emit PausedSet(paused);
    }

    /* ELIGIBILITY */

    /// @inheritdoc IMirrorToken
    function setEligibility(Eligibility eligibility) external {
        _requireRole(ROLES.VENUE_ROLE());

        _set(ONBOARDED_ONLY, eligibility == Eligibility.ONBOARDED_ONLY);
        emit EligibilitySet(eligibility);
    }

    /// @inheritdoc IMirrorToken
    function onboard(address[] calldata accounts) external {
        _requireRole(ROLES.COMPLIANCE_ROLE());

        for (uint256 i = 0; i < accounts.length; ++i) {
            _accounts[accounts[i]] |= ONBOARDED;
            emit OnboardedSet(accounts[i], true);
        }
    }

    /// @inheritdoc IMirrorToken
    function offboard(address[] calldata accounts) external {
        _requireRole(ROLES.COMPLIANCE_ROLE());

        for (uint256 i = 0; i < accounts.length; ++i) {
            _accounts[accounts[i]] &= ~ONBOARDED;
            emit OnboardedSet(accounts[i], false);
        }
    }

    /// @inheritdoc IMirrorToken
    function setBlocked(address[] calldata accounts, bool blocked) external {
        _requireRole(ROLES.COMPLIANCE_ROLE());

        for (uint256 i = 0; i < accounts.length; ++i) {
            uint256 account = _accounts[accounts[i]];
            _accounts[accounts[i]] = blocked ? account | BLOCKED : account & ~BLOCKED;
            emit BlockedSet(accounts[i], blocked);
        }
    }

    function _accepts(address recipient, uint256 account, uint256 current) private view returns (bool) {
        if (recipient == address(0) || recipient == address(this) || recipient == BRIDGE) return false;
        if (account & BLOCKED != 0) return false;
        return current & ONBOARDED_ONLY == 0 || account & ONBOARDED != 0;
    }

    function _set(uint256 flag, bool on) private {
        _status = on ? _status | flag : _status & ~flag;
    }

    /* GUARDS */

    function _requireBridge() private view {
        require(msg.sender == BRIDGE, NotAuthorized(msg.sender, 0));
    }

    function _requireRole(bytes32 role) private view {
        require(ROLES.hasRole(role, msg.sender), NotAuthorized(msg.sender, role));
    }

    function _requireRunning() private view {
        uint256 current = _status;
        require(current & PAUSED == 0, TokenPaused());
        require(current & HALTED == 0, TokenHalted());
    }

    /* VIEWS */

    /// @inheritdoc IERC20
    function totalSupply() external view returns (uint256) {
        return uint128(_status);
    }

    /// @inheritdoc IERC20
    function balanceOf(address holder) external view returns (uint256) {
        return uint128(_accounts[holder]);
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(IERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc IERC20Permit
    // forge-lint: disable-next-line(mixed-case-function)
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IMirrorToken
    function accepts(address account) external view returns (bool) {
        return _accepts(account, _accounts[account], _status);
    }

    /// @inheritdoc IMirrorToken
    function flagsOf(address account) external view returns (bool onboarded, bool blocked) {
        return (_accounts[account] & ONBOARDED != 0, _accounts[account] & BLOCKED != 0);
    }

    /// @inheritdoc IMirrorToken
    function status() external view returns (bool paused, bool halted, Eligibility eligibility) {
        uint256 current = _status;
        eligibility = current & ONBOARDED_ONLY == 0 ? Eligibility.OPEN : Eligibility.ONBOARDED_ONLY;
        return (current & PAUSED != 0, current & HALTED != 0, eligibility);
    }
}
