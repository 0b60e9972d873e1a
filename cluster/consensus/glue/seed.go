// Election timeouts come from one random source of the raft package, seeded by the clock. Tests and the simulator
// replace it: with one seed and one thread, every run is the same to the byte.
package main

import "C"
import (
	"math/rand"
	"sync"
	"unsafe"
)

// The layout of raft.lockedRand.
type lockedRand struct {
	mu   sync.Mutex
	rand *rand.Rand
}

// Untyped on purpose: a typed pointer breaks the linker's debug information.
//
//go:linkname globalRand go.etcd.io/etcd/raft.globalRand
var globalRand unsafe.Pointer

// chance draws 0 to below-1.
func chance(below int) int {
	source := (*lockedRand)(globalRand)
	source.mu.Lock()
	defer source.mu.Unlock()
	return source.rand.Intn(below)
}

//export er_seed
func er_seed(seed C.longlong) {
	source := (*lockedRand)(globalRand)
	source.mu.Lock()
	defer source.mu.Unlock()
	source.rand = rand.New(rand.NewSource(int64(seed)))
}
