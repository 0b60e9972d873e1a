// See cluster_moves.hpp.
#include "apps/florin/cluster_moves.hpp"

#include <simdjson.h>

#include <algorithm>

#include "apps/client/text_table.hpp"

namespace florin::cli {

using simdjson::dom::element;

namespace {
constexpr int silences_max = 30;  // pauses without an answer
constexpr std::uint64_t bar_chars = 30;

std::uint64_t number_of(const element& object, std::string_view key) {
  std::uint64_t value = 0;
  return object[key].get(value) == simdjson::SUCCESS ? value : 0;
}

bool is_done(const MovesSeen& seen, const MovesWait& wait) {
  if (seen.map_version < wait.map_version || seen.unsettled > 0 || seen.moves_to_go > 0)
    return false;
  if (!wait.leaving) return true;
  const auto node = seen.node_states.find(*wait.leaving);
  return node == seen.node_states.end() || node->second == "removed";
}
}  // namespace

Result<MovesSeen, Error> MovesSeen::read(std::string_view body) {
  simdjson::dom::parser parser;
  element root;
  simdjson::dom::array partitions, nodes;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS ||
      root["partitions"].get(partitions) != simdjson::SUCCESS ||
      root["nodes"].get(nodes) != simdjson::SUCCESS)
    return Err{Error{Errc::invalid, "not the answer of a node of a cluster: " +
                                        client::printable(body.substr(0, 200))}};
  MovesSeen seen;
  seen.map_version = number_of(root, "map_version");
  seen.moves_to_go = number_of(root, "moves_to_go");
  for (const element partition : partitions) {
    bool settled = false;
    if (partition["settled"].get(settled) != simdjson::SUCCESS || !settled) ++seen.unsettled;
  }
  for (const element node : nodes) {
    std::string_view state;
    if (node["state"].get(state) == simdjson::SUCCESS)
      seen.node_states[number_of(node, "node")] = state;
  }
  return seen;
}

std::uint64_t map_version_in(std::string_view body) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return 0;
  return number_of(root, "map_version");
}

Status<Error> wait_for_moves(const MovesWait& wait) {
  std::uint64_t all = 0;
  for (int silences = 0; silences < silences_max; wait.pause()) {
    const auto body = wait.look();
    if (!body) {
      if (body.error().code != Errc::unavailable || ++silences == silences_max)
        return Err{body.error()};
      continue;
    }
    silences = 0;
    FLORIN_TRY(seen, MovesSeen::read(*body));
    if (is_done(seen, wait)) return Unit{};
    const std::uint64_t to_go = std::max(seen.moves_to_go, seen.unsettled);
    all = std::max(all, to_go);
    wait.show(all - to_go, all);
  }
  return Unit{};
}

std::string moves_line(std::string_view label, std::uint64_t done, std::uint64_t all) {
  const std::uint64_t most = std::max<std::uint64_t>(all, 1);
  const auto filled = static_cast<std::size_t>(std::min(done, most) * bar_chars / most);
  return std::string(label) + " [" + std::string(filled, '#') +
         std::string(bar_chars - filled, '.') + "] " + std::to_string(done) + " of " +
         std::to_string(all) + (all == 1 ? " move" : " moves");
}

}  // namespace florin::cli
