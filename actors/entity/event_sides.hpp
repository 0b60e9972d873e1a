// Sides of an event. One event may change several entities: a posting its payer and its payee; the end of a leg the leg, its
// account, and the transfer beside it. Each kind says for itself which events change entities of it, which ones by their keys,
// and how; whoever applies an event gives it to every kind of the list, in its order.
//
//   struct Sides {  // of a kind
//     static void evolve(auto& rows, const LegTried& event, const EventStamp& stamp) {
//       rows.change(event.content.account, [&](AccountState& account) { … });
//     }
//   };
//
// `rows` makes, changes and ends the kind's entities, and answers the questions that its actor may ask; an entity that others
// ask about an event is of a kind that comes behind theirs. A side never decides: what the event says has happened.
//
// Of an event that is this kind's alone (domain/own_event.hpp) they also say which entity it changes, and what of it cannot be true
// of that one (null: nothing; no state: there is no such entity):
//
//     static const Uuid& key_of(const CounterBumped& event);
//     static const char* against(const CounterState* counter, const CounterBumped& event);
#pragma once

#include <cstdint>

#include "base/ids.hpp"

namespace florin {

// Where an event stands in the log, and the time of its entry.
struct EventStamp {
  Position at;
  Timestamp time;
  [[nodiscard]] std::int32_t day() const { return time.utc_day(); }
};

template <class Kind, class Rows, class E>
concept HasSide = requires(Rows& rows, const E& event, const EventStamp& stamp) {
  Kind::Sides::evolve(rows, event, stamp);
};

// It is this kind's, and no other's.
template <class Kind, class E>
concept OwnsEvent = requires(const E& event) {
  Kind::Sides::key_of(event);
};

}  // namespace florin
