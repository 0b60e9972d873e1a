// MaybeBoxed: a value that lies elsewhere, or none: what few of many have, so that the others pay for one pointer and no more.
// Copied and compared like the value. One that was moved from is empty.
#pragma once

#include <memory>
#include <utility>

namespace florin {

template <class T>
class MaybeBoxed {
 public:
  MaybeBoxed() = default;
  MaybeBoxed(T value)  // NOLINT(google-explicit-constructor)
      : value_(std::make_unique<T>(std::move(value))) {}
  MaybeBoxed(const MaybeBoxed& other) : value_(copy_of(other.value_)) {}
  MaybeBoxed(MaybeBoxed&& other) noexcept = default;
  MaybeBoxed& operator=(MaybeBoxed other) noexcept {
    value_.swap(other.value_);
    return *this;
  }
  ~MaybeBoxed() = default;

  explicit operator bool() const noexcept { return value_ != nullptr; }
  // Null: there is none.
  [[nodiscard]] const T* get() const noexcept { return value_.get(); }
  T& operator*() noexcept { return *value_; }
  const T& operator*() const noexcept { return *value_; }
  T* operator->() noexcept { return value_.get(); }
  const T* operator->() const noexcept { return value_.get(); }

  T& emplace() {
    value_ = std::make_unique<T>();
    return *value_;
  }
  void reset() noexcept { value_.reset(); }

  bool operator==(const MaybeBoxed& other) const {
    if (value_ == nullptr || other.value_ == nullptr) return value_ == other.value_;
    return *value_ == *other.value_;
  }

 private:
  static std::unique_ptr<T> copy_of(const std::unique_ptr<T>& value) {
    return value ? std::make_unique<T>(*value) : nullptr;
  }
  std::unique_ptr<T> value_;
};

}  // namespace florin
