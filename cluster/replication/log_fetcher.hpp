// LogFetcher: catching up by the log itself: pieces of it out of the leader's journal, each entry checked against the hash
// chain before it is written. Committed entries only, so they may be evolved as they come. Whatever is lost on the way is
// asked for again from where the journal ends; a crash in the middle goes on there, too.
//
// Raft does not hear of these entries before all of them are there: until then its log is what it was, and the
// journal's may be longer, or differ from it behind the last committed entry. That is safe, because everything
// up to the wanted entry is on a majority without this replica, and the leader of this term has it too: raft
// here cannot win an election, and whatever leader speaks to it has the same entries.
#pragma once

#include <optional>
#include <string>

#include "cluster/replication/group/log_group.hpp"
#include "cluster/replication/node_frame.hpp"

namespace florin {

class LogFetcher {
 public:
  LogFetcher(std::size_t piece_bytes, std::uint32_t patience_ticks, ReplicatedLogPorts& ports)
      : piece_bytes_(piece_bytes), patience_ticks_(patience_ticks), ports_(ports) {}

  // A peer lacks entries that this node may have.
  void serve(const LogGroup& group, NodeNumber from, const FetchFrame& fetch);
  // Raft's leader says that the group lacks more than raft still has.
  static void begin(LogGroup& group, NodeNumber from, const RaftMessage& message);
  // A piece: true when it has moved what is committed, which is told when the journal has been synced.
  Result<bool, Error> take(LogGroup& group, NodeNumber from, const EntriesFrame& frame);
  // In each round: asks for the next piece, or returns the message that raft may hear now.
  std::optional<std::string> go_on(LogGroup& group);

 private:
  Result<bool, Error> take_entry(LogGroup& group, LogIndex index, Hash previous,
                                 std::string_view bytes);

  std::size_t piece_bytes_;
  std::uint32_t patience_ticks_;
  ReplicatedLogPorts& ports_;
};

}  // namespace florin
