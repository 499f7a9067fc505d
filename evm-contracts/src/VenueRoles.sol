// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";

import {IVenueRoles} from "./interfaces/IVenueRoles.sol";

/// @title VenueRoles
/// @notice The venue's table of roles; see {IVenueRoles}. The admin only hands roles out and moves with a delay.
contract VenueRoles is IVenueRoles, AccessControlDefaultAdminRules {
    bytes32 public constant VENUE_ROLE = keccak256("VENUE_ROLE");
    bytes32 public constant COMPLIANCE_ROLE = keccak256("COMPLIANCE_ROLE");

    /// @param adminDelay Seconds that a hand-over of the admin takes at least.
    constructor(uint48 adminDelay, address admin, address venue, address compliance)
        AccessControlDefaultAdminRules(adminDelay, admin)
    {
        _grantRole(VENUE_ROLE, venue);
        _grantRole(COMPLIANCE_ROLE, compliance);
    }
}
