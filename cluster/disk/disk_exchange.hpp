// DiskExchange: what a node does with what its DiskWatch says: sends, keeps the book, begins a new life of its directory, and
// ends when another node knows that its disk is not the one that was there. In this order, in the node and in the simulator;
// files and links are theirs.
//
// On the thread of the replicated log. Crash: what was told in the last second may be missing in the book; docs/adr/0016.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/disk/disk_watch.hpp"

namespace florin {

class DiskExchange {
 public:
  struct Ports {
    std::function<void(NodeNumber to, const std::string& frame)> send;
    std::function<void(NodeNumber from, PeerFault)> refused;
    // Of this node's disk: durable when it returns. Who has replicas is told first.
    std::function<Status<Error>(std::uint32_t life)> life_begins;
    // This run takes part from now on: durable when it returns, and then others are told.
    std::function<Status<Error>()> run_begins;
    std::function<void(std::string book)> keep;  // a lost one is kept again, with what comes later
    std::function<void(const Error&)> failed;    // the process must end
  };

  DiskExchange(DiskWatchOptions options, DiskBook book, Ports ports)
      : ports_(std::move(ports)),
        watch_(std::move(options), std::move(book)),
        life_(watch_.life()) {}

  // Between two rounds: all that the journal has is durable. `life`: of this node's disk, by the map.
  void tick(std::int64_t monotonic_us, std::uint32_t life, const std::vector<NodeNumber>& others,
            const DiskWatch::Reaches& reaches);
  // `life`: of the sender's disk, by the map.
  void on_frame(NodeNumber from, std::string_view frame, std::uint32_t life);

  [[nodiscard]] bool takes_part() const { return watch_.takes_part(); }
  [[nodiscard]] bool takes_frames_of(NodeNumber from) const { return watch_.takes_frames_of(from); }
  [[nodiscard]] bool is_strange(NodeNumber node) const { return watch_.is_strange(node); }

 private:
  // True: it has ended the process.
  bool is_lost() const;

  Ports ports_;
  DiskWatch watch_;
  std::uint32_t life_;
};

}  // namespace florin
