// Opening a group from what was durable. Everything raft would panic about is checked first: a state that does
// not hold together is refused, and the caller knows that its disk lied.
package main

import (
	"go.etcd.io/etcd/raft"
	pb "go.etcd.io/etcd/raft/raftpb"
)

// Bytes of an entry in a message (two varints, type, 24 of data), at the least; raft counts bytes, we count entries.
const entryBytes = 40

type opening struct {
	config          raft.Config
	incarnation     uint64
	promotionLagMax uint64
	hard            pb.HardState
	start           pb.SnapshotMetadata // the entry before the first: index and term only
	reference       pb.SnapshotMetadata
	retired         []uint64
	entries         []pb.Entry
}

func (r *reader) opening() (o opening) {
	c := &o.config
	c.ID, o.incarnation = r.u64(), r.u64()
	c.ElectionTick, c.HeartbeatTick = int(r.u32()), int(r.u32())
	c.MaxSizePerMsg = entryBytes * uint64(r.u32())
	c.MaxInflightMsgs = int(r.u32())
	c.MaxUncommittedEntriesSize = handleSize * uint64(r.u32())
	c.MaxCommittedSizePerReady = entryBytes * uint64(r.u32())
	o.promotionLagMax = uint64(r.u32())
	c.PreVote, c.CheckQuorum, c.DisableProposalForwarding = true, true, true
	c.ReadOnlyOption, c.Logger = raft.ReadOnlySafe, silent{}
	o.hard = pb.HardState{Term: r.u64(), Vote: r.u64(), Commit: r.u64()}
	c.Applied = r.u64()
	o.start = pb.SnapshotMetadata{Index: r.u64(), Term: r.u64()}
	o.reference = pb.SnapshotMetadata{Index: r.u64(), Term: r.u64(), ConfState: r.conf()}
	o.retired = r.ids()
	o.entries = make([]pb.Entry, r.u32())
	for i := range o.entries {
		o.entries[i] = r.entry()
	}
	// What was applied was committed, whatever the last durable commit index says: it is not worth an fsync.
	if o.hard.Commit < c.Applied {
		o.hard.Commit = c.Applied
	}
	return
}

func (o *opening) sound() bool {
	last := o.start.Index + uint64(len(o.entries))
	term := o.start.Term
	for i := range o.entries {
		e := &o.entries[i]
		if e.Index != o.start.Index+1+uint64(i) || e.Term < term || e.Term == 0 {
			return false
		}
		if _, ok := describe(e); !ok {
			return false
		}
		term = e.Term
	}
	return o.config.ID != 0 && term <= o.hard.Term && o.hard.Term <= termMax && o.hard.Commit <= last &&
		o.start.Index <= o.reference.Index && o.reference.Index <= o.config.Applied &&
		o.termAt(o.reference.Index) == o.reference.Term && isSimpleConf(&o.reference.ConfState)
}

func (o *opening) termAt(index uint64) uint64 {
	if index == o.start.Index {
		return o.start.Term
	}
	return o.entries[index-o.start.Index-1].Term
}

// replayChanges brings the configuration from the reference to the applied entry; the index of the last change,
// or 0. The log's changes were applied once, so an illegal one means that the log is not this group's.
func (o *opening) replayChanges() (conf pb.ConfState, last uint64, ok bool) {
	conf = o.reference.ConfState
	for i := range o.entries {
		e := &o.entries[i]
		if e.Index <= o.reference.Index || e.Index > o.config.Applied || e.Type != pb.EntryConfChange {
			continue
		}
		change := mustDescribe(e).change
		conf, last = changed(conf, change), e.Index
		if change.Type == pb.ConfChangeRemoveNode {
			o.retired = append(o.retired, change.NodeID)
		}
		if !isSimpleConf(&conf) {
			return conf, last, false
		}
	}
	return conf, last, true
}

func (o *opening) storage(conf pb.ConfState, lastChange uint64) *storage {
	st := &storage{MemoryStorage: raft.NewMemoryStorage(), conf: conf}
	must(st.SetHardState(o.hard))
	if o.start.Index > 0 {
		o.start.ConfState = o.reference.ConfState // a placeholder unless the reference is right here
		must(st.ApplySnapshot(pb.Snapshot{Metadata: o.start}))
	}
	must(st.Append(o.entries))
	if lastChange == 0 {
		lastChange = o.reference.Index
	}
	if lastChange > o.start.Index {
		_, err := st.CreateSnapshot(lastChange, &conf, nil)
		must(err)
	}
	return st
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func (n *node) open(id uint64, r *reader) uint32 {
	o := r.opening()
	if id == 0 {
		return unknownGroup
	}
	if n.groups[id] != nil {
		return groupExists
	}
	if !o.sound() {
		return badState
	}
	conf, lastChange, ok := o.replayChanges()
	if !ok {
		return badState
	}
	st := o.storage(conf, lastChange)
	o.config.Storage = st
	rn, err := raft.NewRawNode(&o.config)
	if err != nil {
		return badState
	}
	n.add(&group{id: id, self: o.config.ID, incarnation: o.incarnation, rn: rn, st: st, retired: o.retired,
		promotionLagMax: o.promotionLagMax, electionTicks: o.config.ElectionTick,
		appliedTerm: o.termAt(o.config.Applied), fresh: true, newConf: true, newReference: lastChange > 0,
		isNew: o.hard.Term == 0 && !holds(conf.Voters, o.config.ID), termCeiling: o.hard.Term + termsAheadMax})
	return 0
}
