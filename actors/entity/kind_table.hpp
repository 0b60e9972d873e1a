// KindTable: the entities of one kind that a partition has awake, and what the store has of them: loading, what changed
// since the last checkpoint, forgetting, putting away. Written once; what differs between kinds is declared with the kind.
//
// A kind is a type that names its row, the row's key and hash, the store's table, and how a row becomes bytes and back
// (EntityKind; StoredAs says the last for most). The list of the product is partition/entity_kinds.hpp. A row carries two
// fields for its table: `dirty_at` and `stored`; one that can be put away, `modified` and `referenced` as well. A
// kind that can sleep and waits for a time declares `due` (kind_dues.hpp): its entities come by add() and activate() and
// change by change(), so that none is forgotten.
//
// Crash: nothing here survives. A checkpoint holds what collect() gave, and the log the rest.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "actors/entity/entity_table.hpp"
#include "actors/entity/gone_keys.hpp"
#include "actors/entity/kind_dues.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "persistence/codec/row_batch.hpp"
#include "persistence/state_store.hpp"

namespace florin {

inline constexpr std::uint32_t not_dirty = UINT32_MAX;
// So many rows that are late, and stay, one call of passivate() looks at: a fraction of a millisecond.
inline constexpr std::uint32_t late_rows_max = 16'384;
// How far ahead of its use memory is asked for, in messages, events or keys: the index of an entity, then the entity.
inline constexpr std::size_t index_ahead = 14, entities_ahead = 9;

template <class Kind>
concept EntityKind = requires(RowBatch& rows, typename Kind::Row& row,
                              const typename Kind::Key& key, std::string_view bytes) {
  typename Kind::Hash;
  { Kind::table } -> std::convertible_to<Table>;
  { Kind::name } -> std::convertible_to<std::string_view>;
  { row.key() } -> std::convertible_to<typename Kind::Key>;
  { row.dirty_at } -> std::same_as<std::uint32_t&>;  // its place in the list of the changed
  { row.stored } -> std::same_as<bool&>;             // the store may have a row of it
  Kind::put(rows, std::as_const(row));
  Kind::remove(rows, key);
  { Kind::decode(bytes, bytes) } -> std::same_as<Result<typename Kind::Row, Error>>;
};

// Rows that can be put away when idle, and come back from the store.
template <class Row>
concept CanSleep = requires(Row& row) {
  { row.modified } -> std::same_as<LogIndex&>;  // entry that changed it last; 0 = as in the store
  { row.referenced } -> std::same_as<bool&>;    // used since the clock hand last passed
};

// A kind that comes back from the store by its key.
template <class Kind>
concept IsWoken = CanSleep<typename Kind::Row> && requires(const typename Kind::Key& key) {
  { Kind::key_bytes(key) } -> std::same_as<std::string>;
};

// A kind of which a row that is lost is told from one that never was, by its name in a table of names (put_first of the kind writes it).
template <class Kind>
concept KeepsNames = requires(const typename Kind::Key& key) {
  { Kind::name_key(key) } -> std::same_as<std::string>;
};

// What this table and KindDues keep in the row of a kind that sleeps until a time: a row that has no order of its own in
// memory begins with it.
struct SleeperRow {
  LogIndex modified = 0;
  std::uint32_t dirty_at = not_dirty;
  std::uint32_t timer_at = not_armed;
  std::optional<Timestamp> stored_due;
  bool referenced = false;
  bool stored = false;
};

struct NoGoneKeys {};

template <EntityKind Kind>
class KindTable : private EntityTable<typename Kind::Row, typename Kind::Key, typename Kind::Hash> {
  using Base = EntityTable<typename Kind::Row, typename Kind::Key, typename Kind::Hash>;
  static_assert(!DeclaresDue<Kind> || (HasDue<Kind> && CanSleep<typename Kind::Row>),
                "a kind with a due can sleep, and has all that kind_dues.hpp lists");
  static_assert(static_cast<std::size_t>(Kind::table) < table_count, "the store has its table");

 public:
  using Row = typename Kind::Row;
  using Key = typename Kind::Key;

  explicit KindTable(const IndexOptions& options = {}) : Base(options) {}

  using Base::at;
  using Base::find;
  using Base::for_each;
  using Base::insert;
  using Base::likely;
  using Base::prefetch_entity;
  using Base::prefetch_free;
  using Base::prefetch_index;
  using Base::size;
  using Base::slot_of;

  // The row is about to change, or is new: the next checkpoint has it. False: it has it already.
  bool touch(Row& row) requires(!HasDue<Kind>) { return note_change(row); }
  // Over: nothing is left of it, here or, with the checkpoint that takes `next`, in the store.
  void erase(Row& row, RowBatch& next) requires(!CanSleep<Row>) { erase_row(row, next); }

  // All that changed since the last time, in the order in which it first did.
  void collect(RowBatch& rows) {
    for (Row* row : changed_) {
      if (row == nullptr) continue;  // erased since
      row->dirty_at = not_dirty;
      Kind::put(rows, *row);
      const bool is_first = !std::exchange(row->stored, true);
      if constexpr (requires { Kind::put_first(rows, *row); })
        if (is_first) Kind::put_first(rows, *row);
      if constexpr (HasDue<Kind>) dues_.collect(rows, *row);
    }
    changed_.clear();
  }
  [[nodiscard]] std::size_t changed() const { return changed_.size(); }

  // Every row that the store has, for a kind that is always awake. `admit(row)` says what is wrong with one, by an Error;
  // `loaded(row)` sees those that are taken.
  template <class Admit, class Loaded>
  Status<Error> load(StateStore& store, Admit&& admit, Loaded&& loaded) requires(!HasDue<Kind>) {
    Status<Error> outcome = Unit{};
    FLORIN_TRY_VOID(store.scan_all(Kind::table, [&](std::string_view key, std::string_view value) {
      auto row = Kind::decode(key, value);
      outcome = row ? admit(std::as_const(*row)) : Err{std::move(row).error()};
      if (!outcome) return false;
      row->stored = true;
      loaded(insert(std::move(*row)));
      return true;
    }));
    return outcome;
  }

  // Puts idle rows away while more than `resident_max` are awake; how many it were. Clock algorithm: a row used since the
  // hand last passed gets another round; one that is not in the store as it is here stays: the store holds the state after
  // entry `written`.
  // Who is late stays as well. A call that meets too many of those stops, and the next one goes on from there: when a million are
  // late, no turn pays for all of them. (What is not stored is as much as one checkpoint takes: that has a bound of its own.)
  std::uint64_t passivate(std::size_t resident_max, LogIndex written) requires CanSleep<Row> {
    std::uint64_t put_away = 0;
    std::uint32_t late = 0;
    std::uint32_t steps_left = 2 * Base::slot_count();
    while (size() > resident_max && steps_left-- > 0 && late < late_rows_max) {
      if (clock_hand_ >= Base::slot_count()) clock_hand_ = 0;
      Row* row = Base::slot_at(clock_hand_++);
      if (row == nullptr || row->dirty_at != not_dirty || row->modified > written) continue;
      if constexpr (HasDue<Kind>)
        if (dues_.stays_awake(*row)) {
          ++late;
          continue;
        }
      if (std::exchange(row->referenced, false)) continue;
      if constexpr (HasDue<Kind>) dues_.falls_asleep(*row);
      Base::erase(Key(row->key()));
      ++put_away;
    }
    return put_away;
  }

  // --- of kinds that sleep, and may be over -------------------------------------------------------------
  // Awake, or woken from the store; null: there is none.
  Result<Row*, Error> activate(StateStore& store, const Key& key) requires IsWoken<Kind> {
    Row* row = find(key);
    if (row == nullptr && !is_gone(key)) {
      FLORIN_TRY(woken, wake(store, key));
      row = woken;
    }
    if (row != nullptr) row->referenced = true;
    return row;
  }
  // Over since entry `index`, as erase() says. The store may have it for a while: it is not woken any more.
  void erase(Row& row, RowBatch& next, LogIndex index) requires CanSleep<Row> {
    if (row.stored) gone_.add(row.key(), index);
    if constexpr (HasDue<Kind>) {
      KindDues<Kind>::remove(next, row);
      dues_.over(row);
    }
    erase_row(row, next);
  }
  [[nodiscard]] bool is_gone(const Key& key) const requires CanSleep<Row> {
    return gone_.contains(key);
  }
  // The store holds the state after entry `index`.
  void written(LogIndex index) {
    if constexpr (CanSleep<Row>) gone_.written(index);
  }

  // --- of kinds with a due --------------------------------------------------------------------------------
  // One that is new with entry `index`.
  Row& add(Row row, LogIndex index) requires HasDue<Kind> {
    Row& added = insert(std::move(row));
    change(added, index, [](auto&) {});
    return added;
  }
  // Entry `index` changes it: `by(state)`.
  template <class Change>
  void change(Row& row, LogIndex index, Change&& by) requires HasDue<Kind> {
    note_change(row);
    row.modified = index;
    row.referenced = true;
    by(row.state);
    dues_.changed(row);
  }
  KindDues<Kind>& dues() requires HasDue<Kind> { return dues_; }

 private:
  bool note_change(Row& row) {
    if (row.dirty_at != not_dirty) return false;
    row.dirty_at = static_cast<std::uint32_t>(changed_.size());
    changed_.push_back(&row);
    return true;
  }
  void erase_row(Row& row, RowBatch& next) {
    if (row.dirty_at != not_dirty) changed_[row.dirty_at] = nullptr;
    const Key key = row.key();
    if (row.stored) Kind::remove(next, key);
    Base::erase(key);
  }
  Result<Row*, Error> wake(StateStore& store, const Key& key) {
    const std::string bytes = Kind::key_bytes(key);
    FLORIN_TRY(stored, store.get(Kind::table, bytes));
    if (!stored) return static_cast<Row*>(nullptr);
    FLORIN_TRY(decoded, Kind::decode(bytes, *stored));
    decoded.stored = true;
    Row& row = insert(std::move(decoded));
    if constexpr (HasDue<Kind>) dues_.woken(row);
    return &row;
  }

  std::vector<Row*> changed_;  // a changed row is never put away: its slot stays
  std::uint32_t clock_hand_ = 0;
  [[no_unique_address]] std::conditional_t<CanSleep<Row>, GoneKeys<Key>, NoGoneKeys> gone_;
  [[no_unique_address]] KindDues<Kind> dues_;
};

template <class Kind, class List>
inline constexpr bool hears = requires {
  requires std::same_as<typename Kind::Messages, List>;
};
template <class List, class... Kinds>
struct KindThatHears;  // undefined: no entity hears them
template <class List, class Kind, class... Kinds>
struct KindThatHears<List, Kind, Kinds...>
    : std::conditional_t<hears<Kind, List>, std::type_identity<Kind>,
                         KindThatHears<List, Kinds...>> {};

// One table for each kind of the list. Their order is that of the rows in a checkpoint.
template <EntityKind... Kinds>
class KindTables {
 public:
  explicit KindTables(const IndexOptions& options)
      : tables_((static_cast<void>(std::type_identity<Kinds>{}), options)...) {}

  // The kind whose entities hear the messages of this list.
  template <class List>
  using Hearing = typename KindThatHears<List, Kinds...>::type;

  template <class Kind>
  KindTable<Kind>& of() {
    return get<KindTable<Kind>>(tables_);
  }
  template <class Kind>
  const KindTable<Kind>& of() const {
    return get<KindTable<Kind>>(tables_);
  }
  void collect(RowBatch& rows) { (of<Kinds>().collect(rows), ...); }
  // A checkpoint up to entry `index` is in the store.
  void written(LogIndex index) { (of<Kinds>().written(index), ...); }

  // `act(std::type_identity<Kind>)` for each, in their order.
  template <class Act>
  static void for_each_kind(Act&& act) {
    (act(std::type_identity<Kinds>{}), ...);
  }
  static constexpr std::size_t count = sizeof...(Kinds);
  // In the order of the kinds, as the sizes.
  static constexpr std::array<std::string_view, count> names{Kinds::name...};
  // How many of each are awake.
  [[nodiscard]] std::array<std::size_t, count> sizes() const { return {of<Kinds>().size()...}; }
  template <class Is>
  static constexpr bool any_kind(Is&& is) {
    return (is(std::type_identity<Kinds>{}) || ...);
  }
  template <class Is>
  static constexpr int count_kinds(Is&& is) {
    return (int{is(std::type_identity<Kinds>{})} + ...);
  }

 private:
  std::tuple<KindTable<Kinds>...> tables_;
};

}  // namespace florin
