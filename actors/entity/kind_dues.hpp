// KindDues: when the entities of one kind are to be looked at, for a kind that can sleep and whose state says what it
// waits for. Its declaration has, beside what every kind has:
//
//   static std::optional<Timestamp> due(const State& state);  // none: it waits for nothing but messages
//   static constexpr std::uint16_t due_number;                 // of the kind, in keys of Table::due: never changes
//   static std::uint64_t jitter(const Key& key);               // the same for ever: times are part of what a history gives
//   static std::string key_bytes(const Key& key);              // in the store, and back
//   static Result<Key, Error> parse_key(std::string_view bytes);
//
// and its row has `state`, and two fields for this object: `stored_due` and `timer_at`.
//
// An entity that is awake has its time in memory, in a heap. One that is asleep has a row in Table::due, whose key
// begins with its time: DueEntities walks those. The rows of Table::due are a function of the rows of the kind's own
// table, and both are written in one transaction: what the store says of an entity that is asleep is true, and what it
// says of one that is awake or over may be stale and is not asked.
//
// What makes that no entity is lost between the two: up to which time the stored rows have been looked up is known
// here, and what is due up to then stays awake. So whoever is asleep has a row that is still to come.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actors/entity/timer_heap.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "persistence/codec/row_batch.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

template <class Kind>
concept DeclaresDue = requires {
  &Kind::due;
};

template <class Kind>
concept HasDue = requires(typename Kind::Row& row, const typename Kind::Row& seen,
                          const typename Kind::Key& key, std::string_view bytes) {
  { Kind::due(seen.state) } -> std::same_as<std::optional<Timestamp>>;
  { Kind::due_number } -> std::convertible_to<std::uint16_t>;
  { Kind::jitter(key) } -> std::same_as<std::uint64_t>;
  { Kind::key_bytes(key) } -> std::same_as<std::string>;
  { Kind::parse_key(bytes) } -> std::same_as<Result<typename Kind::Key, Error>>;
  { row.stored_due } -> std::same_as<std::optional<Timestamp>&>;  // its row of Table::due
  { row.timer_at } -> std::same_as<std::uint32_t&>;               // its place in the heap
};

// Nothing, for all other kinds.
template <class Kind>
class KindDues {};

template <HasDue Kind>
class KindDues<Kind> {
 public:
  using Row = typename Kind::Row;

  static std::optional<Timestamp> due_of(const Row& row) {
    const std::optional<Timestamp> due = Kind::due(row.state);
    return due ? std::optional(std::max(*due, Timestamp{})) : due;
  }

  // --- rows of Table::due ----------------------------------------------------------------------------
  // With the entity's own row.
  static void collect(RowBatch& rows, Row& row) {
    const auto due = due_of(row);
    if (due == row.stored_due) return;
    remove(rows, row);
    if (due) rows.put(Table::due, key_of(*due, row), {});
    row.stored_due = due;
  }
  static void remove(RowBatch& rows, const Row& row) {
    if (row.stored_due) rows.remove(Table::due, key_of(*row.stored_due, row));
  }

  // --- awake -------------------------------------------------------------------------------------------
  [[nodiscard]] std::size_t awake() const { return heap_.size(); }
  [[nodiscard]] std::optional<Timestamp> next() const { return heap_.next(); }
  // As the store has it.
  void woken(Row& row) {
    row.stored_due = due_of(row);
    changed(row);
  }
  // Its state may have changed. What comes to be due within a turn is for a later one: none is looked at twice in a turn.
  void changed(Row& row) {
    if (const auto due = due_of(row))
      heap_.arm(row, std::max(*due, tick_ + 1));
    else
      heap_.disarm(row);
  }
  void over(Row& row) { heap_.disarm(row); }
  void put_off(Row& row, Timestamp at) { heap_.arm(row, at); }
  template <class At>
  void put_off_all(At&& at) {
    heap_.rearm_all(at);
  }
  // The first one, which must be there, to be looked at in the turn at `now`.
  Row& take_first(Timestamp now) {
    tick_ = now;
    Row& row = heap_.first();
    heap_.disarm(row);
    return row;
  }
  // It was looked at. What is still due then is looked at once more at `again`.
  void looked_at(Row& row, Timestamp again) {
    changed(row);
    const auto due = due_of(row);
    if (due && *due <= tick_) heap_.arm(row, std::max(again, tick_ + 1));
  }

  // --- asleep ------------------------------------------------------------------------------------------
  // Stored rows that are due up to then have been looked up; none: nothing has been.
  void looked_up(std::optional<Timestamp> up_to) {
    looked_up_ = up_to;
    first_asleep_.reset();
  }
  [[nodiscard]] bool stays_awake(const Row& row) const {
    const auto due = due_of(row);
    return due && looked_up_ && *due <= *looked_up_;
  }
  void falls_asleep(Row& row) {
    first_asleep_ = earlier(first_asleep_, due_of(row));
    heap_.disarm(row);
  }
  // Of those that fell asleep since looked_up().
  [[nodiscard]] std::optional<Timestamp> first_asleep() const { return first_asleep_; }

 private:
  static std::string key_of(Timestamp due, const Row& row) {
    return due_key(due, Kind::due_number, Kind::key_bytes(row.key()));
  }

  TimerHeap<Row> heap_;
  Timestamp tick_;  // the last one that looked at one
  std::optional<Timestamp> looked_up_;
  std::optional<Timestamp> first_asleep_;
};

}  // namespace florin
