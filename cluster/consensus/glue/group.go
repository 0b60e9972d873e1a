// One raft group: what may be asked of it, and the step from one Ready to the next.
//
// Synchronous mode: between a Ready and its advance nothing else is done to the group (mustBeIn), so a change of
// membership is applied before raft sees another message or tick. Without that two leaders are possible (etcd
// issues 12133, 12136), and a snapshot from the leader would meet a configuration that is not its own.
package main

import (
	"encoding/binary"

	"go.etcd.io/etcd/raft"
	pb "go.etcd.io/etcd/raft/raftpb"
)

// storage is the log in memory; its InitialState is the configuration at Config.Applied, which may be past the
// snapshot.
type storage struct {
	*raft.MemoryStorage
	conf pb.ConfState
}

func (s *storage) InitialState() (pb.HardState, pb.ConfState, error) {
	hard, _, err := s.MemoryStorage.InitialState()
	return hard, s.conf, err
}

type group struct {
	id, self    uint64
	incarnation uint64 // of this replica: never used before by it
	rn          *raft.RawNode
	st          *storage

	ready    raft.Ready
	out      bool // `ready` is with the caller
	fresh    bool // opened in this cycle: its first Ready comes before anything else
	heldTick bool
	dirty    bool

	newConf, newReference bool // to be told with the next Ready
	removed               bool // its own removal was applied
	retired               []uint64
	appliedTerm           uint64    // term of the last applied entry
	changeTerm            uint64    // term in which a change was proposed that is not applied yet; 0: none
	changeAt              termIndex // where raft has put the last one, or would have
	promotionLagMax       uint64

	electionTicks int
	askAgainIn    int // ticks, for a candidate that has not won; 0: not drawn
	askedAgain    int // times since somebody led

	isNew       bool              // had heard nothing when it was opened, and is nobody's voter (believes)
	termCeiling uint64            // of what one peer alone is believed
	claims      map[uint64]uint64 // higher terms that voters have named
}

type termIndex struct{ term, index uint64 }

func (g *group) mustBeIn() {
	if g.out || g.fresh {
		panic("a command for a group whose Ready is out, or that has not told its first")
	}
}

// tick also ends a split vote sooner than raft does: two candidates that have asked at once have each a vote, and would wait
// for a whole timeout again, up to twice election_ticks. They ask again after a few ticks by chance, with a pre-vote, so they
// disturb no leader. Some times only: on a network that is slower than that a candidate would never hear its answers.
func (g *group) tick() {
	g.rn.Tick()
	status := g.rn.BasicStatus()
	if status.Lead != raft.None {
		g.askAgainIn, g.askedAgain = 0, 0
	}
	if status.RaftState != raft.StateCandidate || g.askedAgain == askedAgainMax {
		return
	}
	if g.askAgainIn == 0 {
		g.askAgainIn = 2 + chance(1+g.electionTicks/2)
	}
	if g.askAgainIn--; g.askAgainIn == 0 {
		g.askedAgain++
		_ = g.rn.Campaign()
	}
}

const askedAgainMax = 3

func (g *group) whyDropped() uint32 {
	status := g.rn.BasicStatus()
	if status.RaftState != raft.StateLeader || g.removed {
		return notLeader
	}
	if status.LeadTransferee != raft.None {
		return transferInProgress
	}
	return tooManyUncommitted
}

// The context of a read is {replica, incarnation, the caller's number}: an answer that arrives late, after a
// restart or for another replica's read, can never be taken for one of ours.
const readContextSize = 24

func (g *group) readContext(number uint64) []byte {
	b := make([]byte, readContextSize)
	binary.LittleEndian.PutUint64(b, g.self)
	binary.LittleEndian.PutUint64(b[8:], g.incarnation)
	binary.LittleEndian.PutUint64(b[16:], number)
	return b
}

func (g *group) ownRead(context []byte) (number uint64, ok bool) {
	if len(context) != readContextSize {
		return 0, false
	}
	le := binary.LittleEndian
	return le.Uint64(context[16:]), le.Uint64(context) == g.self && le.Uint64(context[8:]) == g.incarnation
}

func (g *group) readIndex(number uint64) uint32 {
	if g.rn.BasicStatus().Lead == raft.None {
		return noLeader
	}
	g.rn.ReadIndex(g.readContext(number))
	return 0
}

func (g *group) transferLeader(to uint64) uint32 {
	status := g.rn.BasicStatus()
	if status.RaftState != raft.StateLeader {
		return notLeader
	}
	if to == g.self || !holds(g.st.conf.Voters, to) {
		return notAMember
	}
	if g.changePending(status.Term) {
		return changePending
	}
	g.rn.TransferLeader(to)
	return 0
}

// compact forgets the log up to `index`, which a snapshot reference covers from then on.
func (g *group) compact(index uint64) uint32 {
	if index == 0 || index > g.rn.BasicStatus().Applied {
		return notApplied
	}
	if s, _ := g.st.Snapshot(); index > s.Metadata.Index {
		g.takeReference(index)
	}
	if err := g.st.Compact(index); err != nil && err != raft.ErrCompacted {
		panic(err)
	}
	return 0
}

func (g *group) reportSnapshot(to uint64, arrived bool) {
	status := raft.SnapshotFailure
	if arrived {
		status = raft.SnapshotFinish
	}
	g.rn.ReportSnapshot(to, status)
}

// advance: the caller has made the Ready durable, sent its messages and applied its committed entries.
func (g *group) advance() {
	if !g.out {
		panic("advance of a group whose Ready is not out")
	}
	if s := &g.ready.Snapshot.Metadata; s.Index > 0 {
		g.appliedTerm = s.Term
	}
	for i := range g.ready.CommittedEntries {
		e := &g.ready.CommittedEntries[i]
		if e.Type == pb.EntryConfChange {
			g.applyChange(e.Index, mustDescribe(e).change)
		}
		g.appliedTerm = e.Term
	}
	g.rn.Advance(g.ready)
	g.ready, g.out = raft.Ready{}, false
	if g.heldTick {
		g.heldTick = false
		g.tick()
	}
}
