// DueEntities: the entities that wait for a time, whether awake or asleep, of all kinds of a list that can sleep and
// have a `due` (KindDues). Those that are asleep are found by their rows in Table::due, which are walked in their
// order: what is due up to a while from now is woken before its time comes. Nothing else of these kinds is read at a
// start, and a million that wait for a week cost a million rows in the store.
//
// Promises
//  - None is looked at before its time, and none twice in a turn. None is lost: neither one that is put away after its
//    row was looked up (those stay awake), nor one whose time moves while it is awake (then memory counts, not the
//    store).
//  - A turn looks up and looks at a bounded number. When there is more than that to look up (a start long after they
//    were due), what is overdue is spread by its own jitter, and the next are looked up only after that: so many a
//    second, whatever waits.
//  - A row in Table::due whose entity the store does not have, or has with another time, makes the store damaged: both
//    are written together. (A kind whose `due` is changed needs a new format of the stored state.)
//
// Without such a kind in the list it does nothing, reads nothing and is never due: that is decided at compile time.
//
// Crash: nothing here survives. begin() goes on from the store.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "actors/entity/believed_store.hpp"
#include "actors/entity/kind_table.hpp"
#include "actors/entity/spread.hpp"
#include "base/limits.hpp"

namespace florin {

// Of one partition.
struct DueBounds {
  std::int64_t window_us = limits::due_window_us;
  std::size_t per_turn = limits::due_per_turn_max;
  std::size_t per_second = limits::due_per_second_max;
  std::size_t at_once = limits::woken_at_once_max;  // awake at a start
};

template <class Kind>
constexpr int due_number_or(int other) {
  if constexpr (HasDue<Kind>)
    return Kind::due_number;
  else
    return other;
}

template <class Tables>
class DueEntities;

template <EntityKind... Kinds>
class DueEntities<KindTables<Kinds...>> {
 public:
  static constexpr bool has_kinds = (HasDue<Kinds> || ...);
  static_assert(
      [] {
        std::array<int, sizeof...(Kinds)> numbers{};
        std::size_t at = 0;
        ((numbers[at] = due_number_or<Kinds>(-1 - static_cast<int>(at)), ++at), ...);
        std::ranges::sort(numbers);
        return std::ranges::adjacent_find(numbers) == numbers.end();
      }(),
      "each kind has a number of its own");

  // All outlive it.
  DueEntities(KindTables<Kinds...>& tables, BelievedStore& store, const DueBounds& bounds = {})
      : tables_(tables), store_(store), bounds_(bounds) {}

  // After a start, or with a new leader.
  void begin() {
    if constexpr (has_kinds) {
      is_new_ = true;
      again_at_ = {};
      from_.clear();
      each([](auto, auto& table) { table.dues().looked_up(std::nullopt); });
      static_cast<void>(store_.believed(read(Timestamp{}, 0)));
    }
  }

  // When tick() has something to do next.
  [[nodiscard]] std::optional<Timestamp> next() const {
    std::optional<Timestamp> first;
    if constexpr (has_kinds) first = earlier(next_awake(), next_asleep());
    return first;
  }

  // Wakes what is due soon, and gives what is due to `act(std::type_identity<Kind>, row)`, which says when to look at it
  // once more if its state goes on to say the same. At most so many, and until `is_full()`: what is left is still due.
  template <class IsFull, class Act>
  void tick(Timestamp now, IsFull&& is_full, Act&& act) {
    if constexpr (has_kinds) {
      if (std::exchange(is_new_, false)) spread_awake(now);
      if (!store_.believed(look_up(now))) return;
      for (std::size_t left = bounds_.per_turn; left > 0 && !is_full(); --left)
        if (!look_at_first(now, act)) return;
    }
  }

 private:
  struct Found {
    Timestamp due;
    std::uint16_t kind;
    std::string entity;
  };

  // `act(std::type_identity<Kind>, table)` for each kind that has a due.
  template <class Act>
  void each(Act&& act) const {
    const auto of_one = [&]<class Kind>(std::type_identity<Kind> kind) {
      if constexpr (HasDue<Kind>) act(kind, tables_.template of<Kind>());
    };
    (of_one(std::type_identity<Kinds>{}), ...);
  }

  [[nodiscard]] std::optional<Timestamp> next_awake() const {
    std::optional<Timestamp> first;
    each([&](auto, auto& table) { first = earlier(first, table.dues().next()); });
    return first;
  }
  [[nodiscard]] std::optional<Timestamp> next_asleep() const {
    std::optional<Timestamp> first = first_stored_;
    each([&](auto, auto& table) { first = earlier(first, table.dues().first_asleep()); });
    return first ? std::optional(std::max(*first, again_at_)) : first;
  }

  // --- asleep ----------------------------------------------------------------------------------------------
  Status<Error> look_up(Timestamp now) {
    const auto first = next_asleep();
    if (!first || *first > now) return Unit{};
    const Timestamp until = now + bounds_.window_us;
    FLORIN_TRY_VOID(read(until, bounds_.per_turn));
    const bool is_more = first_stored_ && *first_stored_ <= until;
    const Timestamp up_to = is_more ? found_.back().due : until;
    from_ = is_more ? behind(found_.back()) : due_key(until + 1, 0, {});
    each([&](auto, auto& table) { table.dues().looked_up(up_to); });
    const std::int64_t spread = is_more ? spread_us(found_.size(), bounds_.per_second) : 0;
    again_at_ = now + spread;
    for (const Found& found : found_) FLORIN_TRY_VOID(wake(found, now, spread));
    return Unit{};
  }

  // The next stored rows that are due up to `until`, at most so many. What comes behind them is known then, too.
  Status<Error> read(Timestamp until, std::size_t most) {
    found_.clear();
    first_stored_.reset();
    Status<Error> outcome = Unit{};
    FLORIN_TRY_VOID(store_->scan_from(Table::due, from_, [&](std::string_view key, auto) {
      const auto row = decode_due_key(key);
      if (!row) outcome = Err{row.error()};
      if (!row) return false;
      if (row->due > until || found_.size() == most)
        first_stored_ = row->due;
      else
        found_.push_back({row->due, row->kind, std::string(row->entity)});
      return !first_stored_;
    }));
    return outcome;
  }
  // The first key that may come behind its own.
  static std::string behind(const Found& found) {
    std::string key = due_key(found.due, found.kind, found.entity);
    key.push_back('\0');
    return key;
  }

  Status<Error> wake(const Found& found, Timestamp now, std::int64_t spread) {
    Status<Error> outcome = contradiction("there is no such kind", found);
    each([&]<class Kind>(std::type_identity<Kind>, KindTable<Kind>& table) {
      if (Kind::due_number == found.kind) outcome = wake_in(table, found, now, spread);
    });
    return outcome;
  }
  template <class Kind>
  Status<Error> wake_in(KindTable<Kind>& table, const Found& found, Timestamp now,
                        std::int64_t spread) {
    FLORIN_TRY(key, Kind::parse_key(found.entity));
    // Its time is in memory, or it is over: the row is of a state before that.
    if (table.find(key) != nullptr || table.is_gone(key)) return Unit{};
    FLORIN_TRY(row, table.activate(*store_, key));
    if (row == nullptr) return contradiction("its entity is missing", found);
    if (row->stored_due != found.due)
      return contradiction("its entity waits for another time", found);
    if (spread != 0 && found.due <= now)
      table.dues().put_off(*row, now + offset_within<Kind>(key, spread));
    return Unit{};
  }
  static Err<Error> contradiction(const char* what, const Found& found) {
    return Err{Error{Errc::corrupt, "stored timer of kind " + std::to_string(found.kind) + " at " +
                                        found.due.to_rfc3339() + ": " + what}};
  }

  // --- awake -----------------------------------------------------------------------------------------------
  // Whoever follows has no turns, so much may have become due meanwhile.
  void spread_awake(Timestamp now) {
    each([&]<class Kind>(std::type_identity<Kind>, KindTable<Kind>& table) {
      auto& dues = table.dues();
      if (dues.awake() <= bounds_.at_once) return;
      const std::int64_t spread = spread_us(dues.awake(), bounds_.per_second);
      dues.put_off_all([&](const auto& row, Timestamp at) {
        return at > now ? at : now + offset_within<Kind>(row.key(), spread);
      });
    });
  }

  // Of those that are due at the same time one of the kind that is listed first. False: none is due.
  template <class Act>
  bool look_at_first(Timestamp now, Act& act) {
    const auto first = next_awake();
    if (!first || *first > now) return false;
    bool is_found = false;
    each([&]<class Kind>(std::type_identity<Kind> kind, KindTable<Kind>& table) {
      if (is_found || table.dues().next() != first) return;
      is_found = true;
      auto& row = table.dues().take_first(now);
      const typename Kind::Key key = row.key();
      const Timestamp again = act(kind, row);
      if (auto* still = table.find(key)) table.dues().looked_at(*still, again);
    });
    return is_found;
  }

  KindTables<Kinds...>& tables_;
  BelievedStore& store_;
  DueBounds bounds_;
  bool is_new_ = false;                    // no tick yet since begin()
  std::string from_;                       // where the stored rows go on that were not looked up
  std::optional<Timestamp> first_stored_;  // of the first one of those, as it was then
  Timestamp again_at_;                     // not to be looked up before
  std::vector<Found> found_;
};

}  // namespace florin
