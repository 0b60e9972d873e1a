// What a node says whose key is in wrong hands: frames that no honest node sends, made from what the other side would
// believe most easily. Each must be refused, or do no more than an election more would.
//
// Fault model: one node lies at a time, to one other, among its honest traffic; it knows the other's logs, terms and
// replicas. It does not pretend to be a leader that has other entries: raft trusts who leads a term (ADR 0012).
// Why the system must survive it: one key must not command the others (ADR-0012), and what one node stores of a lie
// must not end it at every start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/messages/messages.hpp"
#include "cluster/membership/cluster_map.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "sim/plan/random.hpp"

namespace florin::sim {

enum class LieKind : std::uint8_t {
  heartbeat_of_a_far_term,
  heartbeat_of_a_far_commit,
  heartbeat_of_the_next_term,  // believed: an election more
  append_behind_the_end,
  append_of_term_zero,
  append_of_other_bytes,
  acknowledges_too_much,
  rejects_with_a_hint,
  vote_in_a_far_term,
  pre_vote_reply_of_a_far_term,
  gives_way_as_no_leader,
  snapshot_of_nothing,
  read_with_a_term,
  group_that_is_none,
  replica_of_another,
  fetch_of_everything,
  entries_without_asking,
  no_frame,
  facts_of_a_far_term,
  facts_of_a_foreign_partition,
  facts_of_no_group,
  tell_for_a_foreign_partition,
  tell_for_no_partition,
  tell_of_a_clients_message,
};
inline constexpr std::uint64_t lie_kinds = 24;

// What the liar knows.
struct LieView {
  NodeNumber liar = 0, victim = 0;
  std::uint32_t partitions = 0;
  std::vector<ReplicatedLog::Status> groups;  // of the victim
  const ClusterMap* map = nullptr;            // the victim's; null: none
};

// Empty: this view has nothing that it could be told about.
struct Lie {
  LieKind kind = LieKind::no_frame;
  std::string frame;  // of the consensus channel
  std::string facts;
  PartitionId to = 0;
  std::vector<Message> messages;  // told to that partition
  // It speaks for this one, where it has no place: no lie any more if it gets one while it is on its way.
  std::optional<PartitionId> foreign;
};
Lie draw_lie(const LieView& view, SimRandom& random);

}  // namespace florin::sim
