// What an ask is made of: messages of a client for any partitions, answered once, and how they are numbered.
//
// A request id says whose it is within one process, never beyond it: what crosses to another process carries the
// process's incarnation beside it (peer_messages.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "actors/messages/messages.hpp"
#include "cluster/placement/replica_id.hpp"

namespace florin {

struct Addressed {
  PartitionId to = 0;
  Message message;  // its `request` is filled in by whoever numbers the ask
};

// In the order of the messages; nullopt = no answer in time: the outcome is not known yet.
using AskReplies = std::vector<std::optional<Reply>>;

// Who asks: a process of a node.
struct PeerProcess {
  NodeNumber node = 0;  // 0: a node for itself
  Incarnation incarnation = 0;
  auto operator<=>(const PeerProcess&) const = default;
};

// Of a clock that is never set, since whenever it began.
using AskTime = std::chrono::microseconds;

// In a cluster: so long what found no leader is asked again, and an operator's command waits for its outcome.
inline constexpr std::chrono::milliseconds cluster_asks_again_for{4000};
inline constexpr std::chrono::milliseconds cluster_command_patience{5000};

// forwarded u1 | number of the ask u40 | attempt u7 | place in the ask u16. The number comes again after 2^40 asks:
// by then nobody waits for the one before.
namespace ask_id {

inline constexpr unsigned item_bits = 16;  // a batch has at most 10,000 items
inline constexpr unsigned attempt_bits = 7;
inline constexpr unsigned number_bits = 40;
inline constexpr RequestId forwarded_bit = RequestId{1} << 63;
inline constexpr std::size_t items_max = std::size_t{1} << item_bits;
inline constexpr std::uint32_t attempts_max = 1U << attempt_bits;
inline constexpr std::uint64_t number_mask = (std::uint64_t{1} << number_bits) - 1;

// `number`: any, only its low bits count.
constexpr RequestId make(std::uint64_t number, std::uint32_t attempt, std::size_t item) {
  return ((number & number_mask) << attempt_bits | attempt) << item_bits | item;
}
constexpr std::uint64_t number(RequestId request) {
  return request >> (item_bits + attempt_bits) & number_mask;
}
constexpr std::uint32_t attempt(RequestId request) {
  return static_cast<std::uint32_t>(request >> item_bits) & (attempts_max - 1);
}
constexpr std::size_t item(RequestId request) { return request & (items_max - 1); }
// The same for all sendings of a message: its command's number.
constexpr std::uint64_t without_attempt(RequestId request) {
  return make(number(request), 0, item(request));
}
constexpr bool is_forwarded(RequestId request) { return (request & forwarded_bit) != 0; }

}  // namespace ask_id
}  // namespace florin
