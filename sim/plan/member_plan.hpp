// MemberPlan: what operators ask of the cluster in one run, as data: drawn from the seed before anything runs,
// printable, and still meaningful when any command is taken away.
//
// Operator model: they ask any node, give every command more than once, at any time, also for nodes that are down,
// lost or were never added, and ask again until they hear how it ended. Why the system must survive it: a command is
// decided on the map, what was done already is success, and what would leave too few nodes is refused.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/plan/options.hpp"

namespace florin::sim {

enum class MemberCommandKind : std::uint8_t {
  add_node,
  remove_node,
  drain_node,
  resume_node,
  rebalance
};
inline constexpr std::array all_member_command_kinds{
    MemberCommandKind::add_node, MemberCommandKind::remove_node, MemberCommandKind::drain_node,
    MemberCommandKind::resume_node, MemberCommandKind::rebalance};

struct MemberCommand {
  SimTime at = 0;
  MemberCommandKind kind = MemberCommandKind::rebalance;
  std::uint32_t node = 0;   // not of rebalance
  std::uint32_t times = 1;  // given so often,
  SimTime every = 0;        // so long after each other
};

struct MemberPlan {
  std::vector<MemberCommand> commands;  // by time
};

// Nothing without a meta group.
MemberPlan draw_member_plan(const SimOptions& options);

// The node that never comes back, in some runs, and when it goes.
struct LostNode {
  std::uint32_t node = 0;
  SimTime at = 0;
};
std::optional<LostNode> lost_node_of(const SimOptions& options);

std::string_view to_string(MemberCommandKind kind);
std::string to_string(const MemberCommand& command);

}  // namespace florin::sim
