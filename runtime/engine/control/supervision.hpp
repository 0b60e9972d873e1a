// What becomes of a node when one of its CAF actors ends that was not asked to, or does not answer in time: the table of
// ADR-0001, as pure functions. The Supervisor does what they say.
//
// Whoever touched the journal takes the node with it: nobody can say how far it had come, and the log brings all back. Who has
// no state of its own and touched nothing is made again.
#pragma once

#include <cstdint>

#include "runtime/config/exit_code.hpp"
#include "runtime/metrics/node_part.hpp"

namespace florin {

enum class AfterEnd : std::uint8_t { restart, end_node };

struct EndVerdict {
  AfterEnd what = AfterEnd::end_node;
  ExitCode exit_code = ExitCode::journal_failed;  // of end_node
  bool operator==(const EndVerdict&) const = default;
};

constexpr EndVerdict verdict_on_end(NodePart part) {
  constexpr EndVerdict node_ends{AfterEnd::end_node, ExitCode::journal_failed};
  constexpr EndVerdict is_made_again{AfterEnd::restart, ExitCode::clean};
  switch (part) {
    case NodePart::partition:
      return node_ends;  // it decides ahead of the journal, and appends to it
    case NodePart::journal: return node_ends;
    case NodePart::consensus: return node_ends;  // its thread writes the journal
    case NodePart::checkpoints: return is_made_again;
    case NodePart::links: return is_made_again;
    case NodePart::supervisor: return node_ends;   // nobody would hear of the next end
    case NodePart::outside: return is_made_again;  // what is owed is called again, under its key
  }
  return node_ends;
}

enum class WhileSilent : std::uint8_t {
  only_said,  // in log and metrics: the others go on
  not_ready,  // the node cannot serve without it
};

constexpr WhileSilent verdict_on_silence(NodePart part) {
  switch (part) {
    case NodePart::partition: return WhileSilent::only_said;    // other partitions serve
    case NodePart::checkpoints: return WhileSilent::only_said;  // the log has it all
    case NodePart::journal: return WhileSilent::not_ready;
    case NodePart::consensus: return WhileSilent::not_ready;
    case NodePart::links: return WhileSilent::not_ready;
    case NodePart::supervisor: return WhileSilent::only_said;  // nobody asks it
    case NodePart::outside: return WhileSilent::only_said;     // what waits for it stays open
  }
  return WhileSilent::not_ready;
}

}  // namespace florin
