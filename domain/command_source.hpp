// Who asked: what an event that follows from a person's command says of it.
#pragma once

#include <string>

#include "base/ids.hpp"
#include "base/wire_number.hpp"

namespace florin {

// Whose command led to an event. `by`, `address` and `request_id` (who, from where, under which name of the client's)
// are empty until there is access control.
struct CommandSource {
  CommandId command;
  std::string by;
  std::string address;
  std::string request_id;
  bool operator==(const CommandSource&) const = default;
};
// The second version of events that follow from a command of a person: the same, and whose. The first versions are in
// old logs, and are read for ever.
template <class E>
struct Commanded {
  static constexpr WireNumber wire = E::wire_commanded;

  E event;
  CommandSource source;
  bool operator==(const Commanded&) const = default;
};

}  // namespace florin
