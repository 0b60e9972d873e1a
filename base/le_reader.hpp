// LeReader: takes little-endian integers from bytes of somebody else, one after the other. What is missing or wrong is
// remembered, so that who reads asks once, at the end: then nothing of what was read counts.
#pragma once

#include <string_view>

#include "base/little_endian.hpp"

namespace florin {

class LeReader {
 public:
  explicit LeReader(std::string_view bytes) : bytes_(bytes) {}

  // 0 when there are too few bytes.
  template <std::unsigned_integral T>
  T get() {
    const auto value = take_le<T>(bytes_);
    check(value.has_value());
    return value.value_or(0);
  }
  void check(bool holds) { good_ = good_ && holds; }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool finished() const { return good_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool good_ = true;
};

}  // namespace florin
