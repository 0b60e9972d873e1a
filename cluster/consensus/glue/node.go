// One node: its groups, sorted by id so that every run is the same, and the execution of a buffer of commands.
package main

import (
	"sort"

	"go.etcd.io/etcd/raft"
	pb "go.etcd.io/etcd/raft/raftpb"
)

// The numbers of Command in etcd_raft_engine.cpp.
const (
	opTickAll = 1 + iota
	opStep
	opPropose
	opProposeChange
	opAdvance
	opReadIndex
	opTransferLeader
	opCompact
	opReportUnreachable
	opReportSnapshot
	opReportProgress
	opOpen
	opClose
	opCampaign
)

// The numbers of Refusal in consensus_engine.hpp; 0 is none.
const (
	unknownGroup = 1 + iota
	groupExists
	badState
	badMessage
	wrongReplica
	unknownPeer
	notLeader
	noLeader
	transferInProgress
	tooManyUncommitted
	notApplied
	changePending
	badReplicaId
	replicaIdUsed
	alreadyMember
	notAMember
	notALearner
	learnerBehind
	lastVoter
	removesLeader
	termTooFar
	outOfBounds
)

type node struct {
	groups   map[uint64]*group
	sorted   []*group
	dirty    []*group // may have something to say, in the order they were touched
	busy     int32
	poisoned bool
	out      output
	header   []byte // scratch

	batch      *group // neighbouring proposals of one group become one MsgProp
	batchFirst uint32 // number of the first one's command
	entries    []pb.Entry

	refusals []uint32 // command, code
	progress []*group
}

func (n *node) begin() { n.refusals, n.progress = n.refusals[:0], n.progress[:0] }

func (n *node) refuse(command, code uint32) {
	if code != 0 {
		n.refusals = append(n.refusals, command, code)
	}
}

func (n *node) touch(g *group) {
	if !g.dirty {
		g.dirty = true
		n.dirty = append(n.dirty, g)
	}
}

func (n *node) add(g *group) {
	n.groups[g.id] = g
	i := sort.Search(len(n.sorted), func(i int) bool { return n.sorted[i].id > g.id })
	n.sorted = append(n.sorted, nil)
	copy(n.sorted[i+1:], n.sorted[i:])
	n.sorted[i] = g
	n.touch(g)
}

func (n *node) remove(g *group) {
	delete(n.groups, g.id)
	for i, x := range n.sorted {
		if x == g {
			n.sorted = append(n.sorted[:i], n.sorted[i+1:]...)
			return
		}
	}
}

// run executes [u8 op][u64 group][u32 size][payload]*.
func (n *node) run(commands []byte) {
	r := &reader{b: commands}
	for i := uint32(0); r.at < len(commands); i++ {
		op, id, size := r.u8(), r.u64(), int(r.u32())
		payload := &reader{b: r.view(size)}
		g := n.groups[id]
		if op == opPropose && g != nil {
			n.propose(i, g, payload)
			continue
		}
		n.flush()
		switch {
		case op == opTickAll:
			n.tickAll()
		case op == opOpen:
			n.refuse(i, n.open(id, payload))
		case g == nil:
			n.refuse(i, unknownGroup)
		case op == opClose:
			n.remove(g)
		default:
			n.refuse(i, n.command(op, g, payload))
		}
	}
	n.flush()
}

// A group whose Ready is out stands still: its node is writing, and time that it could not use does not count.
func (n *node) tickAll() {
	for _, g := range n.sorted {
		g.termCeiling++ // an election takes several
		if g.fresh {
			continue
		}
		if g.out {
			g.heldTick = true
			continue
		}
		g.tick()
		n.touch(g)
	}
}

func (n *node) propose(command uint32, g *group, r *reader) {
	if n.batch != g {
		n.flush()
		g.mustBeIn()
		n.batch, n.batchFirst, n.entries = g, command, nil
		n.touch(g)
	}
	n.entries = append(n.entries, pb.Entry{Data: r.copy(handleSize)})
}

// All proposals of a batch enter the log, or none does.
func (n *node) flush() {
	if n.batch == nil {
		return
	}
	count := uint32(len(n.entries))
	if n.batch.rn.Step(pb.Message{Type: pb.MsgProp, From: n.batch.self, Entries: n.entries}) != nil {
		for i := uint32(0); i < count; i++ {
			n.refuse(n.batchFirst+i, n.batch.whyDropped())
		}
	}
	n.batch, n.entries = nil, nil
}

func (n *node) command(op uint8, g *group, r *reader) uint32 {
	n.touch(g)
	if op == opAdvance {
		g.advance()
		return 0
	}
	g.mustBeIn()
	switch op {
	case opStep:
		return n.step(g, r.b)
	case opProposeChange:
		return g.proposeChange(r)
	case opReadIndex:
		return g.readIndex(r.u64())
	case opTransferLeader:
		return g.transferLeader(r.u64())
	case opCompact:
		return g.compact(r.u64())
	case opReportUnreachable:
		g.rn.ReportUnreachable(r.u64())
	case opReportSnapshot:
		g.reportSnapshot(r.u64(), r.u8() != 0)
	case opReportProgress:
		if g.rn.BasicStatus().RaftState != raft.StateLeader {
			return notLeader
		}
		n.progress = append(n.progress, g)
	case opCampaign:
		_ = g.rn.Campaign()
	default:
		panic("no such command")
	}
	return 0
}

func (n *node) step(g *group, message []byte) uint32 {
	m, refused := n.parseMessage(g, message)
	if refused != 0 {
		return refused
	}
	switch g.rn.Step(m) {
	case nil, raft.ErrProposalDropped:
		return 0
	case raft.ErrStepPeerNotFound:
		return unknownPeer
	default:
		return badMessage
	}
}
