// Waiting until partitions have moved: reads GET /v1/cluster again and again. The conversation and the pause are
// given, so that tests need neither.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::cli {

// What a node says of the moves under way.
struct MovesSeen {
  std::uint64_t map_version = 0;
  std::uint64_t moves_to_go = 0;
  std::uint64_t unsettled = 0;  // partitions that do not yet have what is wanted
  std::map<std::uint64_t, std::string> node_states;

  // Errc::invalid: not the answer of a node of a cluster.
  static Result<MovesSeen, Error> read(std::string_view body);
};

// Of the answer to a command; 0: it says none.
std::uint64_t map_version_in(std::string_view body);

struct MovesWait {
  std::uint64_t map_version = 0;  // of the command: a node that does not know it yet is asked again
  std::optional<std::uint64_t> leaving;              // wait until this node is gone, too
  std::function<Result<std::string, Error>()> look;  // the body of GET /v1/cluster
  std::function<void()> pause;
  std::function<void(std::uint64_t done, std::uint64_t all)> show;
};

// A node that does not answer is asked again for a while: it may be restarting. What is under way goes on whatever
// this returns.
Status<Error> wait_for_moves(const MovesWait& wait);

// "node 4 [#####.....] 3 of 12 moves"
std::string moves_line(std::string_view label, std::uint64_t done, std::uint64_t all);

}  // namespace florin::cli
