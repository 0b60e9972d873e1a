// The header before the protobuf of every message between nodes, so that C++ can stage payloads and route without
// reading protobuf (consensus_message.hpp). It is a function of the message: whoever receives makes it again from
// the protobuf and refuses a message whose header says something else.
package main

import (
	"bytes"
	"encoding/binary"

	pb "go.etcd.io/etcd/raft/raftpb"
)

const (
	headerVersion   = 2
	headerSize      = 56
	headerEntrySize = 48
)

func headerLength(m *pb.Message) int { return headerSize + headerEntrySize*len(carried(m)) }

// Only MsgApp carries entries of the log; read requests use the same field for their context.
func carried(m *pb.Message) []pb.Entry {
	if m.Type == pb.MsgApp {
		return m.Entries
	}
	return nil
}

// Fills `into`, which has headerLength() bytes; false when an entry is not one of ours.
func writeHeader(into []byte, group uint64, m *pb.Message) bool {
	le := binary.LittleEndian
	entries := carried(m)
	into[0], into[1], into[2], into[3] = headerVersion, uint8(m.Type), 0, 0
	le.PutUint32(into[4:], uint32(len(entries)))
	le.PutUint64(into[8:], group)
	le.PutUint64(into[16:], m.From)
	le.PutUint64(into[24:], m.To)
	le.PutUint64(into[32:], m.Term)
	le.PutUint64(into[40:], m.Snapshot.Metadata.Index)
	le.PutUint64(into[48:], m.Snapshot.Metadata.Term)
	at := headerSize
	for i := range entries {
		d, ok := describe(&entries[i])
		if !ok {
			return false
		}
		le.PutUint64(into[at:], entries[i].Term)
		le.PutUint64(into[at+8:], entries[i].Index)
		le.PutUint32(into[at+16:], d.length())
		le.PutUint16(into[at+20:], uint16(d.kind))
		le.PutUint16(into[at+22:], uint16(d.change.Type))
		handle := noHandle[:]
		if d.kind != kindEmpty {
			handle = d.handle
		}
		copy(into[at+24:], handle[:16])
		le.PutUint64(into[at+40:], d.change.NodeID)
		at += headerEntrySize
	}
	return true
}

func (o *output) message(group uint64, m *pb.Message) {
	header, size := headerLength(m), m.Size()
	o.u32(uint32(header + size))
	o.grow(header + size)
	if !writeHeader(o.bytes[o.used:o.used+header], group, m) {
		panic("sending an entry that is not one of ours")
	}
	o.used += header
	if written, err := m.MarshalTo(o.bytes[o.used : o.used+size]); err != nil || written != size {
		panic("marshal of a message")
	}
	o.used += size
}

// parseMessage returns a message that a peer may send to this group, or the reason why not.
func (n *node) parseMessage(g *group, b []byte) (m pb.Message, refused uint32) {
	if len(b) < headerSize || b[0] != headerVersion {
		return m, badMessage
	}
	entries := int(binary.LittleEndian.Uint32(b[4:]))
	if entries > (len(b)-headerSize)/headerEntrySize {
		return m, badMessage
	}
	header := headerSize + headerEntrySize*entries
	if m.Unmarshal(b[header:]) != nil || headerLength(&m) != header {
		return m, badMessage
	}
	if m.Size() != len(b)-header { // protobuf cut between two fields is protobuf: a refusal would become a yes
		return m, badMessage
	}
	if len(n.header) < header {
		n.header = make([]byte, 2*header)
	}
	again := n.header[:header]
	if !writeHeader(again, g.id, &m) || !bytes.Equal(again, b[:header]) || !fromPeer(g, &m) {
		return m, badMessage
	}
	if m.To != g.self {
		return m, wrongReplica
	}
	return m, g.refuses(&m)
}

// What a peer sends, and nothing that is meant for ourselves only (ticks, proposals, transfers). Fields that a kind of
// message does not have are empty.
func fromPeer(g *group, m *pb.Message) bool {
	if m.From == 0 || m.From == g.self || len(m.Snapshot.Data) > 0 {
		return false
	}
	if m.Type != pb.MsgSnap && (m.Snapshot.Metadata.Index > 0 || m.Snapshot.Metadata.Term > 0 ||
		len(m.Snapshot.Metadata.ConfState.Voters)+len(m.Snapshot.Metadata.ConfState.Learners) > 0) {
		return false
	}
	switch m.Type {
	case pb.MsgApp:
		return followsOn(m) && len(m.Context) == 0
	case pb.MsgSnap:
		return isReference(m) && len(m.Entries)+len(m.Context) == 0
	case pb.MsgReadIndex: // has no term: raft takes it for the leader's own
		return m.Term == 0 && m.Index == 0 && isReadOf(m, m.From)
	case pb.MsgReadIndexResp:
		return m.Term > 0 && isReadOf(m, g.self)
	case pb.MsgHeartbeat, pb.MsgHeartbeatResp:
		return m.Term > 0 && len(m.Entries) == 0 && (len(m.Context) == 0 || len(m.Context) == readContextSize)
	case pb.MsgVote, pb.MsgPreVote:
		return m.Term > 0 && len(m.Entries) == 0 && namesAnEntry(m) &&
			(len(m.Context) == 0 || string(m.Context) == campaignTransfer)
	case pb.MsgAppResp, pb.MsgVoteResp, pb.MsgTimeoutNow, pb.MsgPreVoteResp:
		return m.Term > 0 && len(m.Entries)+len(m.Context) == 0
	}
	return false
}

// A read is named after the replica that asks it.
func isReadOf(m *pb.Message, replica uint64) bool {
	return len(m.Context) == 0 && len(m.Entries) == 1 && len(m.Entries[0].Data) == readContextSize &&
		binary.LittleEndian.Uint64(m.Entries[0].Data) == replica
}

func isReference(m *pb.Message) bool {
	s := &m.Snapshot.Metadata
	return m.Term > 0 && s.Index > 0 && s.Term > 0 && s.Term <= m.Term && isSimpleConf(&s.ConfState) &&
		len(s.ConfState.Voters)+len(s.ConfState.Learners) <= confMax
}

// Only the beginning of a log has no term. Raft takes an entry that it does not have for one of term 0: a message that
// names such an entry would fit to any log.
func namesAnEntry(m *pb.Message) bool { return (m.Index == 0) == (m.LogTerm == 0) }

// Entries are neighbours behind m.Index, and terms never fall.
func followsOn(m *pb.Message) bool {
	if m.Term == 0 || !namesAnEntry(m) {
		return false
	}
	term := m.LogTerm
	for i := range m.Entries {
		e := &m.Entries[i]
		if e.Index != m.Index+1+uint64(i) || e.Term < term || e.Term == 0 {
			return false
		}
		term = e.Term
	}
	return term <= m.Term
}
