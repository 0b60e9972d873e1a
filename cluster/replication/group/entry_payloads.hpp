// EntryPayloads: the bytes that entries of one group stand for, from when a message or a proposal has brought them until
// raft hands the entry out and it is written. Pure. Raft itself never sees them: it knows a handle of each.
//
// A crash loses them; whoever sent them, or decided them, hears so by nothing being committed.
#pragma once

#include <deque>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/replication/node_frame.hpp"
#include "cluster/replication/replica_entry.hpp"

namespace florin {

class EntryPayloads {
 public:
  explicit EntryPayloads(PartitionId stream) : stream_(stream) {}

  // Of a message that raft is told of in this cycle. The bytes become our log when raft takes the message: they must be the
  // entries that it is told of, to the last of what it will make of them after a restart. False: they are not, and nothing
  // is staged.
  bool stage(const RaftMessage& message);
  void end_cycle() { staged_.clear(); }
  // A proposal that raft has been given, in order.
  void propose(LogIndex index, EntryBytes bytes) { proposed_.push_back({index, std::move(bytes)}); }
  void forget_proposed() { proposed_.clear(); }
  // For an entry that raft hands out. Null: nobody has brought it.
  EntryBytes take(const consensus::Entry& entry);
  // After a restart raft's log is made of these bytes: they must say what raft says.
  [[nodiscard]] Status<Error> check(const consensus::Entry& entry, std::string_view bytes) const;

 private:
  struct Staged {
    consensus::Entry entry;  // as raft will hand it out
    EntryBytes bytes;
  };
  struct Proposed {
    LogIndex index;
    EntryBytes bytes;
  };

  PartitionId stream_;
  std::vector<Staged> staged_;     // of messages stepped in this cycle
  std::deque<Proposed> proposed_;  // not yet in a Ready
};

}  // namespace florin
