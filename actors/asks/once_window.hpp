// OnceWindow: which numbers of a sender have come, so that each is taken once, in whatever order. One that is further
// behind the newest than the window is wide counts as taken: refusing is always safe, taking twice is not.
#pragma once

#include <bitset>
#include <cstdint>

namespace florin {

class OnceWindow {
 public:
  static constexpr std::uint64_t width = 4'096;

  // False: it has come before, or may have. Numbers begin at 1.
  bool take(std::uint64_t number) {
    if (number > newest_) {
      if (number - newest_ >= width)
        seen_.reset();
      else
        for (std::uint64_t at = newest_ + 1; at < number; ++at) seen_.reset(at % width);
      newest_ = number;
      seen_.set(number % width);
      return true;
    }
    if (number == 0 || newest_ - number >= width || seen_.test(number % width)) return false;
    seen_.set(number % width);
    return true;
  }

 private:
  std::uint64_t newest_ = 0;
  std::bitset<width> seen_;
};

}  // namespace florin
