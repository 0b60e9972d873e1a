// Text of messages, events and replies: what a person reads in a sequence of moves, and what tells two of them
// apart. Equal text = equal behaviour of whoever handles it.
#pragma once

#include <string>

#include "actors/messages/messages.hpp"
#include "domain/events.hpp"

namespace florin::sim {

std::string explore_text(LegState state);
std::string explore_text(TransferStatus status);
std::string explore_text(const LegAnswer& answer);
std::string explore_text(
    const Message& message);  // "try leg 1", "answer of leg 1 to try: refused account_frozen"
std::string explore_text(const Event& event);  // "leg_refused leg 1 account_frozen"
// Without the mark of a repeat: what the client learns.
std::string explore_text(const Reply& reply);

}  // namespace florin::sim
