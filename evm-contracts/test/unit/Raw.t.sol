// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Raw} from "../../src/libraries/Raw.sol";
import {RawTwin} from "../kit/RawTwin.sol";
import {vm} from "../kit/Vm.sol";

/// @dev Answers, or fails with, as many bytes as it is asked for.
contract Answerer {
    fallback(bytes calldata question) external returns (bytes memory) {
        uint256 size = uint256(bytes32(question[:32])) % 200;
        bytes memory answer = bytes.concat(question, question);
        assembly ("memory-safe") {
            if calldataload(32) { revert(add(answer, 0x20), size) }
            mstore(answer, size)
        }
        return answer;
    }
}

contract RawTest {
    Answerer private answerer = new Answerer();

    function testFuzz_Word_IsThatOfTheTwin(bytes calldata data, uint256 place) public pure {
        vm.assume(data.length >= 32);
        place %= data.length - 31;
        vm.assertEq(Raw.word(data, place), RawTwin.word(data, place));
    }

    function testFuzz_WordIn_IsThatOfTheTwin(bytes memory data, uint256 place) public pure {
        vm.assume(data.length >= 32);
        place %= data.length - 31;
        vm.assertEq(Raw.wordIn(data, place), RawTwin.wordIn(data, place));
    }

    function testFuzz_Sha256Of_IsThatOfTheTwin(bytes calldata head, bytes memory data, uint256 place, uint256 length)
        public
        view
    {
        place %= data.length + 1;
        length %= data.length - place + 1;
        bytes32 before = keccak256(data);
        vm.assertEq(Raw.sha256Of(head, data, place, length), RawTwin.sha256Of(head, data, place, length));
        vm.assertEq(keccak256(data), before, "memory is left alone");
    }

    function testFuzz_Ask_IsThatOfTheTwin(bytes32 a, bool fail, bytes32 c, bytes32 d, bytes32 e) public view {
        bytes32 b = bytes32(uint256(fail ? 1 : 0));
        bytes memory guard = abi.encode(c, d);
        (uint256 size, uint256 answer) = Raw.ask(address(answerer), a, b, c, d, e);
        (uint256 twinSize, uint256 twinAnswer) = RawTwin.ask(address(answerer), a, b, c, d, e);
        vm.assertEq(size, twinSize);
        vm.assertEq(answer, twinAnswer);
        vm.assertEq(guard, abi.encode(c, d));
    }

    function test_Ask_HearsNothingFromAnEmptyAccount() public view {
        (uint256 size, uint256 answer) = Raw.ask(address(0xdead), 0, 0, 0, 0, 0);
        vm.assertEq(size, 0);
        vm.assertEq(answer, 0);
    }
}
