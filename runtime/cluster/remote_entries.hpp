// RemoteEntries: entries of partitions that have no replica here, asked one by one of the nodes that have one: the
// leader first, then the others, and again while there is time. A committed entry is the same everywhere, but a
// follower, and a leader that has just begun, may hear of it a moment later. For statements and histories of
// transfers, which walk back through a log. Thread-safe; read() blocks its caller, which is a thread for reading
// (api/read_worker.hpp), never one of CAF or of the links.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "actors/asks/peer_messages.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "cluster/links/link_types.hpp"
#include "persistence/event_log.hpp"

namespace florin {

// What a peer is told that asks for an entry: the bytes, if it is committed by all that this node knows. `committed`:
// nothing when there is no replica of that partition here.
ReadAnswer answer_to_peer(const ReadQuestion& question, std::optional<LogIndex> committed,
                          EventLogReader& log);

class RemoteEntries {
 public:
  using NodeNumber = links::NodeNumber;
  // Who may be asked now, in this order; empty: nobody.
  using Holders = std::function<std::vector<NodeNumber>(PartitionId partition)>;
  // false: not sent, ask the next one.
  using Ask = std::function<bool(NodeNumber to, std::uint64_t number, PartitionId partition,
                                 LogIndex index)>;

  // patience: of a read; each_for: how long one node is waited for before the next one is asked, too.
  RemoteEntries(std::chrono::milliseconds patience, std::chrono::milliseconds each_for)
      : patience_(patience), each_for_(each_for) {}
  void set_peers(Holders holders, Ask ask) {
    holders_ = std::move(holders);
    ask_ = std::move(ask);
  }

  // Errc::unavailable: nobody to ask, or no answer in time. Errc::missing: who answered has no such entry.
  Result<std::string, Error> read(PartitionId partition, LogIndex index);
  // A peer's answer to a question of this process; nothing: it has no such entry. Answers that nobody waits for are
  // dropped. False: it is of another entry than the one that was asked for under that number, and is dropped, too.
  bool answered(const ReadQuestion& question, std::optional<std::string> entry);

 private:
  struct Waiting {
    PartitionId partition = 0;
    LogIndex index = 0;
    std::size_t without = 0;  // answers that have no such entry
    std::optional<std::string> entry;
  };
  using Time = std::chrono::steady_clock::time_point;
  using Lock = std::unique_lock<std::mutex>;
  void wait(Lock& lock, const Waiting& waiting, std::size_t answers, Time until);
  [[nodiscard]] std::vector<NodeNumber> holders_now(PartitionId partition) const;

  std::chrono::milliseconds patience_;
  std::chrono::milliseconds each_for_;
  Holders holders_;
  Ask ask_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;
  std::map<NodeNumber, Time> silent_until_;  // asked last meanwhile: a page has a hundred entries
};

}  // namespace florin
