// MemoryStateStore: a StateStore in ordered maps, for tests and the simulator. Same contract as the real one, but for a
// scan beside a write() on another thread: it sees each row whole, not the whole write.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>

#include "persistence/state_store.hpp"

namespace florin {

class MemoryStateStore final : public StateStore {
 public:
  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override;
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override;
  using StateStore::write;
  Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) override;

  // The next write() returns this and changes nothing.
  void fail_next_write(Error error);
  [[nodiscard]] std::size_t size(Table table) const;

 private:
  // Shared values: what get() returned outlives a write() on another thread.
  using Rows = std::map<std::string, std::shared_ptr<const std::string>, std::less<>>;

  struct Undo {
    Rows* rows;
    std::string key;
    std::shared_ptr<const std::string> before;
  };
  Status<Error> write_row(const StateWrite& write, WriteWatch* watch, std::vector<Undo>& undo);

  mutable std::mutex mutex_;
  std::array<Rows, table_count> tables_;
  std::shared_ptr<const std::string> last_read_;
  std::optional<Error> next_failure_;
};

}  // namespace florin
