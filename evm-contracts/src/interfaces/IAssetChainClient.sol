// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What the trading chain knows of the asset chain
/// @notice Accepts an epoch header once enough of the consortium's peers have signed the committed read of it.
interface IAssetChainClient {
    /// @notice One endorsing peer.
    /// @param org The peer's organization: its MSP id, left-aligned.
    /// @param identity The exact bytes of the peer's `msp.SerializedIdentity`, over which it signs.
    /// @param qx The public key's x on P-256.
    /// @param qy The public key's y on P-256.
    struct Member {
        bytes32 org;
        bytes identity;
        bytes32 qx;
        bytes32 qy;
    }

    /* ERRORS */

    /// @notice Thrown when the members are not in ascending order of organization, one has no identity or a key off the curve,
    /// or there are none or too many to keep.
    error MembersBad(uint256 member);

    /// @notice Thrown when the threshold is zero or above the number of organizations.
    error ThresholdBad(uint256 threshold, uint256 orgs);

    /// @notice Thrown when the endorsements are not whole entries.
    error EncodingBad(uint256 length);

    /// @notice Thrown when fewer endorsements are given than the threshold.
    error QuorumMissing(uint256 endorsements, uint256 threshold);

    /// @notice Thrown when an endorser's organization does not come after the previous endorser's.
    error SignerOrder(uint256 member);

    /// @notice Thrown when no member has this index.
    error SignerUnknown(uint256 member);

    /// @notice Thrown when the header names another asset chain.
    error AssetChainWrong(bytes32 assetChainId);

    /* VERIFY */

    /// @notice Checks that at least `threshold` organizations signed `payload`, and finds the epoch header in it.
    /// @dev Trust assumptions, all of them:
    /// - The members' keys: `threshold` organizations together define the state of the asset chain. Nothing else does.
    /// - A peer signs a chaincode result only after running the approved chaincode on its own committed state.
    /// - Only `readEpoch` of that chaincode returns raw bytes; every other result is JSON, which cannot begin with `TSE1`.
    /// - A read sees committed state only, so an endorsed header is a committed one.
    /// - The asset chain id in the header binds network, channel and chaincode: chaincode computes it from its own context.
    /// - sha256 resists collisions, P-256 forgery, and the chain's P256VERIFY follows EIP-7951.
    /// @param payload The `ProposalResponsePayload`, byte for byte as the peers signed it.
    /// @param endorsements Entries of 65 bytes, member index(1) r(32) s(32), in ascending order of organization.
    /// @return headerAt Where in `payload` the 204 bytes of the header begin.
    function verify(bytes calldata payload, bytes calldata endorsements) external view returns (uint256 headerAt);

    /* VIEWS */

    /// @notice The asset chain whose headers are accepted.
    function ASSET_CHAIN_ID() external view returns (bytes32);

    /// @notice How many organizations must sign.
    function THRESHOLD() external view returns (uint256);

    /// @notice The number of members.
    function memberCount() external view returns (uint256);

    /// @notice The member at `index`; its organization is given as its place among the organizations.
    function memberAt(uint256 index)
        external
        view
        returns (uint256 orgPlace, bytes memory identity, bytes32 qx, bytes32 qy);
}
