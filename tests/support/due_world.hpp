// A toy kind that can sleep and waits for a time, twice under other numbers, and a world for it: its tables, a store,
// and a log of what was done, out of which a crash makes again what the store does not have. A checkpoint is collected,
// written and heard of as three steps, so that a test may do anything between them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/entity/due_entities.hpp"

namespace florin::test {

struct ToyState {
  std::optional<Timestamp> due;
  bool operator==(const ToyState&) const = default;
};

struct ToyRow : SleeperRow {
  std::uint32_t id = 0;
  ToyState state;
  [[nodiscard]] std::uint32_t key() const { return id; }
};

struct HashToy {
  std::size_t operator()(std::uint32_t id) const { return (id + 1) * 0x9E3779B97F4A7C15U; }
};

// Its rows lie in a table of the product's: no store of the product has both.
template <std::uint16_t Number, Table InTable>
struct Toy {
  using Row = ToyRow;
  using Key = std::uint32_t;
  using Hash = HashToy;
  static constexpr Table table = InTable;
  static constexpr std::string_view name = "toy";
  static constexpr std::uint16_t due_number = Number;

  static std::optional<Timestamp> due(const ToyState& state) { return state.due; }
  static std::uint64_t jitter(Key id) { return id * 0x9E3779B97F4A7C15U >> 32; }
  static std::string key_bytes(Key id) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(id >> shift & 0xff);
    return bytes;
  }
  static Result<Key, Error> parse_key(std::string_view bytes) {
    if (bytes.size() != 4) return Err{Error{Errc::corrupt, "stored toy: key has a wrong length"}};
    Key id = 0;
    for (const char byte : bytes) id = id << 8 | static_cast<std::uint8_t>(byte);
    return id;
  }
  static void put(RowBatch& rows, const Row& row) {
    rows.put(table, key_bytes(row.id), row.state.due ? std::to_string(row.state.due->us) : "-");
  }
  static void remove(RowBatch& rows, Key id) { rows.remove(table, key_bytes(id)); }
  static Result<Row, Error> decode(std::string_view key, std::string_view value) {
    FLORIN_TRY(id, parse_key(key));
    Row row;
    row.id = id;
    if (value != "-") row.state.due = Timestamp{std::stoll(std::string(value))};
    return row;
  }
};
using Order = Toy<7, Table::transfers>;
using Payout = Toy<3, Table::records>;
using ToyTables = KindTables<Order, Payout>;

class DueWorld {
 public:
  static constexpr Timestamp never{};  // nothing is done again on its own

  explicit DueWorld(StateStore& store, const DueBounds& bounds = {})
      : store_(store), bounds_(bounds) {
    crash();
  }

  // --- what happens to entities: an event, and what a replay makes of it ---------------------------------
  template <class Kind = Order>
  void set(std::uint32_t id, std::optional<Timestamp> due) {
    log_.push_back([id, due](DueWorld& world, LogIndex at) { world.apply<Kind>(id, due, at); });
    log_.back()(*this, log_.size());
  }
  template <class Kind = Order>
  void end(std::uint32_t id) {
    log_.push_back([id](DueWorld& world, LogIndex at) { world.apply_end<Kind>(id, at); });
    log_.back()(*this, log_.size());
  }
  // A message for it; null: there is none.
  template <class Kind = Order>
  const ToyRow* message(std::uint32_t id) {
    auto row = table<Kind>().activate(store_, id);
    EXPECT_TRUE(row) << row.error().context;
    return row ? *row : nullptr;
  }

  // --- checkpoints and sleep --------------------------------------------------------------------------------
  void collect() {
    auto rows = std::exchange(memory_->next, std::make_shared<RowBatch>());
    memory_->tables.collect(*rows);
    collected_.emplace_back(log_.size(), std::move(rows));
  }
  // All that was collected. The partition hears of it with heard().
  void write() {
    for (auto& [index, rows] : collected_) {
      std::vector<StateWrite> writes;
      rows->append_to(writes);
      const auto written = store_.write(std::move(writes));
      EXPECT_TRUE(written) << written.error().context;
      stored_ = index;
    }
    collected_.clear();
  }
  void heard() {
    memory_->written = stored_;
    memory_->tables.written(stored_);
  }
  void sleep(std::size_t resident_max = 0) {
    memory_->tables.of<Order>().passivate(resident_max, memory_->written);
    memory_->tables.of<Payout>().passivate(resident_max, memory_->written);
  }
  void checkpoint() {
    collect();
    write();
    heard();
  }
  void all_sleep() {
    checkpoint();
    sleep();
  }
  // Memory is gone: the store gives the state after what it has, and the log the rest.
  void crash() {
    collected_.clear();
    memory_ = std::make_unique<Memory>(store_, bounds_);
    memory_->written = stored_;
    for (LogIndex at = stored_ + 1; at <= log_.size(); ++at) log_[at - 1](*this, at);
    due().begin();
  }

  // --- time ---------------------------------------------------------------------------------------------------
  // "7:12", number of the kind and id, of all that were looked at. `act(kind, id)` is done to each.
  template <class Act>
  std::vector<std::string> tick(Timestamp now, Act&& act, Timestamp again = never) {
    std::vector<std::string> seen;
    due().tick(
        now, [this] { return is_full; },
        [&]<class Kind>(std::type_identity<Kind> kind, ToyRow& row) {
          EXPECT_LE(row.state.due, now) << "before its time";
          seen.push_back(std::to_string(Kind::due_number) + ":" + std::to_string(row.id));
          act(kind, row.id);
          return again;
        });
    return seen;
  }
  // Each is done with when its time has come: it waits for nothing more.
  std::vector<std::string> tick(std::int64_t now) {
    return tick(Timestamp{now}, [this]<class Kind>(std::type_identity<Kind>, std::uint32_t id) {
      set<Kind>(id, std::nullopt);
    });
  }
  [[nodiscard]] std::optional<Timestamp> next() { return due().next(); }

  template <class Kind = Order>
  KindTable<Kind>& table() {
    return memory_->tables.of<Kind>();
  }
  [[nodiscard]] std::size_t awake() { return table<Order>().size() + table<Payout>().size(); }
  DueEntities<ToyTables>& due() { return memory_->due; }
  StateStore& store() { return store_; }
  // "100 7:12": of each row of Table::due.
  std::vector<std::string> due_rows() {
    std::vector<std::string> rows;
    EXPECT_TRUE(store_.scan(Table::due, "", [&](std::string_view key, std::string_view) {
      const auto row = decode_due_key(key);
      EXPECT_TRUE(row);
      const auto id = Order::parse_key(row->entity);
      EXPECT_TRUE(id);
      rows.push_back(std::to_string(row->due.us) + " " + std::to_string(row->kind) + ":" +
                     std::to_string(*id));
      return true;
    }));
    return rows;
  }

  bool is_full = false;

 private:
  struct Memory {
    Memory(StateStore& store, const DueBounds& bounds)
        : believed(store), due(tables, believed, bounds) {}
    BelievedStore believed;
    ToyTables tables{IndexOptions{}};
    DueEntities<ToyTables> due;
    std::shared_ptr<RowBatch> next = std::make_shared<RowBatch>();
    LogIndex written = 0;
  };

  template <class Kind>
  void apply(std::uint32_t id, std::optional<Timestamp> due, LogIndex at) {
    auto row = table<Kind>().activate(store_, id);
    ASSERT_TRUE(row) << row.error().context;
    if (*row == nullptr) {
      ToyRow made;
      made.id = id;
      made.state.due = due;
      table<Kind>().add(std::move(made), at);
    } else {
      table<Kind>().change(**row, at, [&](ToyState& state) { state.due = due; });
    }
  }
  template <class Kind>
  void apply_end(std::uint32_t id, LogIndex at) {
    auto row = table<Kind>().activate(store_, id);
    ASSERT_TRUE(row) << row.error().context;
    ASSERT_NE(*row, nullptr);
    table<Kind>().erase(**row, *memory_->next, at);
  }

  StateStore& store_;
  DueBounds bounds_;
  std::vector<std::function<void(DueWorld&, LogIndex)>> log_;
  std::unique_ptr<Memory> memory_;
  std::vector<std::pair<LogIndex, std::shared_ptr<RowBatch>>> collected_;
  LogIndex stored_ = 0;  // the store holds the state after it
};

}  // namespace florin::test
