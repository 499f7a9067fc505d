// SPDX-License-Identifier: GPL-3.0-only

// native-prover makes Groth16 proofs of one circuit with rapidsnark. It is an engine of circuits/prover, which computes the
// witnesses and verifies every proof; on its own it neither checks a request nor a proof.
//
//	native-prover <circuit.zkey>
//
// First it answers {"ready":true}. Each request on standard input is a length, four bytes, the least significant first, and
// a witness (.wtns) of that length; each answer on standard output is a line, {"proof":…} in snarkjs's form or
// {"error":"…"}. It ends when its input ends. One proof at a time: rapidsnark is not safe for two in one process.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Four times the witness of sixteen records.
const maxWitnessBytes = 16 << 20

type answer struct {
	Ready bool            `json:"ready,omitempty"`
	Proof json.RawMessage `json:"proof,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, requests io.Reader, answers io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: native-prover <circuit.zkey>")
	}
	key, err := loadKey(args[0])
	if err != nil {
		return err
	}
	out := json.NewEncoder(answers)
	if err := out.Encode(answer{Ready: true}); err != nil {
		return err
	}
	in := bufio.NewReaderSize(requests, 1<<20)
	for {
		witness, err := readWitness(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := out.Encode(prove(key, witness)); err != nil {
			return err
		}
	}
}

func prove(key *provingKey, witness []byte) answer {
	proof, err := key.prove(witness)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Proof: proof}
}

// io.EOF before a request, io.ErrUnexpectedEOF within one.
func readWitness(in io.Reader) ([]byte, error) {
	var size uint32
	if err := binary.Read(in, binary.LittleEndian, &size); err != nil {
		return nil, err
	}
	if size == 0 || size > maxWitnessBytes {
		return nil, fmt.Errorf("a witness of %d bytes is none", size)
	}
	witness := make([]byte, size)
	if _, err := io.ReadFull(in, witness); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return witness, nil
}
