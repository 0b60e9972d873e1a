// StorePlace: port of the place where the state store of one partition lies. The log is the truth, so a store that cannot
// be used is put out of the way and an empty one made in its place.
#pragma once

#include <memory>

#include "base/error.hpp"
#include "base/result.hpp"
#include "persistence/state_store.hpp"

namespace florin {

class StorePlace {
 public:
  virtual ~StorePlace() = default;
  // What is there, or an empty one. Errc::corrupt: it is damaged, or its last use ended inside it; then set_aside().
  virtual Result<std::unique_ptr<StateStore>, Error> open() = 0;
  // A start has read all that it wants of it: a crash from now on is not the opening's.
  virtual void loaded() {}
  // Out of the way, durably: open() makes an empty one. Nobody has it open.
  virtual Status<Error> set_aside() = 0;
};

}  // namespace florin
