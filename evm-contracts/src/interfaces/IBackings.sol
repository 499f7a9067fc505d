// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What has been proven about confidential records
/// @notice Keeps, for each record commitment and policy, the bound of an accepted asset-state proof.
/// @dev A bound packs units(80) · unit value(80) · until(40), the lowest bit last; see {Bounds}.
interface IBackings {
    /* EVENTS */

    /// @notice Emitted when the policy of the venue changed.
    event PolicySet(uint256 policy);

    /// @notice Emitted when a bound was accepted: up to `units`, at up to `unitValue`, until `until`.
    /// @param units Base units.
    /// @param unitValue 10⁻¹⁸ HKD per base unit.
    /// @param until Unix seconds, inclusive.
    event BackingProven(
        bytes32 indexed commitment, uint256 indexed policy, uint80 units, uint80 unitValue, uint40 until
    );

    /* ERRORS */

    /// @notice Thrown when the caller lacks the role.
    error NotAuthorized(address caller, bytes32 role);

    /// @notice Thrown when a policy has unused bits or a loan-to-value above 10,000 basis points.
    error PolicyBad(uint256 policy);

    /// @notice Thrown when there is no place, more than sixteen, or as many bounds as commitments are not given.
    error PlacesWrong(uint256 commitments, uint256 bounds);

    /// @notice Thrown when a bound has more than 200 bits.
    error BoundBad(uint256 bound);

    /// @notice Thrown when the proof does not show the statement for these inputs under the current policy.
    error ProofBad();

    /* PROVE */

    /// @notice Accepts the bounds that `proof` shows for `commitments` under the current policy. Anyone may call.
    /// @dev A stored bound gives way only to one with a later end, or the same end and neither units nor value lower; a place
    /// that would not improve its bound is passed over. Replaying an old proof therefore changes nothing.
    /// Trust assumptions: the circuit's statement is the one of the protocol's section 5, and nobody knows the secrets of the
    /// verification keys' setup.
    /// @param commitments One to sixteen record commitments; zero marks an unused place.
    /// @param bounds The bound of each commitment.
    /// @param proof The Groth16 proof in the order of {IGroth16Verifier-verify}.
    function prove(bytes32[] calldata commitments, uint256[] calldata bounds, uint256[8] calldata proof) external;

    /* SET POLICY */

    /// @notice Replaces the policy; only the venue role. All backings under another policy end by this.
    function setPolicy(uint256 newPolicy) external;

    /* VIEWS */

    /// @notice The current policy, packed as in {Policy}.
    function policy() external view returns (uint256);

    /// @notice The bound of `commitment` under a policy, zero if none was proven.
    function boundOf(uint256 underPolicy, bytes32 commitment) external view returns (uint256 bound);

    /// @notice The bound of `commitment` under the current policy, zero if none was proven.
    function currentBoundOf(bytes32 commitment) external view returns (uint256 bound);
}
