// SPDX-License-Identifier: GPL-3.0-only

package main

/*
#include <stdlib.h>

// Exported by librapidsnark; its Go wrapper parses the key anew for every proof instead.
int groth16_prover_create(void **prover, const void *zkey, unsigned long long size, char *error, unsigned long long room);
int groth16_prover_prove(void *prover, const void *witness, unsigned long long size, char *proof,
                         unsigned long long *proof_size, char *inputs, unsigned long long *inputs_size, char *error,
                         unsigned long long room);
*/
import "C"

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"unsafe"

	_ "github.com/iden3/go-rapidsnark/prover" // brings the library
)

const (
	proofRoom  = 4 << 10
	inputsRoom = 16 << 10
	errorRoom  = 1 << 10
)

// provingKey is a zkey in memory, parsed once. The library points into its bytes: they are never freed.
type provingKey struct {
	prover unsafe.Pointer
}

func loadKey(path string) (*provingKey, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(content) == 0 {
		return nil, fmt.Errorf("%s is empty", path)
	}
	var key provingKey
	problem := newBuffer(errorRoom)
	defer problem.free()
	zkey := C.CBytes(content)
	if C.groth16_prover_create(&key.prover, zkey, C.ulonglong(len(content)), problem.start, errorRoom) != 0 {
		return nil, fmt.Errorf("%s is no proving key: %s", path, problem.text())
	}
	return &key, nil
}

// prove returns the proof as snarkjs writes it. A wrong witness gives a proof all the same, only one that does not verify.
func (key *provingKey) prove(witness []byte) ([]byte, error) {
	proof, inputs, problem := newBuffer(proofRoom), newBuffer(inputsRoom), newBuffer(errorRoom)
	defer proof.free()
	defer inputs.free()
	defer problem.free()
	content := C.CBytes(witness)
	defer C.free(content)
	var proofSize, inputsSize C.ulonglong = proofRoom, inputsRoom
	code := C.groth16_prover_prove(key.prover, content, C.ulonglong(len(witness)),
		proof.start, &proofSize, inputs.start, &inputsSize, problem.start, errorRoom)
	if code != 0 {
		return nil, errors.New(problem.text())
	}
	return []byte(proof.text()), nil
}

// buffer is zeroed memory that the library writes text into.
type buffer struct {
	start *C.char
	room  int
}

func newBuffer(room int) buffer {
	return buffer{start: (*C.char)(C.calloc(1, C.size_t(room))), room: room}
}

func (b buffer) text() string {
	content := C.GoBytes(unsafe.Pointer(b.start), C.int(b.room))
	text, _, _ := bytes.Cut(content, []byte{0})
	return string(text)
}

func (b buffer) free() {
	C.free(unsafe.Pointer(b.start))
}
