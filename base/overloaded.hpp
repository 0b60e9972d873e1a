// Overloaded: makes one visitor out of several lambdas. No catch-all in our visitors: a new event or
// message must break the build where it is not handled.
#pragma once

namespace florin {
template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;
}  // namespace florin
