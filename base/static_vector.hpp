// StaticVector: a vector of at most N elements that lives where it is declared and never allocates. A small
// part of std::inplace_vector (C++26). Pushing more than N is a bug.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <utility>

#include "base/assert.hpp"

namespace florin {

template <class T, std::size_t N>
class StaticVector {
 public:
  StaticVector() = default;
  StaticVector(const StaticVector& other) {
    for (const T& element : other) emplace_back(element);
  }
  StaticVector(StaticVector&& other) noexcept {
    for (T& element : other) emplace_back(std::move(element));
  }
  StaticVector& operator=(StaticVector other) noexcept {
    clear();
    for (T& element : other) emplace_back(std::move(element));
    return *this;
  }
  ~StaticVector() { clear(); }

  void push_back(T value) { emplace_back(std::move(value)); }
  template <class... Args>
  T& emplace_back(Args&&... args) {
    FLORIN_ASSERT(size_ < N, "a static vector has room");
    return *::new (static_cast<void*>(data() + size_++)) T(std::forward<Args>(args)...);
  }
  void clear() noexcept {
    while (size_ > 0) data()[--size_].~T();
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  T* begin() noexcept { return data(); }
  T* end() noexcept { return data() + size_; }
  const T* begin() const noexcept { return data(); }
  const T* end() const noexcept { return data() + size_; }
  T* data() noexcept { return std::launder(reinterpret_cast<T*>(bytes_)); }
  const T* data() const noexcept { return std::launder(reinterpret_cast<const T*>(bytes_)); }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }
  T& front() { return data()[0]; }
  T& back() { return data()[size_ - 1]; }
  const T& front() const { return data()[0]; }
  const T& back() const { return data()[size_ - 1]; }

  bool operator==(const StaticVector& other) const {
    if (size_ != other.size_) return false;
    for (std::size_t i = 0; i < size_; ++i)
      if (!(data()[i] == other.data()[i])) return false;
    return true;
  }

 private:
  alignas(T) std::byte bytes_[N * sizeof(T)];
  std::size_t size_ = 0;
};

}  // namespace florin
