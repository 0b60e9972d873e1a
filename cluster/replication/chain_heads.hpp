// ChainHeads: what one replica knows of the hash chain of its group: its own heads at some entries, and whether other
// replicas have said the same. One hash pins everything before it (chain_hash.hpp), so two replicas that agree at an entry
// have the same history up to there, and two that differ never agree again.
//
// Own heads are of entries that this replica has evolved, as they are in its memory or were on its disk at the start: a log
// that was changed at rest, its checksums and chain made to fit, differs from the others' at once. Kept are the newest ones,
// and one of every 256 for a while: so whoever is a little ahead, or behind, still finds an entry that both know.
//
// Who is wrong? The fewer. A replica stands apart, and serves nothing, when more of the others differ from it than agree:
// at once if two of them do, after some rounds if it is one and nobody agrees (it may be right; but nothing is lost by
// refusing, and without a third there is no telling). One lying peer of three stops nobody who has the third beside it.
//
// Crash anywhere: nothing of this is kept; the others tell it again. No disk, no clock. One thread at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "cluster/placement/replica_id.hpp"
#include "persistence/codec/chain_hash.hpp"

namespace florin {

struct ChainHead {
  LogIndex index = 0;
  Hash hash{};
  bool operator==(const ChainHead&) const = default;
};

class ChainHeads {
 public:
  static constexpr std::size_t newest_kept = 64;
  static constexpr LogIndex grid = 256;
  static constexpr std::size_t grid_kept = 16;
  static constexpr std::size_t told_max = 2;  // heads of one group in one frame
  static constexpr std::uint32_t doubt_rounds_max = 3;

  struct Difference {
    NodeNumber node = 0;
    ChainHead own, theirs;  // of one index
  };

  // This replica has evolved the entry, or has begun from a state that ends there. In order.
  void note(const ChainHead& head);
  // What was never committed is thrown away, and what is kept is read again.
  void forget_own();
  // Of committed entries: the newest that is known, and the newest of the grid.
  [[nodiscard]] std::vector<ChainHead> to_tell(LogIndex committed) const;
  // All that are known: for people who compare.
  [[nodiscard]] std::vector<ChainHead> all(LogIndex committed) const;

  // What another node says of its own replica; at most told_max count. What this one has not reached yet waits.
  void hear(NodeNumber from, std::span<const ChainHead> heads);
  // What waits and can be compared by now. New differences only: each entry of each node once.
  [[nodiscard]] std::vector<Difference> compare(LogIndex committed);

  [[nodiscard]] bool stands_apart() const { return apart_; }
  // Nodes that differ by what they said last.
  [[nodiscard]] std::vector<NodeNumber> who_differ() const;

 private:
  struct Other {
    std::vector<ChainHead> waiting;
    std::optional<bool> differs;  // by the last comparison
    LogIndex differs_at = 0;      // told once
  };
  [[nodiscard]] const Hash* find(LogIndex index) const;
  void judge(bool was_compared);

  std::deque<ChainHead> newest_, grid_;
  std::map<NodeNumber, Other> others_;
  std::uint32_t doubt_rounds_ = 0;
  bool apart_ = false;
};

// What a node tells another of the groups that both have: u32 count, then u16 partition, u64 index, 32 bytes each.
struct ToldHead {
  PartitionId partition = 0;
  ChainHead head;
  bool operator==(const ToldHead&) const = default;
};
std::string encode_heads(std::span<const ToldHead> heads);
// None: not such a frame, an index out of bounds, or more than told_max heads of a partition.
std::optional<std::vector<ToldHead>> decode_heads(std::string_view bytes, std::uint32_t partitions);

}  // namespace florin
