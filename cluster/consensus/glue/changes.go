// Membership: simple changes only (one replica at a time), and none reaches the log that could not be applied:
// raft would panic on every replica at once. So each is checked here, against the configuration it will meet.
package main

import (
	"sort"

	"go.etcd.io/etcd/raft"
	pb "go.etcd.io/etcd/raft/raftpb"
	"go.etcd.io/etcd/raft/tracker"
)

// The numbers of ChangeType in consensus_engine.hpp.
const (
	changeAddLearner = 1
	changePromote    = 2
	changeRemove     = 3
)

func holds(ids []uint64, id uint64) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

func without(ids []uint64, id uint64) (rest []uint64) {
	for _, x := range ids {
		if x != id {
			rest = append(rest, x)
		}
	}
	return
}

func ascending(ids []uint64) { sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] }) }

// At least one voter, no id twice, none 0, not joint.
func isSimpleConf(c *pb.ConfState) bool {
	if len(c.Voters) == 0 || len(c.VotersOutgoing) > 0 || len(c.LearnersNext) > 0 || c.AutoLeave {
		return false
	}
	seen := map[uint64]bool{0: true}
	for _, ids := range [][]uint64{c.Voters, c.Learners} {
		for _, id := range ids {
			if seen[id] {
				return false
			}
			seen[id] = true
		}
	}
	return true
}

// changed is the configuration after a change; only for replaying a log that was applied once (open).
func changed(c pb.ConfState, change pb.ConfChange) pb.ConfState {
	id := change.NodeID
	next := pb.ConfState{Voters: without(c.Voters, id), Learners: without(c.Learners, id)}
	switch change.Type {
	case pb.ConfChangeAddNode:
		next.Voters = append(next.Voters, id)
	case pb.ConfChangeAddLearnerNode:
		next.Learners = append(next.Learners, id)
	}
	ascending(next.Voters)
	ascending(next.Learners)
	return next
}

// checkChange is 0 when the change may be proposed now.
func (g *group) checkChange(change uint8, id uint64) uint32 {
	status := g.rn.BasicStatus()
	if status.RaftState != raft.StateLeader {
		return notLeader
	}
	if status.LeadTransferee != raft.None {
		return transferInProgress
	}
	if g.changePending(status.Term) {
		return changePending
	}
	if id == 0 {
		return badReplicaId
	}
	voter, learner := holds(g.st.conf.Voters, id), holds(g.st.conf.Learners, id)
	switch change {
	case changeAddLearner:
		if voter || learner {
			return alreadyMember
		}
		if holds(g.retired, id) {
			return replicaIdUsed
		}
	case changePromote:
		if !learner {
			return notALearner
		}
		if !g.caughtUp(id) {
			return learnerBehind
		}
	case changeRemove:
		if !voter && !learner {
			return notAMember
		}
		if voter && len(g.st.conf.Voters) == 1 {
			return lastVoter
		}
		if id == g.self {
			return removesLeader
		}
	default:
		return badReplicaId
	}
	return 0
}

// A new leader may have inherited a change: it waits until it has applied an entry of its own term (Ongaro, 2015).
// One that raft has dropped (too much uncommitted) still counts there until an entry at its index is applied: raft
// would put an empty entry in the place of the next one. So it does here, too.
func (g *group) changePending(term uint64) bool {
	return g.appliedTerm != term || g.changeTerm == term || g.changeDropped(term)
}

func (g *group) changeDropped(term uint64) bool {
	return g.changeAt.term == term && g.rn.BasicStatus().Applied < g.changeAt.index
}

// In a group where nothing is written no entry would ever come to that index, and no change or transfer again: an empty
// one does. Only where a proposal is refused: whoever has proposed forgets then what it has decided for that index.
func (g *group) fillDropped() {
	if g.changeDropped(g.rn.BasicStatus().Term) && g.lastIndex() < g.changeAt.index {
		_ = g.rn.Propose(nil) // of no size, so raft takes it; if not, the next change tries again
	}
}

func (g *group) lastIndex() (last uint64) {
	g.rn.WithProgress(func(peer uint64, _ raft.ProgressType, p tracker.Progress) {
		if peer == g.self {
			last = p.Match // of the leader itself: everything that it has
		}
	})
	return
}

// The learner is in the stream and near its end, so that counting its vote does not stop the group. In a group where
// nothing is written, one that a message to was lost is not put back into the stream: it has everything, then.
func (g *group) caughtUp(id uint64) (ok bool) {
	var last, match uint64
	var state tracker.StateType
	g.rn.WithProgress(func(peer uint64, _ raft.ProgressType, p tracker.Progress) {
		if peer == g.self {
			last = p.Match
		} else if peer == id {
			match, state = p.Match, p.State
		}
	})
	return state == tracker.StateReplicate && last-match <= g.promotionLagMax || match == last
}

func (g *group) proposeChange(r *reader) uint32 {
	change, id, handle := r.u8(), r.u64(), r.copy(handleSize)
	if refused := g.checkChange(change, id); refused != 0 {
		if refused == changePending {
			g.fillDropped()
		}
		return refused
	}
	types := map[uint8]pb.ConfChangeType{changeAddLearner: pb.ConfChangeAddLearnerNode,
		changePromote: pb.ConfChangeAddNode, changeRemove: pb.ConfChangeRemoveNode}
	term := g.rn.BasicStatus().Term
	g.changeAt = termIndex{term, g.lastIndex() + 1}
	if g.rn.ProposeConfChange(pb.ConfChange{Type: types[change], NodeID: id, Context: handle}) != nil {
		why := g.whyDropped()
		g.fillDropped()
		return why
	}
	g.changeTerm = term
	return 0
}

// applyChange runs when the caller has applied the entry (Advance). The reference to a snapshot at the change is
// taken here and nowhere else, so that nobody can forget it: a replica that is added gets its configuration from
// the snapshot, and one that lacks it would be stuck for ever.
func (g *group) applyChange(index uint64, change pb.ConfChange) {
	g.st.conf = *g.rn.ApplyConfChange(change)
	g.takeReference(index)
	g.newConf, g.changeTerm = true, 0
	if change.Type == pb.ConfChangeRemoveNode {
		g.retired = append(g.retired, change.NodeID)
		g.removed = g.removed || change.NodeID == g.self
	}
}

func (g *group) takeReference(index uint64) {
	if _, err := g.st.CreateSnapshot(index, &g.st.conf, nil); err != nil {
		panic(err)
	}
	g.newReference = true
}
