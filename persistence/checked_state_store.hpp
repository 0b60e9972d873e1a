// CheckedStateStore: between a StateStore and all who use it. Every value has its row's checksum behind it, checked
// whenever it is read or replaced; how many rows each table has and the sum of their checksums is in a row of its own,
// written with them. What the store below says is believed only after that.
//
// Promises
//  - A row that is not what was written, a table that does not go on in the order of its keys, or an error of a read,
//    makes the store damaged: from then on nothing of it is used, and nothing is written to it (docs/INVARIANTS.md).
//  - A store of an older format is begun again at once, empty; one of a newer format is refused by name. Both are judged
//    by the meta row, whose bytes begin with the format's version in every format.
//  - A damaged one stays what it is until begin_again().
// Threads: as StateStore; begin_again() on the thread of get(), while no write() runs.
// Crash: the sum is written in the transaction of the rows that it counts.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "persistence/state_store.hpp"
#include "persistence/store_place.hpp"
#include "persistence/store_scrub.hpp"
#include "persistence/table_digest.hpp"

namespace florin {

inline constexpr std::string_view digest_key = "rows";  // Table::meta
std::string encode_digests(const TableDigests& digests);
std::optional<TableDigests> decode_digests(std::string_view bytes);

class CheckedStateStore final : public StateStore {
 public:
  // A damaged store opens, too: is_damaged(). Errors: Errc::mismatch (written by a newer version), and what the place
  // says that no log can mend.
  static Result<std::unique_ptr<CheckedStateStore>, Error> open(std::unique_ptr<StorePlace> place);
  // For those who only read; never begun again. Null: the state is of a format that had no checksums.
  static Result<std::unique_ptr<CheckedStateStore>, Error> read_only(StateStore& store);
  ~CheckedStateStore() override;

  // The older format that open() has found and thrown away, or that is read.
  [[nodiscard]] std::optional<std::uint32_t> older_format() const { return older_format_; }
  // Why it is damaged; empty when it is not.
  [[nodiscard]] std::optional<Error> damage() const;

  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override;
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override;
  Status<Error> scan_all(
      Table table, const std::function<bool(std::string_view, std::string_view)>& visit) override;
  using StateStore::write;
  Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) override;

  [[nodiscard]] bool is_damaged() const override {
    return is_damaged_.load(std::memory_order_acquire);
  }
  void distrust(const Error& why) override;
  void loaded() override;
  Result<ScrubStep, Error> scrub(std::size_t rows_max) override;
  Status<Error> begin_again() override;

 private:
  class Watch;
  enum class Found : std::uint8_t { nothing, whole, older };

  explicit CheckedStateStore(std::unique_ptr<StorePlace> place) : place_(std::move(place)) {}
  Status<Error> open_inner();
  Result<Found, Error> look_inside();
  Result<Found, Error> look_for_rows();
  Status<Error> look_at_digests();
  Result<bool, Error> scrub_table(std::size_t rows_max, ScrubStep& step);
  Status<Error> end_scrub_of_table();
  Status<Error> refused() const;
  Err<Error> damaged(Table table, std::string_view key, std::string_view what);

  std::unique_ptr<StorePlace> place_;  // null: read only
  std::unique_ptr<StateStore> inner_owned_;
  StateStore* inner_ = nullptr;  // null: could not be opened, and is damaged
  std::optional<std::uint32_t> older_format_;
  TableDigests digests_;
  std::atomic<bool> has_meta_{false};
  StoreScrub scrub_;
  std::mutex write_mutex_;
  std::atomic<bool> is_damaged_{false};
  mutable std::mutex damage_mutex_;
  std::optional<Error> damage_;
};

}  // namespace florin
