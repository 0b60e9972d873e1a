// What becomes of a message or command that may have been executed and was not answered: the one table of it. The
// desk (AskTable) and the way of operators' commands (ClusterCommands) ask here before they send anything again.
//
// A command is sent again only if a repeat finds, in the log, what the first one did, and does nothing: deduplicated with
// its effect. All others are never sent again by themselves: somebody else may have undone them meanwhile, and was told
// that it holds. Who asked hears `unknown` and looks.
// What was certainly not executed (no leader, overloaded) may be sent again, whatever it is.
#pragma once

#include <cstdint>

#include "actors/messages/messages.hpp"
#include "cluster/membership/cluster_decide.hpp"

namespace florin {

enum class WhenUnsure : std::uint8_t {
  ask_again,     // a question: it changes nothing
  deduplicated,  // sent again: a repeat finds the effect of the first
  never_again,   // who asked hears that it is not known
  not_for_desks,  // partitions send it to each other, and know themselves what they owe (actors/README.md)
};

WhenUnsure when_unsure(const Message& message);
WhenUnsure when_unsure(const ClusterCommand& command);
bool may_be_sent_again(WhenUnsure what);

}  // namespace florin
