// A consensus message with any content, as somebody writes it who has a node's key and reads our code: header, protobuf
// and payloads, made here by hand. Nothing of the product's encoding is used, and nothing is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace florin::sim {

struct CraftedEntry {
  std::uint64_t term = 0, index = 0;
  // EntryKind: 0 empty, 1 a turn, 2 a change (raft's own type and replica)
  std::uint32_t kind = 1;
  std::string payload;
  std::uint64_t check = 0;  // of the handle
  std::uint8_t raft_change = 0;
  std::uint64_t replica = 0;
};

struct CraftedMessage {
  std::uint8_t type = 8;
  std::uint64_t group = 0, from = 0, to = 0;
  std::uint64_t term = 0, log_term = 0, index = 0, commit = 0, reject_hint = 0;
  bool reject = false;
  std::vector<CraftedEntry> entries;
  std::optional<std::string> read;  // the context that MsgReadIndex carries as an entry
  std::string context;
  std::uint64_t snapshot_index = 0, snapshot_term = 0;
  std::vector<std::uint64_t> voters, learners;

  [[nodiscard]] std::string message() const;  // header and protobuf
  [[nodiscard]] std::string frame() const;    // of the consensus channel, with its payloads
};

}  // namespace florin::sim
