// Uses: what the handler of one message does beyond reading its own entity: whom it asks what, which events it emits and
// messages it tells, and which of the other things that a context offers it needs. Each kind declares it beside its
// handlers. Nothing in a turn looks at it; the test kit gives each handler a context that fails on everything else.
#pragma once

#include <type_traits>

namespace florin {

template <class... Questions>
struct Asks {};
template <class... Events>
struct Emits {};
template <class... Messages>
struct Tells {};
struct ReadsTime {};  // of the entry
struct JudgesDeadlines {
};                  // compares them with clocks, and notes which; that may emit LeaderClockRead
struct Replies {};  // to requests, and to actors that wait
struct CallsOutside {};
struct Alarms {};

template <class... What>
struct Uses {};

template <class One, class Declared>
inline constexpr bool declares = std::is_same_v<One, Declared>;
template <class One, class... What>
inline constexpr bool declares<One, Uses<What...>> = (declares<One, What> || ...);

}  // namespace florin
