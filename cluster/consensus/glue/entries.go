// What a raft entry of ours may look like. The payload is never here: an entry carries a 24-byte handle
// {u64 index, u64 check, u32 length, u32 kind}, and only C++ has the bytes it stands for.
package main

import (
	"encoding/binary"

	pb "go.etcd.io/etcd/raft/raftpb"
)

const handleSize = 24

// The numbers of EntryKind in consensus_engine.hpp.
const (
	kindEmpty  = 0 // a new leader's first entry, or in the place of a dropped change: no handle
	kindTurn   = 1
	kindChange = 2 // a pb.ConfChange with the handle as its Context
)

type description struct {
	kind   uint32
	handle []byte // 24 bytes, or none
	change pb.ConfChange
}

func (d *description) length() uint32 {
	if d.kind == kindEmpty {
		return 0
	}
	return binary.LittleEndian.Uint32(d.handle[16:])
}

func isHandle(b []byte, kind uint32) bool {
	return len(b) == handleSize && binary.LittleEndian.Uint32(b[20:]) == kind
}

func isSimpleChange(t pb.ConfChangeType) bool {
	return t == pb.ConfChangeAddNode || t == pb.ConfChangeAddLearnerNode || t == pb.ConfChangeRemoveNode
}

// describe is false for everything that no honest peer writes: joint changes, foreign data.
func describe(e *pb.Entry) (d description, ok bool) {
	switch e.Type {
	case pb.EntryNormal:
		if len(e.Data) == 0 {
			return d, true
		}
		return description{kind: kindTurn, handle: e.Data}, isHandle(e.Data, kindTurn)
	case pb.EntryConfChange:
		d.kind = kindChange
		if d.change.Unmarshal(e.Data) != nil || !isSimpleChange(d.change.Type) || d.change.NodeID == 0 {
			return d, false
		}
		d.handle = d.change.Context
		return d, isHandle(d.handle, kindChange)
	}
	return d, false
}

func mustDescribe(e *pb.Entry) description {
	d, ok := describe(e)
	if !ok {
		panic("an entry that was checked before is not one of ours")
	}
	return d
}

// Reads one entry of a command: {term, index, kind, handle, change type, replica}.
func (r *reader) entry() pb.Entry {
	e := pb.Entry{Term: r.u64(), Index: r.u64()}
	kind, handle := r.u32(), r.copy(handleSize)
	change := pb.ConfChange{Type: pb.ConfChangeType(r.u8()), NodeID: r.u64(), Context: handle}
	switch kind {
	case kindTurn:
		e.Data = handle
	case kindChange:
		e.Type = pb.EntryConfChange
		data, err := change.Marshal()
		if err != nil {
			panic(err)
		}
		e.Data = data
	}
	return e
}

var noHandle [handleSize]byte

func (o *output) entry(e *pb.Entry) {
	d := mustDescribe(e)
	o.u64(e.Term)
	o.u64(e.Index)
	o.u32(d.kind)
	if d.kind == kindEmpty {
		o.raw(noHandle[:])
	} else {
		o.raw(d.handle)
	}
	o.u8(uint8(d.change.Type))
	o.u64(d.change.NodeID)
}
