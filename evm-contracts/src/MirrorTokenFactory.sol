// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MirrorToken} from "./MirrorToken.sol";
import {Eligibility, IMirrorToken} from "./interfaces/IMirrorToken.sol";
import {IMirrorTokenFactory} from "./interfaces/IMirrorTokenFactory.sol";
import {IVenueRoles} from "./interfaces/IVenueRoles.sol";

/// @title MirrorTokenFactory
/// @notice Creates mirror tokens; see {IMirrorTokenFactory}.
contract MirrorTokenFactory is IMirrorTokenFactory {
    /* IMMUTABLES */

    /// @notice The venue's roles, which every token asks.
    IVenueRoles public immutable ROLES;

    constructor(IVenueRoles roles) {
        ROLES = roles;
    }

    /* CREATE */

    /// @inheritdoc IMirrorTokenFactory
    function create(
        bytes32 rightsId,
        string calldata name,
        string calldata symbol,
        uint8 decimals,
        Eligibility eligibility
    ) external returns (IMirrorToken) {
        return new MirrorToken(msg.sender, ROLES, rightsId, name, symbol, decimals, eligibility);
    }
}
