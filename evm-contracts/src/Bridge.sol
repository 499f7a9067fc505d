// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAssetChainClient} from "./interfaces/IAssetChainClient.sol";
import {IBackings} from "./interfaces/IBackings.sol";
import {HoldReason, IBridge} from "./interfaces/IBridge.sol";
import {Eligibility, IMirrorToken, MintStop} from "./interfaces/IMirrorToken.sol";
import {IMirrorTokenFactory} from "./interfaces/IMirrorTokenFactory.sol";
import {IVenueRoles} from "./interfaces/IVenueRoles.sol";
import {Bounds} from "./libraries/Bounds.sol";
import {EpochHeader} from "./libraries/EpochHeader.sol";
import {Outbox} from "./libraries/Outbox.sol";
import {Terms} from "./libraries/Terms.sol";
import {Words} from "./libraries/Words.sol";

/// @title Bridge
/// @notice Mints what the asset chain has locked, holds what it cannot, sends home what is redeemed; see {IBridge}.
/// @dev Calls only contracts of this deployment: client and backings are fixed, tokens come from the fixed factory, and none
/// of them calls anything back. So no guard against reentrance is needed.
contract Bridge is IBridge {
    using Bounds for uint256;
    using EpochHeader for bytes;

    /* CONSTANTS */

    /// @dev Seconds by which a header may be younger than the block: a validator's clock may trail an endorser's.
    uint256 private constant MAX_CLOCK_LEAD = 10;
    /// @dev The bits of a record's head that are word 1 of its state.
    uint256 private constant TOTALS = (1 << 164) - 1;

    /* IMMUTABLES */

    /// @notice Decides which headers the asset chain has committed.
    IAssetChainClient public immutable CLIENT;
    /// @notice Knows what is proven about records.
    IBackings public immutable BACKINGS;
    /// @notice Creates tokens.
    IMirrorTokenFactory public immutable FACTORY;
    /// @notice The venue's roles.
    IVenueRoles public immutable ROLES;
    /// @inheritdoc IBridge
    uint256 public immutable HOLD_PERIOD;

    /* STORAGE */

    /// @dev Two slots: the header's hash; epoch(64) · nextMessage(64) · releasedThrough(64) · sealedAt(64).
    struct Lane {
        bytes32 previousHeader;
        uint256 progress;
    }

    /// @dev Four slots. The first changes with every mint; the others only when what they keep changes, which the second tells:
    /// a delivery that changes nothing but totals reads two slots and writes one.
    struct Record {
        // unitValue(80) · status(4) · sealedUnits(80) · releasedUnits(80): word 1 of the state below the unit value.
        uint256 head;
        // See {Words-particularsOf}. Binds the terms, which are not kept: who asks about them brings them.
        bytes32 particulars;
        bytes32 commitment;
        uint80 heldUnits;
        uint80 outboxedUnits;
        uint40 valuedAt;
    }

    /// @dev One slot.
    struct Listing {
        IMirrorToken token;
        uint64 laneId;
    }

    /// @inheritdoc IBridge
    /// @dev Must stay first: the asset chain proves `keccak256(abi.encode(laneId, 0))`.
    mapping(uint256 laneId => bytes32 head) public outboxHead;

    /// @inheritdoc IBridge
    mapping(uint64 laneId => uint64 length) public outboxLength;

    /// @inheritdoc IBridge
    mapping(uint64 laneId => mapping(uint64 message => bytes32 hash)) public heldHash;

    mapping(uint64 laneId => Lane) private _lanes;
    mapping(uint64 laneId => mapping(bytes32 rightsId => Record)) private _records;
    mapping(bytes32 rightsId => Listing) private _listings;

    constructor(
        IAssetChainClient client,
        IBackings backings,
        IMirrorTokenFactory factory,
        IVenueRoles roles,
        uint256 holdPeriod
    ) {
        CLIENT = client;
        BACKINGS = backings;
        FACTORY = factory;
        ROLES = roles;
        HOLD_PERIOD = holdPeriod;
    }

    /* DELIVER */

    /// @inheritdoc IBridge
    function deliver(bytes calldata payload, bytes calldata endorsements, bytes calldata words) external {
        uint256 headerAt = CLIENT.verify(payload, endorsements);
        bytes calldata header = payload[headerAt:headerAt + EpochHeader.SIZE];

        _advance(header);
        _requireWords(header, words);
        _take(header, words);
    }

    /// @dev Moves the lane on by one epoch. What follows can only add to the epoch's effects or revert all of them.
    function _advance(bytes calldata header) private {
        uint64 laneId = header.laneId();
        Lane storage lane_ = _lanes[laneId];
        (uint64 epoch, uint64 nextMessage, uint64 releasedBefore,) = _progress(lane_);
        bytes32 previousHeader = lane_.previousHeader;

        require(header.tradingChainId() == block.chainid, TradingChainWrong(header.tradingChainId()));
        require(header.bridge() == address(this), BridgeWrong(header.bridge()));
        require(header.epoch() == ++epoch, EpochOutOfOrder(header.epoch(), epoch));
        require(header.previousHeader() == previousHeader, PreviousHeaderWrong(header.previousHeader(), previousHeader));
        require(header.firstMessage() == nextMessage, FirstMessageWrong(header.firstMessage(), nextMessage));
        uint64 sealedAt = header.sealedAt();
        require(sealedAt <= block.timestamp + MAX_CLOCK_LEAD, SealedInFuture(sealedAt));
        uint64 releasedThrough = header.releasedThrough();
        if (releasedThrough != releasedBefore) _requireReleasable(laneId, releasedThrough, releasedBefore);

        bytes32 headerHash = sha256(header);
        uint16 messageCount = header.messageCount();
        lane_.previousHeader = headerHash;
        lane_.progress = uint256(epoch) << 192 | uint256(nextMessage + messageCount) << 128 | uint256(releasedThrough)
            << 64 | sealedAt;
        emit EpochDelivered(laneId, epoch, headerHash, nextMessage, messageCount);
    }

    function _progress(Lane storage lane_)
        private
        view
        returns (uint64 epoch, uint64 nextMessage, uint64 releasedThrough, uint40 sealedAt)
    {
        uint256 progress = lane_.progress;
        // Each cast drops exactly the fields above its own; block times have 40 bits for 34,000 years.
        return (uint64(progress >> 192), uint64(progress >> 128), uint64(progress >> 64), uint40(progress));
    }

    function _requireReleasable(uint64 laneId, uint64 releasedThrough, uint64 before) private view {
        uint64 length = outboxLength[laneId];
        require(releasedThrough > before && releasedThrough <= length, ReleasedTooFar(releasedThrough, length));
    }

    function _requireWords(bytes calldata header, bytes calldata words) private pure {
        (uint256 messageCount, uint256 stateCount) = (header.messageCount(), header.stateCount());
        require(messageCount <= EpochHeader.MAX_MESSAGES, EpochHeader.HeaderBad());
        require(stateCount <= EpochHeader.MAX_STATES, EpochHeader.HeaderBad());
        require(messageCount | stateCount > 0, EpochHeader.HeaderBad());
        require(words.length == stateCount * Words.STATE_SIZE + messageCount * Words.SIZE, WordsBad());
        require(sha256(words) == header.wordsHash(), WordsBad());
    }

    /// @dev What `_take` carries from state to state.
    struct Cursor {
        uint64 laneId;
        /// Index of the epoch's first message in the lane.
        uint64 firstMessage;
        /// Place of the next message in the epoch.
        uint256 place;
        bytes32 lastRightsId;
    }

    /// @dev Takes state by state, each with its run of messages: messages are in ascending order of their state's slot.
    function _take(bytes calldata header, bytes calldata words) private {
        uint256 stateCount = header.stateCount();
        bytes calldata messages = words[stateCount * Words.STATE_SIZE:];
        Cursor memory cursor = Cursor(header.laneId(), header.firstMessage(), 0, 0);

        for (uint256 slot = 0; slot < stateCount; ++slot) {
            Words.State memory state = Words.stateAt(words, slot);
            require(Words.isWellFormed(state), StateBad(slot));
            require(slot == 0 || state.rightsId > cursor.lastRightsId, StateBad(slot));
            cursor.lastRightsId = state.rightsId;

            uint256 start = cursor.place;
            uint256 mintUnits = _scan(cursor, messages, slot, state.rightsId);
            Record storage record = _attest(cursor.laneId, state, mintUnits);
            if (mintUnits == 0) continue;
            bytes calldata run = messages[start * Words.SIZE:cursor.place * Words.SIZE];
            _mint(record, state, cursor.laneId, cursor.firstMessage + uint64(start), run);
        }
        require(cursor.place * Words.SIZE == messages.length, MessageBad(cursor.place));
    }

    /// @dev Checks the messages of one slot, announces yields, sums mints.
    function _scan(Cursor memory cursor, bytes calldata messages, uint256 slot, bytes32 rightsId)
        private
        returns (uint256 mintUnits)
    {
        uint256 count = messages.length / Words.SIZE;
        uint256 place = cursor.place;
        for (; place < count; ++place) {
            uint256 word = Words.messageAt(messages, place);
            if (Words.slotOf(word) != slot) break;
            require(Words.isMessage(word), MessageBad(place));
            if (Words.kindOf(word) == Words.MINT) {
                // At most 256 of under 2⁸⁰.
                unchecked {
                    mintUnits += Words.unitsOf(word);
                }
            } else {
                bytes20 evidence = bytes20(Words.recipientOf(word));
                uint64 message = cursor.firstMessage + uint64(place);
                emit YieldAnnounced(cursor.laneId, message, rightsId, evidence, Words.unitsOf(word));
            }
        }
        cursor.place = place;
    }

    /// @dev Records an attested state, writing only what changed.
    function _attest(uint64 laneId, Words.State memory state, uint256 mintUnits)
        private
        returns (Record storage record)
    {
        record = _records[laneId][state.rightsId];
        (uint256 head, uint256 totals) = (record.head, state.totals);
        require(Words.sealedOf(head) + mintUnits == Words.sealedOf(totals), SumsWrong(state.rightsId));
        (uint80 released, uint80 releasedBefore) = (Words.releasedOf(totals), Words.releasedOf(head));
        require(released >= releasedBefore, SumsWrong(state.rightsId));
        if (released > releasedBefore) {
            uint80 outboxed = record.outboxedUnits;
            require(released <= outboxed, ReleasedTooFar(released, outboxed));
        }

        record.head = uint256(Words.unitValueOf(state.value)) << 164 | totals;
        bool changed = record.particulars != state.particulars;
        if (changed) {
            record.particulars = state.particulars;
            record.commitment = state.commitment;
            record.valuedAt = Words.valuedAtOf(state.value);
        }
        bool statusChanged = Words.statusOf(head) != Words.statusOf(totals);
        if (changed || statusChanged) _announce(laneId, state);
        if (statusChanged) _halt(laneId, state);
    }

    function _announce(uint64 laneId, Words.State memory state) private {
        emit StateAttested(
            laneId,
            state.rightsId,
            Words.statusOf(state.totals),
            Words.unitValueOf(state.value),
            Words.valuedAtOf(state.value),
            state.commitment,
            state.termsHash
        );
    }

    /// @dev Stops or starts the record's token with its status.
    function _halt(uint64 laneId, Words.State memory state) private {
        Listing memory listed = _listings[state.rightsId];
        if (address(listed.token) == address(0) || listed.laneId != laneId) return;
        listed.token.setHalted(Words.statusOf(state.totals) != Words.ACTIVE);
    }

    /// @dev Mints a run of messages of one record, or holds what cannot be minted.
    function _mint(
        Record storage record,
        Words.State memory state,
        uint64 laneId,
        uint64 firstMessage,
        bytes calldata run
    ) private {
        (HoldReason reason, IMirrorToken token) = _recordReason(laneId, state);
        uint256 refused = type(uint256).max;
        if (reason == HoldReason.NONE) {
            MintStop stop;
            (stop, refused) = token.mint(state.termsHash, run);
            if (stop != MintStop.NONE) (reason, refused) = (_reasonOf(stop), type(uint256).max);
        }
        if (refused == 0) return;

        uint256 heldUnits = 0;
        uint256 count = run.length / Words.SIZE;
        for (uint256 i = 0; i < count; ++i) {
            uint256 word = Words.messageAt(run, i);
            if (refused & (1 << i) == 0 || Words.kindOf(word) != Words.MINT) continue;
            heldUnits += Words.unitsOf(word);
            HoldReason why = reason == HoldReason.NONE ? HoldReason.RECIPIENT_REFUSED : reason;
            _hold(laneId, firstMessage + uint64(i), state.rightsId, word, why);
        }
        // A part of the sealed units.
        record.heldUnits += uint80(heldUnits);
    }

    function _hold(uint64 laneId, uint64 message, bytes32 rightsId, uint256 word, HoldReason reason) private {
        (address recipient, uint80 units) = (Words.recipientOf(word), Words.unitsOf(word));
        uint40 heldAt = uint40(block.timestamp);
        heldHash[laneId][message] = keccak256(abi.encode(laneId, message, rightsId, recipient, units, heldAt));
        emit MessageHeld(laneId, message, rightsId, recipient, units, heldAt, reason);
    }

    /* RETRY */

    /// @inheritdoc IBridge
    function retry(HeldMessage calldata held) external {
        Record storage record = _unhold(held);
        Words.State memory state = _stateOf(record, held.rightsId);
        (HoldReason reason, IMirrorToken token) = _recordReason(held.laneId, state);
        require(reason == HoldReason.NONE, StillHeld(reason));
        emit HeldMinted(held.laneId, held.message);

        bytes memory message = abi.encode(Words.mintOf(held.recipient, held.units));
        (MintStop stop, uint256 refused) = token.mint(state.termsHash, message);
        require(stop == MintStop.NONE, StillHeld(_reasonOf(stop)));
        require(refused == 0, StillHeld(HoldReason.RECIPIENT_REFUSED));
    }

    function _unhold(HeldMessage calldata held) private returns (Record storage record) {
        require(isHeld(held), NotHeld(held.laneId, held.message));

        delete heldHash[held.laneId][held.message];
        record = _records[held.laneId][held.rightsId];
        record.heldUnits -= held.units;
    }

    /* BOUNCE */

    /// @inheritdoc IBridge
    function bounce(HeldMessage calldata held) external {
        Record storage record = _unhold(held);
        uint256 endsAt = held.heldAt + HOLD_PERIOD;
        require(block.timestamp >= endsAt || ROLES.hasRole(ROLES.COMPLIANCE_ROLE(), msg.sender), HoldPeriod(endsAt));

        emit HeldBounced(held.laneId, held.message);
        _append(record, held.laneId, Outbox.BOUNCE, held.rightsId, held.units, bytes32(uint256(held.message)));
    }

    /* REDEEM */

    /// @inheritdoc IBridge
    function redeem(bytes32 rightsId, uint80 units, bytes32 account) external {
        Listing memory listed = _listings[rightsId];
        require(address(listed.token) != address(0), RecordNotListed(rightsId));
        require(units > 0, UnitsRange(units));
        require(Outbox.isAccount(account), AccountBad(account));

        _append(_records[listed.laneId][rightsId], listed.laneId, Outbox.REDEEM, rightsId, units, account);
        listed.token.burn(msg.sender, units);
    }

    /// @dev Outboxed units never exceed sealed ones: they come out of the token's supply or of held units.
    function _append(Record storage record, uint64 laneId, uint8 kind, bytes32 rightsId, uint80 units, bytes32 target)
        private
    {
        uint64 index = outboxLength[laneId];
        outboxLength[laneId] = index + 1;
        outboxHead[laneId] = Outbox.append(outboxHead[laneId], index, kind, rightsId, units, target);
        record.outboxedUnits += units;
        emit Outboxed(laneId, index, kind, rightsId, units, target);
    }

    /* LIST */

    /// @inheritdoc IBridge
    function list(
        bytes32 rightsId,
        uint64 laneId,
        string calldata name,
        string calldata symbol,
        uint8 decimals,
        Eligibility eligibility
    ) external returns (IMirrorToken token) {
        bytes32 role = ROLES.VENUE_ROLE();
        require(ROLES.hasRole(role, msg.sender), NotAuthorized(msg.sender, role));
        IMirrorToken former = _listings[rightsId].token;
        require(address(former) == address(0) || former.totalSupply() == 0, AlreadyListed(rightsId, address(former)));
        Words.State memory state = _stateOf(_records[laneId][rightsId], rightsId);
        uint8 status = Words.statusOf(state.totals);
        bytes32 termsHash = Terms.hash(rightsId, decimals, name, symbol);
        require(status == 0 || _hasTerms(state, termsHash), TermsWrong(termsHash));

        token = FACTORY.create(rightsId, name, symbol, decimals, eligibility);
        _listings[rightsId] = Listing(token, laneId);
        emit Listed(rightsId, laneId, address(token));
        if (status == Words.FROZEN || status == Words.REVOKED) token.setHalted(true);
    }

    /* REASONS */

    /// @dev Why messages of a record in this state cannot be minted now, as far as the bridge knows; the token has the last word.
    function _recordReason(uint64 laneId, Words.State memory state)
        private
        view
        returns (HoldReason reason, IMirrorToken token)
    {
        Listing memory listed = _listings[state.rightsId];
        token = listed.token;
        if (address(token) == address(0) || listed.laneId != laneId) return (HoldReason.RECORD_NOT_LISTED, token);
        if (Words.statusOf(state.totals) != Words.ACTIVE) return (HoldReason.RECORD_NOT_ACTIVE, token);

        uint256 bound = BACKINGS.currentBoundOf(state.commitment);
        uint256 outstanding = Words.sealedOf(state.totals) - Words.releasedOf(state.totals);
        if (!bound.backs(outstanding, Words.unitValueOf(state.value), block.timestamp)) {
            return (HoldReason.RECORD_NOT_BACKED, token);
        }
    }

    /// @dev The last attested state. Its terms are the listed token's if those are the attested ones, else zero.
    function _stateOf(Record storage record, bytes32 rightsId) private view returns (Words.State memory state) {
        uint256 head = record.head;
        state.rightsId = rightsId;
        state.totals = head & TOTALS;
        state.value = head >> 164 << 40 | record.valuedAt;
        (state.commitment, state.particulars) = (record.commitment, record.particulars);
        IMirrorToken token = _listings[rightsId].token;
        if (address(token) == address(0)) return state;
        bytes32 termsHash = token.TERMS_HASH();
        if (_hasTerms(state, termsHash)) state.termsHash = termsHash;
    }

    function _hasTerms(Words.State memory state, bytes32 termsHash) private pure returns (bool) {
        return Words.particularsOf(state.value, state.commitment, termsHash) == state.particulars;
    }

    function _reasonOf(MintStop stop) private pure returns (HoldReason) {
        if (stop == MintStop.OTHER_TERMS) return HoldReason.RECORD_NOT_LISTED;
        if (stop == MintStop.HALTED) return HoldReason.RECORD_NOT_ACTIVE;
        return HoldReason.TOKEN_PAUSED;
    }

    /* VIEWS */

    /// @inheritdoc IBridge
    function lane(uint64 laneId)
        external
        view
        returns (uint64 epoch, bytes32 previousHeader, uint64 nextMessage, uint40 sealedAt, uint64 releasedThrough)
    {
        (epoch, nextMessage, releasedThrough, sealedAt) = _progress(_lanes[laneId]);
        previousHeader = _lanes[laneId].previousHeader;
    }

    /// @inheritdoc IBridge
    function supply(uint64 laneId, bytes32 rightsId)
        external
        view
        returns (uint80 sealedUnits, uint80 releasedUnits, uint80 heldUnits, uint80 outboxedUnits)
    {
        Record storage record = _records[laneId][rightsId];
        return (Words.sealedOf(record.head), Words.releasedOf(record.head), record.heldUnits, record.outboxedUnits);
    }

    /// @inheritdoc IBridge
    function attested(uint64 laneId, bytes32 rightsId)
        external
        view
        returns (uint8 status, uint80 unitValue, uint40 valuedAt, bytes32 commitment, bytes32 particulars)
    {
        Record storage record = _records[laneId][rightsId];
        (uint256 head, bytes32 particulars_) = (record.head, record.particulars);
        return (Words.statusOf(head), uint80(head >> 164), record.valuedAt, record.commitment, particulars_);
    }

    /// @inheritdoc IBridge
    function listing(bytes32 rightsId) external view returns (IMirrorToken token, uint64 laneId) {
        Listing storage listed = _listings[rightsId];
        return (listed.token, listed.laneId);
    }

    /// @inheritdoc IBridge
    function isHeld(HeldMessage calldata held) public view returns (bool) {
        return heldHash[held.laneId][held.message] == keccak256(abi.encode(held));
    }

    /// @inheritdoc IBridge
    function recordHoldReason(uint64 laneId, bytes32 rightsId) external view returns (HoldReason reason) {
        Words.State memory state = _stateOf(_records[laneId][rightsId], rightsId);
        (reason,) = _recordReason(laneId, state);
        if (state.termsHash == 0) return HoldReason.RECORD_NOT_LISTED;
    }
}
