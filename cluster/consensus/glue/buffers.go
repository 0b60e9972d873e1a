// The bytes between C++ and Go: little endian, lengths before contents. Both sides are built together from one
// commit, so there is no version in here; what travels between nodes is in message_header.go.
package main

/*
#include <stdlib.h>
*/
import "C"
import (
	"encoding/binary"
	"unsafe"

	pb "go.etcd.io/etcd/raft/raftpb"
)

// reader walks a command. Its views alias C memory: never keep one.
type reader struct {
	b  []byte
	at int
}

func (r *reader) u8() uint8   { v := r.b[r.at]; r.at++; return v }
func (r *reader) u32() uint32 { v := binary.LittleEndian.Uint32(r.b[r.at:]); r.at += 4; return v }
func (r *reader) u64() uint64 { v := binary.LittleEndian.Uint64(r.b[r.at:]); r.at += 8; return v }

func (r *reader) view(size int) []byte {
	v := r.b[r.at : r.at+size : r.at+size]
	r.at += size
	return v
}

func (r *reader) copy(size int) []byte { return append([]byte{}, r.view(size)...) }

func (r *reader) ids() (ids []uint64) {
	for k := r.u32(); k > 0; k-- {
		ids = append(ids, r.u64())
	}
	return
}

func (r *reader) conf() pb.ConfState { return pb.ConfState{Voters: r.ids(), Learners: r.ids()} }

// output is a growing buffer in C memory, so that C++ may read it after the call returned.
type output struct {
	memory unsafe.Pointer
	bytes  []byte
	used   int
}

func (o *output) grow(more int) {
	if o.used+more <= len(o.bytes) {
		return
	}
	size := 2*len(o.bytes) + more + 4096
	o.memory = C.realloc(o.memory, C.size_t(size))
	o.bytes = unsafe.Slice((*byte)(o.memory), size)
}

func (o *output) free() {
	C.free(o.memory)
	*o = output{}
}

func (o *output) u8(v uint8) {
	o.grow(1)
	o.bytes[o.used] = v
	o.used++
}

func (o *output) u32(v uint32) {
	o.grow(4)
	binary.LittleEndian.PutUint32(o.bytes[o.used:], v)
	o.used += 4
}

func (o *output) u64(v uint64) {
	o.grow(8)
	binary.LittleEndian.PutUint64(o.bytes[o.used:], v)
	o.used += 8
}

func (o *output) raw(b []byte) {
	o.grow(len(b))
	o.used += copy(o.bytes[o.used:], b)
}

func (o *output) ids(ids []uint64) {
	o.u32(uint32(len(ids)))
	for _, id := range ids {
		o.u64(id)
	}
}

func (o *output) conf(c *pb.ConfState) {
	o.ids(c.Voters)
	o.ids(c.Learners)
}

func (o *output) reference(s *pb.SnapshotMetadata) {
	o.u64(s.Index)
	o.u64(s.Term)
	o.conf(&s.ConfState)
}

// later reserves a count that is known only when what it counts was written.
func (o *output) later() (at int) {
	at = o.used
	o.u32(0)
	return
}

func (o *output) set(at int, v uint32) { binary.LittleEndian.PutUint32(o.bytes[at:], v) }
