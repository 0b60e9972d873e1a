// What became of a checkpoint that a state store was given, for whoever goes on: the node's checkpoint thread and the
// simulator alike.
#pragma once

#include "persistence/state_store.hpp"

namespace florin {

enum class StoreWrite : std::uint8_t {
  written = 1,
  no_room,  // the store is as it was: the same checkpoint is tried again
  damaged,  // the store is made again out of the log
  failed,   // it can no longer be trusted: the process must end
};

inline StoreWrite outcome_of(const Status<Error>& write, const StateStore& store) {
  if (write) return StoreWrite::written;
  if (write.error().code == Errc::disk_full) return StoreWrite::no_room;
  return store.is_damaged() ? StoreWrite::damaged : StoreWrite::failed;
}

}  // namespace florin
