// StateStore: port for the lazily written state of ONE partition. The log is the truth; this is a cache of
// it that makes restarts fast. Everything of one write() becomes visible and durable together, the applied
// log index included, or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
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
  filters = 5,    // [epoch u32 BE] -> filter bytes of a sealed epoch
};
inline constexpr std::size_t table_count = 6;

// One row to write. Its bytes belong to somebody else, who keeps them until write() has returned.
struct StateWrite {
  Table table;
  std::string_view key;
  std::optional<std::string_view> value;  // nullopt = delete
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
  // Atomic and durable on return. Not called concurrently, nor from within a visit. Sorts `writes` by table and key
  // itself. Errc::disk_full: there is no room, nothing has changed, and the same may be written later.
  virtual Status<Error> write(std::vector<StateWrite> writes) = 0;
};

}  // namespace florin
