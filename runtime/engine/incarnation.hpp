// The incarnation of this process, from the operating system's randomness: what this process numbers is told apart from
// what any earlier one of this node did.
#pragma once

#include "base/ids.hpp"

namespace florin {

// Drawn anew by each call: once at the start of a node.
Incarnation random_incarnation();

}  // namespace florin
