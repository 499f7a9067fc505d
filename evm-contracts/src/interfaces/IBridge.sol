// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Eligibility, IMirrorToken} from "./IMirrorToken.sol";

/// @notice Why a message is held; the first of these that applies. NONE: it can be minted.
enum HoldReason {
    NONE,
    RECORD_NOT_LISTED,
    RECORD_NOT_ACTIVE,
    RECORD_NOT_BACKED,
    TOKEN_PAUSED,
    RECIPIENT_REFUSED
}

/// @title The crossing
/// @notice Takes epochs from the asset chain and mints, or holds, what they say; sends redeemed and bounced units home.
/// @dev For every record and lane: minted + held + outboxed = sealed, where minted is the token's supply.
interface IBridge {
    /// @notice A delivered MINT message that could not be credited. The bridge keeps only its hash.
    /// @param laneId The lane it came by.
    /// @param message Its index through the lane's whole life.
    /// @param rightsId Its record.
    /// @param recipient Who is to receive the units.
    /// @param units Base units.
    /// @param heldAt Block time of its delivery, Unix seconds.
    struct HeldMessage {
        uint64 laneId;
        uint64 message;
        bytes32 rightsId;
        address recipient;
        uint80 units;
        uint40 heldAt;
    }

    /* EVENTS */

    /// @notice Emitted when an epoch was delivered. Its mints are the tokens' `Transfer` events from zero.
    event EpochDelivered(
        uint64 indexed laneId, uint64 indexed epoch, bytes32 headerHash, uint64 firstMessage, uint16 messageCount
    );

    /// @notice Emitted when the attested state of a record differs from the last one, totals aside.
    event StateAttested(
        uint64 indexed laneId,
        bytes32 indexed rightsId,
        uint8 status,
        uint80 unitValue,
        uint40 valuedAt,
        bytes32 commitment,
        bytes32 termsHash
    );

    /// @notice Emitted when a MINT message was held; its fields are what `retry` and `bounce` ask for.
    event MessageHeld(
        uint64 indexed laneId,
        uint64 indexed message,
        bytes32 indexed rightsId,
        address recipient,
        uint80 units,
        uint40 heldAt,
        HoldReason reason
    );

    /// @notice Emitted when a held message was minted after all.
    event HeldMinted(uint64 indexed laneId, uint64 indexed message);

    /// @notice Emitted when a held message was sent home.
    event HeldBounced(uint64 indexed laneId, uint64 indexed message);

    /// @notice Emitted for a YIELD message.
    /// @param evidence The first 160 bits of the hash of the evidence.
    event YieldAnnounced(
        uint64 indexed laneId, uint64 indexed message, bytes32 indexed rightsId, bytes20 evidence, uint80 amount
    );

    /// @notice Emitted when an entry was appended to a lane's outbox.
    /// @param kind 1 REDEEM, `target` is the account on the asset chain; 2 BOUNCE, `target` is the message's index.
    event Outboxed(
        uint64 indexed laneId, uint64 indexed index, uint8 kind, bytes32 indexed rightsId, uint80 units, bytes32 target
    );

    /// @notice Emitted when a token was listed for a record.
    event Listed(bytes32 indexed rightsId, uint64 indexed laneId, address token);

    /* ERRORS */

    /// @notice Thrown when the caller lacks the role.
    error NotAuthorized(address caller, bytes32 role);

    /// @notice Thrown when the header is for another chain.
    error TradingChainWrong(uint64 chainId);

    /// @notice Thrown when the header is for another bridge.
    error BridgeWrong(address bridge);

    /// @notice Thrown when the epoch is not the lane's next.
    error EpochOutOfOrder(uint64 epoch, uint64 expected);

    /// @notice Thrown when the header does not continue the lane's previous one.
    error PreviousHeaderWrong(bytes32 previousHeader, bytes32 expected);

    /// @notice Thrown when the header's first message is not the lane's next.
    error FirstMessageWrong(uint64 firstMessage, uint64 expected);

    /// @notice Thrown when the header was sealed more than 10 seconds after the block time.
    error SealedInFuture(uint64 sealedAt);

    /// @notice Thrown when the header, or a state, claims more releases than the outbox holds, or fewer than before.
    error ReleasedTooFar(uint256 released, uint256 outboxed);

    /// @notice Thrown when the words do not have the header's counts or hash.
    error WordsBad();

    /// @notice Thrown when a state breaks the encoding, or states are out of order.
    error StateBad(uint256 slot);

    /// @notice Thrown when a message breaks the encoding, or is out of order.
    error MessageBad(uint256 place);

    /// @notice Thrown when sealed units are not those known plus this epoch's mints, or released units fall.
    error SumsWrong(bytes32 rightsId);

    /// @notice Thrown when this message is not held with these fields.
    error NotHeld(uint64 laneId, uint64 message);

    /// @notice Thrown when the message still cannot be minted.
    error StillHeld(HoldReason reason);

    /// @notice Thrown when the hold period has not passed and the caller is not compliance.
    error HoldPeriod(uint256 endsAt);

    /// @notice Thrown when no token is listed for the record.
    error RecordNotListed(bytes32 rightsId);

    /// @notice Thrown when a token with supply, or with held units to come, is listed for the record already.
    error AlreadyListed(bytes32 rightsId, address token);

    /// @notice Thrown when the terms of a listing are not the attested ones.
    error TermsWrong(bytes32 termsHash);

    /// @notice Thrown when an account is not 1–31 characters of `a-z 0-9 . _ -`, left-aligned and zero-padded.
    error AccountBad(bytes32 account);

    /// @notice Thrown when nothing would be redeemed.
    error UnitsRange(uint80 units);

    /* DELIVER */

    /// @notice Delivers a lane's next epoch. Anyone may call: what is minted, and for whom, is fixed by the endorsers.
    /// @dev Nothing that a message says makes this revert; what cannot be credited is held. It stops where the consortium
    /// contradicts itself: words that break the encoding, sums that do not add up, releases that never left the outbox.
    /// Trust enters in {IAssetChainClient-verify} (who locked what) and {IBackings-prove} (what backs a record).
    /// @param payload The endorsed `ProposalResponsePayload`.
    /// @param endorsements See {IAssetChainClient-verify}.
    /// @param words The epoch's words: five for each state, then one for each message.
    function deliver(bytes calldata payload, bytes calldata endorsements, bytes calldata words) external;

    /* RETRY */

    /// @notice Mints a held message whose reason is gone. Anyone may call.
    function retry(HeldMessage calldata held) external;

    /* BOUNCE */

    /// @notice Sends a held message home: anyone after the hold period, compliance at once.
    function bounce(HeldMessage calldata held) external;

    /* REDEEM */

    /// @notice Burns the caller's units and sends them home to `account`.
    /// @dev Warning: an account that the custodian does not know is credited under that name all the same; ask it first.
    /// @param units Base units, not zero.
    /// @param account The name in the custodian's book: ASCII, left-aligned, zero-padded.
    function redeem(bytes32 rightsId, uint80 units, bytes32 account) external;

    /* LIST */

    /// @notice Creates the token of a record; only the venue role. A token without supply can be replaced.
    /// @param laneId The lane whose messages the token accepts.
    function list(
        bytes32 rightsId,
        uint64 laneId,
        string calldata name,
        string calldata symbol,
        uint8 decimals,
        Eligibility eligibility
    ) external returns (IMirrorToken token);

    /* VIEWS */

    /// @notice The head of a lane's outbox: the slot that the asset chain reads by proof. First in storage.
    function outboxHead(uint256 laneId) external view returns (bytes32 head);

    /// @notice The number of entries ever appended to a lane's outbox.
    function outboxLength(uint64 laneId) external view returns (uint64 length);

    /// @notice How far a lane has come.
    function lane(uint64 laneId)
        external
        view
        returns (uint64 epoch, bytes32 previousHeader, uint64 nextMessage, uint40 sealedAt, uint64 releasedThrough);

    /// @notice The units of a record by a lane, all cumulative but `held`.
    function supply(uint64 laneId, bytes32 rightsId)
        external
        view
        returns (uint80 sealedUnits, uint80 releasedUnits, uint80 heldUnits, uint80 outboxedUnits);

    /// @notice The last attested state of a record by a lane; status 0 if there is none.
    /// @return status 1 ACTIVE, 2 FROZEN, 3 REVOKED.
    /// @return unitValue 10⁻¹⁸ HKD per base unit.
    /// @return valuedAt Unix seconds.
    /// @return commitment Of the confidential record.
    /// @return particulars keccak256 of words 2 to 4: value, commitment, terms.
    function attested(uint64 laneId, bytes32 rightsId)
        external
        view
        returns (uint8 status, uint80 unitValue, uint40 valuedAt, bytes32 commitment, bytes32 particulars);

    /// @notice The token of a record and the lane it accepts; zero if it is not listed.
    function listing(bytes32 rightsId) external view returns (IMirrorToken token, uint64 laneId);

    /// @notice The hash of a held message, keccak256 of its ABI encoding; zero if it is not held.
    function heldHash(uint64 laneId, uint64 message) external view returns (bytes32 hash);

    /// @notice Whether exactly this message is held.
    function isHeld(HeldMessage calldata held) external view returns (bool);

    /// @notice Why a message of this record would be held now, as far as record and backing say. The token has the last word.
    function recordHoldReason(uint64 laneId, bytes32 rightsId) external view returns (HoldReason reason);

    /// @notice Seconds after which anyone may bounce a held message.
    function HOLD_PERIOD() external view returns (uint256);
}
