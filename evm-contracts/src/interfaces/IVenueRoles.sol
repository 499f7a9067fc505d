// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

/// @title Who may do what at the venue
/// @notice The one table of roles that Bridge, Backings and every MirrorToken ask. No role can mint.
interface IVenueRoles is IAccessControl {
    /// @notice Lists records, sets the policy, sets eligibility, pauses tokens.
    function VENUE_ROLE() external view returns (bytes32);

    /// @notice Onboards and blocks accounts, bounces held messages before the hold period ends.
    function COMPLIANCE_ROLE() external view returns (bytes32);
}
