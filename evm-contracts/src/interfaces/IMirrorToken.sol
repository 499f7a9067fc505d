// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @notice Who may receive a token: anyone who is not blocked, or onboarded accounts only.
enum Eligibility {
    OPEN,
    ONBOARDED_ONLY
}

/// @notice Why a token minted nothing of a run of messages.
enum MintStop {
    NONE,
    OTHER_TERMS,
    PAUSED,
    HALTED
}

/// @title The token that stands for one record
/// @notice ERC-20 with permit. One base unit stands for one unit locked on the asset chain.
interface IMirrorToken is IERC20Metadata, IERC20Permit {
    /* EVENTS */

    /// @notice Emitted when the venue paused or unpaused the token.
    event PausedSet(bool paused);

    /// @notice Emitted when the bridge halted the token, its record being frozen or revoked, or started it again.
    event HaltedSet(bool halted);

    /// @notice Emitted when the venue changed who may receive the token.
    event EligibilitySet(Eligibility eligibility);

    /// @notice Emitted when compliance onboarded an account or took that back.
    event OnboardedSet(address indexed account, bool onboarded);

    /// @notice Emitted when compliance blocked an account or took that back.
    event BlockedSet(address indexed account, bool blocked);

    /* ERRORS */

    /// @notice Thrown when the caller is not the bridge, or lacks `role`.
    error NotAuthorized(address caller, bytes32 role);

    /// @notice Thrown while the venue has the token paused.
    error TokenPaused();

    /// @notice Thrown while the record is frozen or revoked.
    error TokenHalted();

    /// @notice Thrown when the sender is blocked.
    error SenderRefused(address sender);

    /// @notice Thrown when the recipient is zero, the token, the bridge, blocked, or not onboarded where that is asked.
    error RecipientRefused(address recipient);

    /// @notice Thrown when `holder` has less than `amount`.
    error BalanceShort(address holder, uint256 balance, uint256 amount);

    /// @notice Thrown when `holder` allows `spender` less than `amount`.
    error AllowanceShort(address holder, address spender, uint256 allowance, uint256 amount);

    /// @notice Thrown when a permit's deadline has passed.
    error PermitExpired(uint256 deadline);

    /// @notice Thrown when a permit is not signed by its owner.
    error PermitNotByOwner(address signer, address owner);

    /// @notice Thrown when a record has more than six decimals.
    error DecimalsBad(uint8 decimals);

    /* MINT AND BURN */

    /// @notice Mints the MINT messages of a run of message words; only the bridge. Never reverts because of a word.
    /// @param termsHash The attested terms of the record; others than the token's stop the run.
    /// @param messages Up to 256 message words (see {Words}); other kinds than MINT are passed over.
    /// @return stop Why nothing at all was minted, or NONE.
    /// @return refused Bit i is set when the recipient of message i was refused.
    function mint(bytes32 termsHash, bytes calldata messages) external returns (MintStop stop, uint256 refused);

    /// @notice Burns units of `holder` that go home; only the bridge.
    function burn(address holder, uint80 units) external;

    /// @notice Stops or starts the token with its record's status; only the bridge.
    function setHalted(bool halted) external;

    /* PAUSE */

    /// @notice Pauses or unpauses transfers, mints and burns; only the venue role.
    function setPaused(bool paused) external;

    /* ELIGIBILITY */

    /// @notice Changes who may receive the token; only the venue role.
    function setEligibility(Eligibility eligibility) external;

    /// @notice Lets `accounts` receive the token where onboarding is asked; only compliance.
    function onboard(address[] calldata accounts) external;

    /// @notice Takes `onboard` back; only compliance. Balances stay and can be sent or redeemed.
    function offboard(address[] calldata accounts) external;

    /// @notice Blocks `accounts` from sending, receiving and redeeming, or takes that back; only compliance.
    function setBlocked(address[] calldata accounts, bool blocked) external;

    /* VIEWS */

    /// @notice The record that the token stands for.
    function RIGHTS_ID() external view returns (bytes32);

    /// @notice The hash of the terms: rights id, decimals, name, symbol.
    function TERMS_HASH() external view returns (bytes32);

    /// @notice The only contract that mints and burns.
    function BRIDGE() external view returns (address);

    /// @notice Whether the token would now accept `account` as a recipient, pause and halt aside.
    function accepts(address account) external view returns (bool);

    /// @notice The flags of an account.
    function flagsOf(address account) external view returns (bool onboarded, bool blocked);

    /// @notice The state of the whole token.
    function status() external view returns (bool paused, bool halted, Eligibility eligibility);
}
