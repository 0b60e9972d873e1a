// Boxed: a value that lies elsewhere, for the large part of a variant's rare alternative, so that the others need not be as large.
// Copied and compared like the value; lists the value's fields as its own (domain/own_event.hpp). One that was moved from may
// only be assigned to or destroyed.
#pragma once

#include <memory>
#include <utility>

namespace florin {

template <class T>
class Boxed {
 public:
  Boxed() : value_(std::make_unique<T>()) {}
  Boxed(T value)  // NOLINT(google-explicit-constructor)
      : value_(std::make_unique<T>(std::move(value))) {}
  Boxed(const Boxed& other) : value_(std::make_unique<T>(*other)) {}
  Boxed(Boxed&& other) noexcept = default;
  Boxed& operator=(Boxed other) noexcept {
    value_.swap(other.value_);
    return *this;
  }
  ~Boxed() = default;

  T& operator*() noexcept { return *value_; }
  const T& operator*() const noexcept { return *value_; }
  T* operator->() noexcept { return value_.get(); }
  const T* operator->() const noexcept { return value_.get(); }
  bool operator==(const Boxed& other) const { return *value_ == *other.value_; }

  static constexpr auto field_names = T::field_names;
  static auto fields(auto& self) { return T::fields(*self); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace florin
