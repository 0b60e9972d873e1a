// DiskWatch: a node whose disk is not the one that the others know takes no part. Sans-I/O: the node's consensus thread
// and the simulator tick it, carry its frames, and write its book.
//
// Every node tells every other, as soon as it can and then several times a second, which run of which disk it is and what of each
// group is durable there; each keeps the newest of that in its DiskBook. A process that has just started asks what they
// keep of it, and compares. Until all others have answered, or a second has passed, it neither ticks its groups nor hears
// of them (takes_part): so it does not vote before it was compared with whoever can be reached. Of each node it takes
// frames only when that node has answered and is itself the one that is known here.
//
// What always holds
//  - A disk that a reachable node knows better is found before its node votes, leads or acknowledges.
//  - It stays found, however often it is started again: of a run nothing is kept before it takes part, which it says by not
//    asking any more; and what was kept is compared with all runs that have taken part with this disk (RunHistory).
//  - The first answer of a node counts. Who has once found this disk to be right, and then says something else, is not
//    believed (ADR 0012: one key must not stop the others; at a start it can, as money goes before it). That an operator
//    has given the disk up is believed when two say so, or this node's own map.
//  - What it cannot find: a disk that was put back while everybody who knows better is away.
// Crash: what was told in the last second may not be in the others' books; see docs/adr/0016.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/disk/disk_book.hpp"
#include "cluster/replication/peer_fault.hpp"
#include "persistence/run_history.hpp"

namespace florin {

struct DiskWatchOptions {
  NodeNumber self = 0;
  DiskRun run;
  RunHistory runs = {};  // of the same disk, those before this one
  // The directory was made at this start, and the node was told to join: it may be a lost disk's successor.
  bool is_new = false;
  std::int64_t hold_max_us = 1'000'000;
  std::int64_t ask_again_us = 200'000;
  std::int64_t told_every_us = 200'000;
  std::int64_t book_every_us = 1'000'000;
};

class DiskWatch {
 public:
  struct Frame {
    NodeNumber to = 0;
    std::string bytes;
  };
  // What a frame of a peer led to.
  struct Taken {
    std::optional<PeerFault> fault;
    std::vector<std::string> answers;  // to be sent back
  };
  using Reaches = std::function<std::vector<GroupReach>()>;

  DiskWatch(DiskWatchOptions options, DiskBook book)
      : options_(std::move(options)), run_(options_.run), book_(std::move(book)) {}

  // `life`: of this node's disk, by the map here; `others`: all members of the cluster but this one; `reaches`: what is
  // durable here, groups ascending. What is to be sent now.
  std::vector<Frame> tick(std::int64_t monotonic_us, std::uint32_t life,
                          const std::vector<NodeNumber>& others, const Reaches& reaches);
  // `life`: of the sender's disk, by the map.
  Taken take(NodeNumber from, std::string_view frame, std::uint32_t life);

  [[nodiscard]] bool takes_part() const { return !is_holding_ && !lost_; }
  [[nodiscard]] bool takes_frames_of(NodeNumber node) const {
    return takes_part() && answered_.contains(node) && known_.contains(node);
  }
  // For a person: what is wrong with this node's disk, and what to do.
  [[nodiscard]] const std::optional<std::string>& lost() const { return lost_; }
  // Its disk is not the one that is known here.
  [[nodiscard]] bool is_strange(NodeNumber node) const { return strange_.contains(node); }
  // Of this node's disk: greater than that of the options once it was told to be a lost one's successor. Durable before the
  // next tick.
  [[nodiscard]] std::uint32_t life() const { return run_.life; }
  // The book, when it is not as it was given out last: at once when it has a new run, otherwise after a second at the
  // earliest. A file is written each time.
  [[nodiscard]] std::optional<std::string> take_book(std::int64_t monotonic_us);

 private:
  Taken take_word(NodeNumber from, const DiskWord& word, std::uint32_t life);
  [[nodiscard]] DiskVerdict verdict_of(const DiskAnswer& answer) const;
  Taken take_answer(NodeNumber from, const DiskAnswer& answer);
  [[nodiscard]] std::string sentence(NodeNumber from, const DiskVerdict& verdict,
                                     std::uint32_t life) const;

  DiskWatchOptions options_;
  DiskRun run_;
  DiskBook book_;
  bool book_changed_ = false;
  bool has_new_run_ = false;
  std::optional<std::int64_t> book_given_us_;
  bool is_holding_ = true;
  std::optional<std::int64_t> began_us_;
  std::vector<GroupReach> reaches_;  // as told last
  std::map<NodeNumber, std::int64_t> told_us_;
  std::set<NodeNumber> met_;       // that have said something, members or not yet
  std::set<NodeNumber> answered_;  // and found this disk to be right
  std::set<NodeNumber> known_;     // whose own is the one that is known here
  std::set<NodeNumber>
      replaced_;  // that have found it to be right, and now say that another one has its place
  std::set<NodeNumber> strange_;
  std::optional<std::string> lost_;
};

}  // namespace florin
