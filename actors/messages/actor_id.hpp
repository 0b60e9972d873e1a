// ActorId: who an actor is. Where it lives is a function of that: anyone can tell or ask it by this, without knowing on
// which node it is or whether it is awake.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace florin {

// A kind of actors, by its name as in logs. Each is a constant of the kind's list of messages (AccountMessages::actor).
struct ActorKind {
  const char* name = "";  // of a literal
  bool operator==(const ActorKind& other) const { return std::string_view(name) == other.name; }
};

struct ActorId {
  ActorKind kind;
  PartitionId partition = 0;
  // account id, or transfer position, or transaction id before the transfer has one
  std::string key;
  bool operator==(const ActorId&) const = default;
};

}  // namespace florin
