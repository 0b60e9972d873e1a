// SimStateStore: the state store of one partition, and every version it ever had.
//
// Fault model: a write is all or nothing and durable on return (what LMDB promises), it takes time, it may
// fail on a full disk, and a crash may come before it, after it, or between it and the news that it is
// durable. While the node is down the store may be replaced by an older version of itself or by nothing (a
// restored copy, a deleted directory).
// Why the system must survive it: the log is the truth; the applied index is written with the rows, and
// replay from there, or from the very beginning, gives the same state.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "persistence/state_store.hpp"

namespace florin::sim {

class SimStateStore final : public StateStore {
 public:
  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override;
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override;
  Status<Error> write(std::vector<StateWrite> writes) override;

  // Number of writes that are in it; 0 = empty.
  [[nodiscard]] std::size_t version() const { return log_.size(); }
  // Becomes what it was after that many writes. While the node is down only.
  void go_back_to(std::size_t version);
  void set_full(bool full) { full_ = full; }

 private:
  using Rows = std::map<std::string, std::string, std::less<>>;
  struct Row {
    Table table;
    std::string key;
    std::optional<std::string> value;  // nullopt = deleted
  };
  void apply(const Row& row);

  std::array<Rows, table_count> tables_;
  std::vector<std::vector<Row>> log_;
  // what get() gave out is a copy that the next one spoils: whoever still looks at it sees nonsense
  std::string last_read_;
  bool full_ = false;
};

}  // namespace florin::sim
