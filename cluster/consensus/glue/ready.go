// What goes back to C++: refusals, progress reports, and one Ready of each group that has something to say.
package main

import (
	"go.etcd.io/etcd/raft"
	pb "go.etcd.io/etcd/raft/raftpb"
	"go.etcd.io/etcd/raft/tracker"
)

// The numbers in etcd_raft_engine.cpp.
const (
	flagSync = 1 << iota
	flagHardState
	flagConf
	flagInstall
	flagReference
	flagRemoved
)

func (n *node) collect() {
	n.out.used = 0
	n.out.u32(uint32(len(n.refusals) / 2))
	for _, v := range n.refusals {
		n.out.u32(v)
	}
	n.out.u32(uint32(len(n.progress)))
	for _, g := range n.progress {
		n.out.progress(g)
	}
	at, count := n.out.later(), uint32(0)
	keep := n.dirty[:0]
	for _, g := range n.dirty {
		if n.groups[g.id] != g {
			continue // closed
		}
		if g.out {
			keep = append(keep, g)
			continue
		}
		g.dirty, g.fresh = false, false
		if g.rn.HasReady() || g.newConf || g.newReference {
			g.ready, g.out = g.rn.Ready(), true
			n.out.ready(g)
			count++
		}
	}
	n.dirty = keep
	n.out.set(at, count)
}

// From here on the storage in memory has what the caller is about to make durable; if that fails, the process ends.
func (g *group) store() {
	if !raft.IsEmptySnap(g.ready.Snapshot) {
		must(g.st.ApplySnapshot(g.ready.Snapshot))
		g.st.conf = g.ready.Snapshot.Metadata.ConfState
		g.newConf, g.newReference = true, false
	}
	must(g.st.Append(g.ready.Entries))
	if !raft.IsEmptyHardState(g.ready.HardState) {
		must(g.st.SetHardState(g.ready.HardState))
	}
}

func (g *group) flags() (flags uint32) {
	set := func(condition bool, flag uint32) {
		if condition {
			flags |= flag
		}
	}
	install := !raft.IsEmptySnap(g.ready.Snapshot)
	set(g.ready.MustSync || install, flagSync)
	set(!raft.IsEmptyHardState(g.ready.HardState), flagHardState)
	set(g.newConf, flagConf)
	set(install, flagInstall)
	set(g.newReference, flagReference)
	set(g.removed, flagRemoved)
	return
}

func (o *output) ready(g *group) {
	g.store()
	status, flags := g.rn.BasicStatus(), g.flags()
	o.u64(g.id)
	o.u32(flags)
	for _, v := range []uint64{status.Term, status.Vote, status.Commit, status.Applied, status.Lead} {
		o.u64(v)
	}
	o.u8(uint8(status.RaftState))
	if flags&flagConf != 0 {
		o.conf(&g.st.conf)
	}
	if flags&(flagInstall|flagReference) != 0 {
		snapshot, err := g.st.Snapshot()
		must(err)
		o.reference(&snapshot.Metadata)
	}
	g.newConf, g.newReference = false, false
	o.logPart(g)
	o.messages(g)
	o.reads(g)
}

func (o *output) logPart(g *group) {
	o.u32(uint32(len(g.ready.Entries)))
	for i := range g.ready.Entries {
		o.entry(&g.ready.Entries[i])
	}
	first, last := uint64(1), uint64(0)
	if k := len(g.ready.CommittedEntries); k > 0 {
		first, last = g.ready.CommittedEntries[0].Index, g.ready.CommittedEntries[k-1].Index
	}
	o.u64(first)
	o.u64(last)
}

// Raft counts handles; the payloads of one message must fit into a frame between nodes. Half of what a link takes at most
// is plenty, and one entry always goes. For raft the rest was lost on the way.
const payloadBytesMax = 32 << 20

func withinFrame(m *pb.Message) *pb.Message {
	total := uint64(0)
	for i := range carried(m) {
		d := mustDescribe(&m.Entries[i])
		total += uint64(d.length())
		if i > 0 && total > payloadBytesMax {
			short := *m
			short.Entries = m.Entries[:i]
			return &short
		}
	}
	return m
}

func (o *output) messages(g *group) {
	o.u32(uint32(len(g.ready.Messages)))
	for i := range g.ready.Messages {
		m := withinFrame(&g.ready.Messages[i])
		entries, first := carried(m), uint64(0)
		if len(entries) > 0 {
			first = entries[0].Index
		}
		o.u64(m.To)
		o.u8(uint8(m.Type))
		o.u64(first)
		o.u32(uint32(len(entries)))
		o.message(g.id, m)
	}
}

func (o *output) reads(g *group) {
	at, count := o.later(), uint32(0)
	for _, read := range g.ready.ReadStates {
		if number, ok := g.ownRead(read.RequestCtx); ok {
			o.u64(number)
			o.u64(read.Index)
			count++
		}
	}
	o.set(at, count)
}

func (o *output) progress(g *group) {
	o.u64(g.id)
	at, count := o.later(), uint32(0)
	g.rn.WithProgress(func(id uint64, kind raft.ProgressType, p tracker.Progress) {
		o.u64(id)
		o.u64(p.Match)
		o.u64(p.Next)
		o.u8(uint8(p.State))
		o.u8(bit(p.RecentActive || id == g.self))
		o.u8(bit(kind == raft.ProgressTypeLearner))
		count++
	})
	o.set(at, count)
}

func bit(v bool) uint8 {
	if v {
		return 1
	}
	return 0
}
