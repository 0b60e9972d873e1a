// What a peer may say. Raft trusts its peers: a term, commit or index that no honest replica would send ends the
// process inside raft, or is stored and ends every later one. So each field of a message is held against bounds that
// do not depend on who sends it, and against what this replica knows itself. Whatever is refused here has changed
// nothing. docs/adr/0012: why these bounds, and what a peer can still do.
package main

import (
	"go.etcd.io/etcd/raft"
	pb "go.etcd.io/etcd/raft/raftpb"
)

// The numbers of message_bounds.hpp.
const (
	termMax       = uint64(1) << 56 // elections in microseconds would take 2,000 years
	indexMax      = uint64(1) << 56
	termsAheadMax = uint64(1) << 24 // of elections that a replica may have missed
	termMended    = termMax / 2     // where terms go on that an operator has mended
	confMax       = 1024            // replicas of a group
	// When two voters say so: what elections may add until a third one is heard.
	termsBeyondClaim = uint64(1) << 10
)

// What raft says in MsgVote when the leader itself has asked for the election.
const campaignTransfer = "CampaignTransfer"

// refuses is 0 for a message that raft may see. Its shape has been checked (fromPeer).
func (g *group) refuses(m *pb.Message) uint32 {
	if !withinBounds(m) {
		return outOfBounds
	}
	if m.Term > 0 && !g.believes(m.From, m.Term) {
		return termTooFar
	}
	return g.contradicts(m)
}

// Bounds for ever, whoever sends it and whatever we know.
func withinBounds(m *pb.Message) bool {
	return m.Term <= termMax && m.Index <= indexMax && m.Commit <= indexMax && m.RejectHint <= indexMax &&
		m.LogTerm <= m.Term && m.Snapshot.Metadata.Index <= indexMax
}

// One peer's word moves our term only as far as elections can have gone without us: that many when the group was
// opened, and one more with each tick. It cannot be used twice to get further, so a peer that lies takes the term
// nowhere near its end. Who missed more (an operator has mended the term of the others) hears of it by the answers to
// its own questions before an election, and believes two different voters. Who is new and
// can ask nobody finds the terms of a cluster near their beginning, or near where they were mended.
func (g *group) believes(from, term uint64) bool {
	if term <= g.termCeiling {
		return true
	}
	if g.isNew && term >= termMended && term <= termMended+termsAheadMax && g.rn.BasicStatus().Term == 0 {
		g.isNew, g.termCeiling = false, term+termsAheadMax
		return true
	}
	if !holds(g.st.conf.Voters, from) {
		return false
	}
	if g.claims == nil {
		g.claims = map[uint64]uint64{}
	}
	if term > g.claims[from] {
		g.claims[from] = term
	}
	if second := g.secondClaim(); second > g.termCeiling {
		g.termCeiling = second + termsBeyondClaim
	}
	return term <= g.termCeiling
}

// The highest term that two voters at least have named; 0: none. Who is no voter any more is forgotten.
func (g *group) secondClaim() (second uint64) {
	first := uint64(0)
	for from, term := range g.claims {
		if !holds(g.st.conf.Voters, from) {
			delete(g.claims, from)
		} else if term > first {
			first, second = term, first
		} else if term > second {
			second = term
		}
	}
	return
}

// What is said of our own log in a term that is not over: what is older changes nothing in raft. Two who lead one term are
// not told apart here: the one that others follow is heard again in a moment, the other one is not.
func (g *group) contradicts(m *pb.Message) uint32 {
	status := g.rn.BasicStatus()
	// A follower would pass a question on in its own name, which no leader takes, and would hear an answer that is not for
	// it. Whoever asked asks again, the one who leads by then.
	if m.Type == pb.MsgReadIndex && status.RaftState != raft.StateLeader {
		return noLeader
	}
	if m.Term < status.Term {
		return 0
	}
	last, err := g.st.LastIndex()
	must(err)
	switch m.Type {
	case pb.MsgHeartbeat:
		if m.Commit > last { // never more than we have acknowledged, and that is stored
			return outOfBounds
		}
	case pb.MsgAppResp:
		if status.RaftState == raft.StateLeader && m.Term == status.Term && m.Index > last {
			return outOfBounds // it acknowledges what nobody has sent
		}
	case pb.MsgTimeoutNow:
		if m.Term != status.Term {
			return outOfBounds // the leader gives way to whoever has all its entries: we have seen its term
		}
		if status.Lead != m.From {
			return noLeader // not known after a restart: like one that was lost
		}
	}
	return 0
}
