// StateStore: port for the lazily written state of ONE partition. The log is the truth; this is a cache of
// it that makes restarts fast. Everything of one write() becomes visible and durable together, the applied
// log index included, or not at all.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin {

enum class Table : std::uint8_t {
  meta = 0,       // applied index, chain hash, sums, fences
  accounts = 1,   // account id -> AccountState
  transfers = 2,  // open transfers only
  legs = 3,       // legs and cancel flags that may still be needed
  records = 4,    // [epoch u32 BE][transaction id 16][owner] -> TransferRecord
  index = 5,      // [hash u64 BE] -> in which epochs ids up to this hash were recorded
  names = 6,      // account id -> nothing: who has a row in `accounts`, in pages of their own
  due = 7,      // [due u64 BE][kind u16 BE][key of the entity] -> nothing: who waits for what time
  steps = 8,    // [name of the step] -> MoneyStep: those that may still be needed
  ledger = 9,   // [currency 3][account of the ledger] -> LedgerBalance
  orders = 10,  // payment order id -> OrderState
  checkouts = 11,  // checkout id -> CheckoutState
  asked_steps =
      12,  // [event that asked, as a transfer's key][partition u16 BE] -> nothing: money steps that are asked for here
  payment_names =
      13,  // [table u8][id] -> nothing: who has a row in `orders` or `checkouts`, in pages of their own
  payment_keys = 14,  // hash of an Idempotency-Key, 64 hex digits -> PaymentKeyState
  notes =
      15,  // where a transfer began, as a transfer's key -> TransferNotes: of those that have some
};
// In the order of their numbers: what each is called in the store, and a row of it by people.
struct TableWords {
  const char* name;
  const char* row;
};
inline constexpr std::array table_words{
    TableWords{"meta", "the partition's summary row"},
    TableWords{"accounts", "account"},
    TableWords{"transfers", "an open transfer"},
    TableWords{"legs", "a leg"},
    TableWords{"records", "a transfer's record"},
    TableWords{"index", "the index of records"},
    TableWords{"names", "the name of account"},
    TableWords{"due", "a timer"},
    TableWords{"steps", "a money step"},
    TableWords{"ledger", "a balance of the ledger"},
    TableWords{"orders", "a payment order"},
    TableWords{"checkouts", "a checkout"},
    TableWords{"asked_steps", "a money step that is asked for"},
    TableWords{"payment_names", "the name of a payment"},
    TableWords{"payment_keys", "an Idempotency-Key"},
    TableWords{"notes", "the notes of a transfer"},
};
inline constexpr std::size_t table_count = table_words.size();

// One row to write. Its bytes belong to somebody else, who keeps them until write() has returned.
struct StateWrite {
  Table table;
  std::string_view key;
  std::optional<std::string_view> value;  // nullopt = delete
  std::string_view tail = {};             // stored right behind the value, as part of it
};

struct ScrubStep {
  std::uint64_t rows = 0;
  bool is_round_over = false;  // every row has been looked at since the last time
};

// Sees what a write() does, and has the last word in it.
class WriteWatch {
 public:
  virtual ~WriteWatch() = default;
  // First, and once more when the transaction is made again from its beginning.
  virtual void begins() = 0;
  // A row was there and is replaced or deleted. False: nothing of the write() may stand, Errc::corrupt.
  virtual bool replaced(Table table, std::string_view key, std::string_view old_value) = 0;
  // Behind all other rows, of the same transaction. Not itself watched.
  virtual StateWrite last() = 0;
};

class StateStore {
 public:
  virtual ~StateStore() = default;
  // Reads may run on the partition's thread while write() runs on another; each sees whole writes only.
  // What is returned is a copy, valid until the next get() on this thread. No read outlives its call: one that stayed open
  // would keep all pages of its moment from being used again, and whoever had to end it would forget to, somewhere.
  virtual Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) = 0;
  // All pairs whose key starts with `prefix`, in key order, until `visit` returns false.
  Status<Error> scan(Table table, std::string_view prefix,
                     const std::function<bool(std::string_view, std::string_view)>& visit) {
    return scan_from(table, prefix, [&](std::string_view key, std::string_view value) {
      return key.starts_with(prefix) && visit(key, value);
    });
  }
  // All pairs whose key is `first` or behind it, in key order, until `visit` returns false.
  virtual Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) = 0;
  // All rows, in key order, until `visit` returns false; who counts them notices that some are missing. While nothing is
  // written.
  virtual Status<Error> scan_all(
      Table table, const std::function<bool(std::string_view, std::string_view)>& visit) {
    return scan_from(table, "", visit);
  }
  // Atomic and durable on return. Not called concurrently, nor from within a visit. Sorts `writes` by table and key
  // itself. `watch` may be null. Errc::disk_full: there is no room, nothing has changed, and the same may be written later.
  virtual Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) = 0;
  Status<Error> write(std::vector<StateWrite> writes) { return write(std::move(writes), nullptr); }

  // --- damage: of a store that checks what it reads (CheckedStateStore) ---------------------------------
  // Something in it is not what was written. Nothing is read from it or written to it any more. Any thread.
  [[nodiscard]] virtual bool is_damaged() const { return false; }
  // What is in it cannot be true, says who has read it.
  virtual void distrust(const Error& why) { static_cast<void>(why); }
  // All that a start reads of it has been read.
  virtual void loaded() {}
  // Looks at the next rows, at most so many, for damage that nobody has met yet. The thread of write(). An error: it is
  // damaged.
  virtual Result<ScrubStep, Error> scrub(std::size_t rows_max) {
    return static_cast<void>(rows_max), ScrubStep{};
  }
  // An empty one in its place. The partition's thread, while nothing is written; what get() returned is gone.
  virtual Status<Error> begin_again() {
    return Err{Error{Errc::invalid, "this state store cannot be begun again"}};
  }
};

}  // namespace florin
