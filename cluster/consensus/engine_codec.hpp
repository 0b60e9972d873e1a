// What is in the bytes between etcd_raft_engine.cpp and the glue.
#pragma once

#include <vector>

#include "cluster/consensus/engine_buffers.hpp"

namespace florin::consensus {

void put_config(CommandWriter& writer, const GroupConfig& config);

// What a cycle gave. Its memory is used again by the next, so that a steady state does not allocate.
class CycleContents {
 public:
  void read_report(ReadyReader& reader);
  // Valid until the next read_ready().
  const Ready& read_ready(ReadyReader& reader);
  [[nodiscard]] CycleReport report() const { return {refused_, progress_}; }

 private:
  void read_refusals(ReadyReader& reader);
  void read_progress(ReadyReader& reader);
  void read_log_part(ReadyReader& reader);
  void read_messages(ReadyReader& reader);
  void read_reads(ReadyReader& reader);

  Ready ready_;
  std::vector<Entry> entries_;
  std::vector<OutMessage> messages_;
  std::vector<ReadState> reads_;
  std::vector<Refused> refused_;
  std::vector<ProgressReport> progress_;
};

}  // namespace florin::consensus
