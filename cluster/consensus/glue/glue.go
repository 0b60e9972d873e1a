// The C entry points of the consensus engine: many raft groups of one node behind ONE call. A buffer of commands
// goes in, the Readys of all groups that have something to say come out. No goroutine, clock or I/O of its own.
// A Go panic never crosses: it comes back as -1 with its text, the node is dead, and C++ aborts the process.
package main

/*
#include <stdint.h>
#include <stdlib.h>
*/
import "C"
import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"unsafe"

	"go.etcd.io/etcd/raft"
)

const (
	rcPanic    = -1 // text in *out, to be freed by the caller
	rcPoisoned = -2 // called again after a panic, or with a node that does not exist
	rcMisuse   = -3 // two threads in one node
)

var (
	nodesLock sync.RWMutex
	nodes     []*node
)

// Process-wide settings; called before the first node. Handles are small, so the heap stays small and rare
// collections cost nothing; the limit is a brake, not a budget.
//
//export er_start
func er_start(gcPercent C.int, memoryLimit C.longlong, threadsMax C.int) {
	debug.SetGCPercent(int(gcPercent))
	debug.SetMemoryLimit(int64(memoryLimit))
	runtime.GOMAXPROCS(int(threadsMax))
	raft.SetLogger(silent{})
}

//export er_node_new
func er_node_new() C.int {
	nodesLock.Lock()
	defer nodesLock.Unlock()
	n := &node{groups: map[uint64]*group{}}
	n.out.grow(1)
	for i := range nodes {
		if nodes[i] == nil {
			nodes[i] = n
			return C.int(i)
		}
	}
	nodes = append(nodes, n)
	return C.int(len(nodes) - 1)
}

// Gives the output buffer back (it is C memory, which leak checkers see).
//
//export er_node_free
func er_node_free(handle C.int) {
	nodesLock.Lock()
	defer nodesLock.Unlock()
	nodes[handle].out.free()
	nodes[handle] = nil
}

// *out stays valid until the next er_cycle or er_node_free of this node.
//
//export er_cycle
func er_cycle(handle C.int, commands unsafe.Pointer, size C.size_t, out *unsafe.Pointer, outSize *C.size_t) (rc C.int) {
	nodesLock.RLock()
	n := nodes[handle]
	nodesLock.RUnlock()
	if n == nil {
		return rcPoisoned
	}
	if !atomic.CompareAndSwapInt32(&n.busy, 0, 1) {
		return rcMisuse
	}
	defer atomic.StoreInt32(&n.busy, 0)
	if n.poisoned {
		return rcPoisoned
	}
	defer func() {
		if r := recover(); r != nil {
			text := fmt.Sprintf("%v\n%s", r, debug.Stack())
			n.poisoned = true
			*out, *outSize = unsafe.Pointer(C.CString(text)), C.size_t(len(text))
			rc = rcPanic
		}
	}()
	n.begin()
	if size > 0 {
		n.run(unsafe.Slice((*byte)(commands), int(size)))
	}
	n.collect()
	*out, *outSize = n.out.memory, C.size_t(n.out.used)
	return 0
}

// silent drops raft's chatter (roles and terms are in each Ready) and turns its fatal calls into panics.
type silent struct{}

func (silent) Debug(v ...interface{})                   {}
func (silent) Debugf(format string, v ...interface{})   {}
func (silent) Error(v ...interface{})                   {}
func (silent) Errorf(format string, v ...interface{})   {}
func (silent) Info(v ...interface{})                    {}
func (silent) Infof(format string, v ...interface{})    {}
func (silent) Warning(v ...interface{})                 {}
func (silent) Warningf(format string, v ...interface{}) {}
func (silent) Fatal(v ...interface{})                   { panic(fmt.Sprint(v...)) }
func (silent) Fatalf(format string, v ...interface{})   { panic(fmt.Sprintf(format, v...)) }
func (silent) Panic(v ...interface{})                   { panic(fmt.Sprint(v...)) }
func (silent) Panicf(format string, v ...interface{})   { panic(fmt.Sprintf(format, v...)) }

func main() {}
