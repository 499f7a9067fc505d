// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBackings} from "./interfaces/IBackings.sol";
import {IGroth16Verifier} from "./interfaces/IGroth16Verifier.sol";
import {IVenueRoles} from "./interfaces/IVenueRoles.sol";
import {Bounds} from "./libraries/Bounds.sol";
import {Policy} from "./libraries/Policy.sol";

/// @title Backings
/// @notice Turns asset-state proofs into bounds; see {IBackings}.
contract Backings is IBackings {
    using Bounds for uint256;

    /* CONSTANTS */

    uint256 private constant MAX_PLACES = 16;

    /* IMMUTABLES */

    /// @notice The verifier of proofs with one place.
    IGroth16Verifier public immutable ONE;
    /// @notice The verifier of proofs with sixteen places.
    IGroth16Verifier public immutable SIXTEEN;
    /// @notice The venue's roles.
    IVenueRoles public immutable ROLES;

    /* STORAGE */

    /// @inheritdoc IBackings
    uint256 public policy;

    /// @inheritdoc IBackings
    mapping(uint256 underPolicy => mapping(bytes32 commitment => uint256 bound)) public boundOf;

    constructor(IGroth16Verifier one, IGroth16Verifier sixteen, IVenueRoles roles, uint256 firstPolicy) {
        ONE = one;
        SIXTEEN = sixteen;
        ROLES = roles;
        _setPolicy(firstPolicy);
    }

    /* PROVE */

    /// @inheritdoc IBackings
    function prove(bytes32[] calldata commitments, uint256[] calldata bounds, uint256[8] calldata proof) external {
        uint256 count = commitments.length;
        require(count > 0 && count <= MAX_PLACES && count == bounds.length, PlacesWrong(count, bounds.length));
        uint256 underPolicy = policy;
        uint256 places = count == 1 ? 1 : MAX_PLACES;
        uint256[] memory inputs = _inputs(underPolicy, commitments, bounds, places);
        require((places == 1 ? ONE : SIXTEEN).verify(proof, inputs), ProofBad());

        mapping(bytes32 => uint256) storage stored = boundOf[underPolicy];
        for (uint256 i = 0; i < count; ++i) {
            (bytes32 commitment, uint256 bound) = (commitments[i], bounds[i]);
            // An unused place has commitment and bound zero, which the circuit makes sure of: it improves nothing.
            if (!bound.improves(stored[commitment])) continue;
            stored[commitment] = bound;
            emit BackingProven(commitment, underPolicy, bound.units(), bound.unitValue(), bound.until());
        }
    }

    /// @dev The circuit's public inputs in its order: policy, commitments, bounds. Places not given are unused, so zero.
    function _inputs(uint256 underPolicy, bytes32[] calldata commitments, uint256[] calldata bounds, uint256 places)
        private
        pure
        returns (uint256[] memory inputs)
    {
        inputs = new uint256[](1 + 2 * places);
        inputs[0] = underPolicy;
        for (uint256 i = 0; i < commitments.length; ++i) {
            require(bounds[i].isWellFormed(), BoundBad(bounds[i]));
            inputs[1 + i] = uint256(commitments[i]);
            inputs[1 + places + i] = bounds[i];
        }
    }

    /* SET POLICY */

    /// @inheritdoc IBackings
    function setPolicy(uint256 newPolicy) external {
        bytes32 role = ROLES.VENUE_ROLE();
        require(ROLES.hasRole(role, msg.sender), NotAuthorized(msg.sender, role));

        _setPolicy(newPolicy);
    }

    function _setPolicy(uint256 newPolicy) private {
        require(Policy.isWellFormed(newPolicy), PolicyBad(newPolicy));

        policy = newPolicy;
        emit PolicySet(newPolicy);
    }

    /* VIEWS */

    /// @inheritdoc IBackings
    function currentBoundOf(bytes32 commitment) external view returns (uint256 bound) {
        return boundOf[policy][commitment];
    }
}
