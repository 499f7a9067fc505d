// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Eligibility, IMirrorToken} from "./IMirrorToken.sol";

/// @title Creates mirror tokens
/// @notice Keeps the tokens' code out of the bridge's. Whoever calls becomes the only one who can mint the new token.
interface IMirrorTokenFactory {
    /// @notice Creates a token whose bridge is the caller.
    /// @param rightsId The record that the token stands for.
    /// @param name The token's name; part of the terms.
    /// @param symbol The token's symbol; part of the terms.
    /// @param decimals The record's decimals; part of the terms.
    /// @param eligibility Who may receive it at first.
    function create(
        bytes32 rightsId,
        string calldata name,
        string calldata symbol,
        uint8 decimals,
        Eligibility eligibility
    ) external returns (IMirrorToken token);
}
