// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

import {IAssetChainClient} from "./interfaces/IAssetChainClient.sol";
import {EpochHeader} from "./libraries/EpochHeader.sol";
import {P256Verify} from "./libraries/P256Verify.sol";
import {ProposalResponse} from "./libraries/ProposalResponse.sol";
import {Raw} from "./libraries/Raw.sol";

/// @title AssetChainClient
/// @notice Accepts what K of N organizations of the consortium have committed; see {IAssetChainClient}.
contract AssetChainClient is IAssetChainClient {
    using EpochHeader for bytes;
    using Bytes for bytes;
    using Raw for bytes;

    /* CONSTANTS */

    /// @dev member index(1) r(32) s(32)
    uint256 private constant ENDORSEMENT_SIZE = 65;
    /// @dev Of each member at the front of `_MEMBERS`: orgPlace(1) identityAt(3) identityLength(28) · qx(32) · qy(32).
    uint256 private constant ENTRY_SIZE = 96;
    uint256 private constant MAX_MEMBERS = 256;
    /// @dev EIP-170: about 25 members with identities of 900 bytes.
    uint256 private constant MAX_CODE_SIZE = 24_576;

    /* IMMUTABLES */

    bytes32 public immutable ASSET_CHAIN_ID;
    uint256 public immutable THRESHOLD;

    bytes32 private immutable _CHAINCODE_NAME_HASH;
    uint256 private immutable _MEMBER_COUNT;
    /// @dev An account whose code is a STOP byte, the members' entries, then their identities. Read in one piece, so that an
    /// endorsement of 800 bytes of identity costs hundreds of gas instead of tens of thousands.
    address private immutable _MEMBERS;

    /// @param members In ascending order of organization; an organization may have several.
    /// @param threshold How many organizations must sign.
    /// @param assetChainId The only asset chain accepted.
    /// @param chaincodeName The only chaincode accepted.
    constructor(Member[] memory members, uint8 threshold, bytes32 assetChainId, string memory chaincodeName) {
        require(P256Verify.isPresent(), P256Verify.PrecompileMissing());

        (bytes memory table, uint256 orgs) = _tableOf(members);
        require(threshold > 0 && threshold <= orgs, ThresholdBad(threshold, orgs));
        require(table.length <= MAX_CODE_SIZE, MembersBad(members.length));

        ASSET_CHAIN_ID = assetChainId;
        THRESHOLD = threshold;
        _CHAINCODE_NAME_HASH = keccak256(bytes(chaincodeName));
        _MEMBER_COUNT = members.length;
        // The ten bytes return all that follows them as the account's code.
        _MEMBERS = Create2.deploy(0, 0, abi.encodePacked(hex"61", uint16(table.length), hex"80600a3d393df3", table));
    }

    /* VERIFY */

    /// @inheritdoc IAssetChainClient
    function verify(bytes calldata payload, bytes calldata endorsements) external view returns (uint256 headerAt) {
        headerAt = ProposalResponse.headerAt(payload, _CHAINCODE_NAME_HASH);
        bytes calldata header = payload[headerAt:headerAt + EpochHeader.SIZE];
        require(header.magic() == EpochHeader.MAGIC, EpochHeader.HeaderBad());
        require(header.assetChainId() == ASSET_CHAIN_ID, AssetChainWrong(header.assetChainId()));

        _requireQuorum(payload, endorsements);
    }

    function _requireQuorum(bytes calldata payload, bytes calldata endorsements) private view {
        uint256 count = endorsements.length / ENDORSEMENT_SIZE;
        require(count * ENDORSEMENT_SIZE == endorsements.length, EncodingBad(endorsements.length));
        require(count >= THRESHOLD, QuorumMissing(count, THRESHOLD));

        bytes memory table = _MEMBERS.code;
        uint256 nextOrg = 0;
        for (uint256 entryAt = 0; entryAt < endorsements.length; entryAt += ENDORSEMENT_SIZE) {
            uint256 index = uint256(endorsements.word(entryAt)) >> 248;
            require(index < _MEMBER_COUNT, SignerUnknown(index));
            (uint256 org, uint256 identityAt, uint256 identityLength) = _placeOf(table, index);
            require(org >= nextOrg, SignerOrder(index));
            nextOrg = org + 1;

            // Where payload ends and identity begins is not in the signed bytes: the payload's strict form fixes it.
            bytes32 digest = Raw.sha256Of(payload, table, identityAt, identityLength);
            (bytes32 qx, bytes32 qy) = _keyOf(table, index);
            if (!P256Verify.isValid(digest, endorsements.word(entryAt + 1), endorsements.word(entryAt + 33), qx, qy)) {
                // A chain that lost the precompile refuses every signature: say which of the two it is.
                require(P256Verify.isPresent(), P256Verify.PrecompileMissing());
                revert P256Verify.SignatureBad(index);
            }
        }
    }

    /* VIEWS */

    /// @inheritdoc IAssetChainClient
    function memberCount() external view returns (uint256) {
        return _MEMBER_COUNT;
    }

    /// @inheritdoc IAssetChainClient
    function memberAt(uint256 index)
        external
        view
        returns (uint256 orgPlace, bytes memory identity, bytes32 qx, bytes32 qy)
    {
        require(index < _MEMBER_COUNT, SignerUnknown(index));
        bytes memory table = _MEMBERS.code;
        (uint256 org, uint256 identityAt, uint256 identityLength) = _placeOf(table, index);
        (qx, qy) = _keyOf(table, index);
        return (org, table.slice(identityAt, identityAt + identityLength), qx, qy);
    }

    /* MEMBERS */

    /// @dev What `_MEMBERS` holds, and the number of organizations in it.
    function _tableOf(Member[] memory members) private pure returns (bytes memory table, uint256 orgs) {
        require(members.length > 0 && members.length <= MAX_MEMBERS, MembersBad(members.length));
        bytes memory entries = hex"00";
        bytes memory identities;
        uint256 identityAt = 1 + ENTRY_SIZE * members.length;
        for (uint256 i = 0; i < members.length; ++i) {
            Member memory member = members[i];
            require(i == 0 || member.org >= members[i - 1].org, MembersBad(i));
            require(member.identity.length > 0 && P256.isValidPublicKey(member.qx, member.qy), MembersBad(i));

            if (i == 0 || member.org != members[i - 1].org) ++orgs;
            uint256 place = (orgs - 1) << 248 | identityAt << 224 | member.identity.length;
            entries = bytes.concat(entries, bytes32(place), member.qx, member.qy);
            identities = bytes.concat(identities, member.identity);
            identityAt += member.identity.length;
        }
        table = bytes.concat(entries, identities);
    }

    /// @dev Of a member that exists.
    function _placeOf(bytes memory table, uint256 index)
        private
        pure
        returns (uint256 org, uint256 identityAt, uint256 identityLength)
    {
        uint256 place = uint256(table.wordIn(1 + index * ENTRY_SIZE));
        return (place >> 248, uint24(place >> 224), uint224(place));
    }

    /// @dev Of a member that exists.
    function _keyOf(bytes memory table, uint256 index) private pure returns (bytes32 qx, bytes32 qy) {
        uint256 entryAt = 1 + index * ENTRY_SIZE;
        return (table.wordIn(entryAt + 32), table.wordIn(entryAt + 64));
    }
}
