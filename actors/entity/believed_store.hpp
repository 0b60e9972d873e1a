// BelievedStore: a state store as a partition asks it in the middle of a turn, where nobody can be told of an error. A store
// that checks what it reads says that it is damaged: the caller goes on as if there were nothing, and nobody hears what it
// makes of that (has_failed). One that does not check is a test's, or a disk that lies.
//
// Crash: nothing of it survives; the store knows by itself that it is damaged.
#pragma once

#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/result.hpp"
#include "persistence/state_store.hpp"

namespace florin {

class BelievedStore {
 public:
  explicit BelievedStore(StateStore& store) : store_(store) {}

  StateStore& operator*() const { return store_; }
  StateStore* operator->() const { return &store_; }
  // Something could not be read since the start.
  [[nodiscard]] bool has_failed() const { return has_failed_; }
  // Nothing, and has_failed(), when this is not what the store should have said.
  template <class T>
  std::optional<T> believed(Result<T, Error> result) {
    if (result) return std::move(result).value();
    store_.distrust(result.error());
    if (!store_.is_damaged())
      assert_failed("the state store can be read", __FILE__, __LINE__, result.error().context);
    has_failed_ = true;
    return std::nullopt;
  }

 private:
  StateStore& store_;
  bool has_failed_ = false;
};

}  // namespace florin
