// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title A Groth16 verifier over BN254 with its key fixed in its code
/// @notice Implementations are generated from a circuit's verification key, one contract per circuit.
interface IGroth16Verifier {
    /// @notice Whether `proof` shows that the circuit's statement holds for `inputs`.
    /// @dev Never reverts because of its arguments: a wrong number of inputs, an input or coordinate outside its field, a
    /// point outside its curve or subgroup all answer false. Such a point makes its precompile consume the gas it is given.
    /// @param proof The points A (x, y), B (x imaginary, x real, y imaginary, y real) and C (x, y): the order of EIP-197.
    /// @param inputs The circuit's public inputs in the circuit's order, each below the scalar field's order.
    function verify(uint256[8] calldata proof, uint256[] calldata inputs) external view returns (bool valid);

    /// @notice The number of public inputs that `verify` expects.
    function inputCount() external view returns (uint256 count);

    /// @notice Whether the key was made from public randomness, so that anyone can prove anything.
    /// @dev Warning: deployment refuses such a verifier on any chain outside the list for development.
    function isDevelopmentKey() external view returns (bool development);
}
