// A state store in memory that outlives those who open it, behind a CheckedStateStore, and whose bytes a test may change.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "persistence/checked_state_store.hpp"
#include "persistence/memory/memory_state_store.hpp"

namespace florin::test {

struct CheckedDisk {
  std::unique_ptr<MemoryStateStore> rows = std::make_unique<MemoryStateStore>();
  int set_aside = 0;
  int loaded = 0;
  std::optional<Error> refuses;
};

class OpenedRows final : public StateStore {
 public:
  explicit OpenedRows(MemoryStateStore& rows) : rows_(rows) {}
  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override {
    return rows_.get(table, key);
  }
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override {
    return rows_.scan_from(table, first, visit);
  }
  Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) override {
    return rows_.write(std::move(writes), watch);
  }

 private:
  MemoryStateStore& rows_;
};

class CheckedDiskPlace final : public StorePlace {
 public:
  explicit CheckedDiskPlace(CheckedDisk& disk) : disk_(disk) {}
  Result<std::unique_ptr<StateStore>, Error> open() override {
    if (disk_.refuses) return Err{*std::exchange(disk_.refuses, std::nullopt)};
    return std::unique_ptr<StateStore>(std::make_unique<OpenedRows>(*disk_.rows));
  }
  void loaded() override { ++disk_.loaded; }
  Status<Error> set_aside() override {
    ++disk_.set_aside;
    disk_.rows = std::make_unique<MemoryStateStore>();
    return Unit{};
  }

 private:
  CheckedDisk& disk_;
};

inline std::unique_ptr<CheckedStateStore> open_checked(CheckedDisk& disk) {
  auto store = CheckedStateStore::open(std::make_unique<CheckedDiskPlace>(disk));
  EXPECT_TRUE(store) << store.error().context;
  return store ? std::move(*store) : nullptr;
}

// As it is stored, checksum and all.
inline std::string raw(CheckedDisk& disk, Table table, std::string_view key) {
  auto value = disk.rows->get(table, key);
  return value && *value ? std::string(**value) : "none";
}

inline void flip(CheckedDisk& disk, Table table, std::string_view key, std::size_t bit) {
  std::string value = raw(disk, table, key);
  value.at(bit / 8) = static_cast<char>(static_cast<unsigned char>(value[bit / 8]) ^ 1U << bit % 8);
  ASSERT_TRUE(disk.rows->write({{table, key, value}}));
}

}  // namespace florin::test
