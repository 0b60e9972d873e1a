// NodeDisks: what a cluster's node does about disks: tells the others what is on its own, keeps what they say of theirs,
// and ends when one of them knows that its own is not the one that was there: DiskExchange, over this node's files.
//
// On the consensus thread. Crash: what was told in the last second may be missing in the book; see docs/adr/0016.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cluster/disk/disk_exchange.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "runtime/cluster/disk_book_file.hpp"

namespace florin {

class NodeDisks {
 public:
  struct Ports {
    std::function<void(NodeNumber to, const std::string& frame)> send;
    std::function<void(NodeNumber from, PeerFault)> refused;
    std::function<void(std::uint32_t life)> life_begins;  // of this node's disk
    std::function<void(const Error&)> failed;             // the process must end
  };

  // All outlive it. `life`: as the directory says.
  NodeDisks(DiskWatchOptions options, DiskBook book, const Clock& clock, Journal& journal,
            LogStreams streams, DataDirectory& directory, Ports ports);

  // Between two rounds: all that the journal has is durable. `life`: of this node's disk, by the map.
  void tick(const std::vector<ReplicatedLog::Status>& groups, std::uint32_t life,
            const std::vector<NodeNumber>& others);
  // `life`: of the sender's disk, by the map.
  void on_frame(NodeNumber from, const std::string& frame, std::uint32_t life);
  [[nodiscard]] bool takes_part() const { return exchange_.takes_part(); }
  [[nodiscard]] bool takes_frames_of(NodeNumber from) const {
    return exchange_.takes_frames_of(from);
  }
  // Writes the book that waits.
  void stop() { book_file_.stop(); }

 private:
  DiskExchange::Ports exchange_ports(Incarnation process);
  Status<Error> begin_life(std::uint32_t life);

  const Clock& clock_;
  Journal& journal_;
  LogStreams streams_;
  DataDirectory& directory_;
  Ports ports_;
  DiskExchange exchange_;
  DiskBookFile book_file_;
};

}  // namespace florin
