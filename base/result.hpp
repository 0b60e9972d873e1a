// Result<T, E>: a value or a reason. A subset of std::expected (C++23), so that it can become an alias of it.
#pragma once

#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace florin {

template <class E>
struct Err {
  E error;
};
template <class E>
Err(E) -> Err<E>;

struct Unit {
  bool operator==(const Unit&) const = default;
};

template <class T, class E>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class F>
  Result(Err<F> err) : state_(std::in_place_index<1>, std::move(err.error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & {
    FLORIN_ASSERT(has_value());
    return std::get<0>(state_);
  }
  const T& value() const& {
    FLORIN_ASSERT(has_value());
    return std::get<0>(state_);
  }
  T&& value() && {
    FLORIN_ASSERT(has_value());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const E& error() const& {
    FLORIN_ASSERT(!has_value());
    return std::get<1>(state_);
  }
  E&& error() && {
    FLORIN_ASSERT(!has_value());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, E> state_;
};

template <class E>
using Status = Result<Unit, E>;

}  // namespace florin

// Early return on error: `FLORIN_TRY(name, expression)` declares `name` as the value.
#define FLORIN_TRY(name, expression)                                          \
  auto name##_result = (expression);                                          \
  if (!name##_result) return ::florin::Err{std::move(name##_result).error()}; \
  auto& name = *name##_result

#define FLORIN_TRY_VOID(expression)                                                     \
  do {                                                                                  \
    auto florin_try_result = (expression);                                              \
    if (!florin_try_result) return ::florin::Err{std::move(florin_try_result).error()}; \
  } while (false)
