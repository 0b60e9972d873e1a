// Hints: which memory of a kind's entities a message or an event is going to need. Most of the time of a busy partition goes
// into waiting for memory; so it is asked for ahead, in stages, while what comes before is handled. A hint changes nothing,
// and one that is wrong or missing costs time only.
//
//   struct Hints {  // of a kind
//     static void want(const auto& rows, const TryLeg& message) { rows.known(message.content.account); }
//     // What is known once that is there: it leads to more.
//     static void want_beyond(const auto& rows, const LegAnswered& message);
//   };
//
// `rows.known(key)`: that entity. `rows.made(key)`: it will be new. `rows.room()`: one will be new, nobody knows yet which. What
// else there is to ask for is the partition's (partition/partition_hints.cpp). Each is one function for all stages: what it
// does at each of them is decided at compile time.
#pragma once

#include <cstdint>

namespace florin {

// In this order: the index of the entities, the entities, the index of what they lead to, and that.
enum class Ahead : std::uint8_t { index, entity, beyond, beyond_entity };

constexpr bool is_beyond(Ahead stage) {
  return stage == Ahead::beyond || stage == Ahead::beyond_entity;
}

template <class Kind, class Rows, class What>
concept HasHint = requires(const Rows& rows, const What& what) {
  Kind::Hints::want(rows, what);
};
template <class Kind, class Rows, class What>
concept HasHintBeyond = requires(const Rows& rows, const What& what) {
  Kind::Hints::want_beyond(rows, what);
};

}  // namespace florin
