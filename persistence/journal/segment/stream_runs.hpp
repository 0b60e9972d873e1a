// StreamRuns: which segment serves which entry of each stream (a partition's log, or a cluster's other logs).
// A run is what one segment holds of one stream: indexes begin, begin + 1, ... up to the next run's begin. An
// entry whose index was there before ends its own run and every later one: what they held from that index on
// is dropped. Not safe to change and read at once; cheap to copy.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/ids.hpp"

namespace florin::journal {

class StreamRuns {
 public:
  struct Run {
    std::uint64_t segment_number = 0;
    LogIndex begin = 0;
  };

  // All streams empty.
  void reset(std::size_t streams) { streams_.assign(streams, {}); }

  // The newest segment took entry `index`, at most next_index(), and drops what was there from it on.
  void place(PartitionId stream, std::uint64_t segment_number, LogIndex index) {
    Stream& s = streams_[stream];
    if (s.runs.empty() || s.runs.back().segment_number != segment_number ||
        index < s.runs.back().begin) {
      while (!s.runs.empty() && s.runs.back().begin >= index) s.runs.pop_back();
      s.runs.push_back({segment_number, index});
    }
    s.next = index + 1;
  }
  // A whole segment at once: it holds `count` entries from `first` on.
  void place_all(PartitionId stream, std::uint64_t segment_number, LogIndex first,
                 std::uint64_t count) {
    if (count == 0) return;
    place(stream, segment_number, first);
    streams_[stream].next = first + count;
  }

  // The run that holds the entry; null when there is no such entry.
  [[nodiscard]] const Run* find(PartitionId stream, LogIndex index) const {
    if (stream >= streams_.size() || index == 0 || index >= streams_[stream].next) return nullptr;
    const auto& runs = streams_[stream].runs;
    const auto behind =
        std::upper_bound(runs.begin(), runs.end(), index,
                         [](LogIndex wanted, const Run& run) { return wanted < run.begin; });
    return behind == runs.begin() ? nullptr : &*std::prev(behind);
  }
  // Is it that segment which serves the entry?
  [[nodiscard]] bool serves(std::uint64_t segment_number, PartitionId stream,
                            LogIndex index) const {
    const Run* run = find(stream, index);
    return run != nullptr && run->segment_number == segment_number;
  }

  [[nodiscard]] std::size_t streams() const noexcept { return streams_.size(); }
  // The index after the stream's last entry; 1 for an empty stream.
  [[nodiscard]] LogIndex next_index(PartitionId stream) const { return streams_[stream].next; }
  [[nodiscard]] std::vector<LogIndex> next_indexes() const {
    std::vector<LogIndex> next;
    next.reserve(streams_.size());
    for (const Stream& s : streams_) next.push_back(s.next);
    return next;
  }

 private:
  struct Stream {
    LogIndex next = 1;
    std::vector<Run> runs;  // by begin, and by segment
  };
  std::vector<Stream> streams_;
};

}  // namespace florin::journal
