// 64 bits out of the kernel's generator.
#include "runtime/engine/incarnation.hpp"

#include <random>

namespace florin {

Incarnation random_incarnation() {
  std::random_device device;
  Incarnation drawn = 0;
  while (drawn == 0) drawn = Incarnation{device()} << 32 | device();
  return drawn;
}

}  // namespace florin
