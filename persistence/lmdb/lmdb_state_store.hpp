// LmdbStateStore: the lazily written state of one partition in one LMDB environment (a directory), one named
// database per Table.
//
// Durability: write() is one LMDB transaction with both barriers (data, then meta page). A power loss leaves
// the state before it or after it, never between; damage beyond that is Errc::corrupt where LMDB sees it (what it
// does not see: CheckedStateStore), and the cure is to set the directory aside: the state is made again from the log.
// What damage makes LMDB crash in leaves a mark beside the directory: lmdb_crash_mark.hpp.
// Threads: write() on one thread at a time; get() on one other thread; scan() on any. No transaction outlives the call
// that began it, so no page is kept from being used again for longer than that.
// Keys are 1-511 bytes. The map is address space, not memory or disk. It grows before it is full: at opening to four
// times what is in use, and before a write that may need more than is left; that waits for the reads of that moment. One
// that cannot grow leaves the store as it is: what fits is written, what does not is Errc::disk_full and may be written
// later.
#pragma once

#include <memory>
#include <string>

#include "persistence/state_store.hpp"

namespace florin {

struct LmdbOptions {
  std::size_t map_bytes = std::size_t{64} << 30;
  std::size_t map_growth_min = std::size_t{1} << 30;  // by so much at least
  std::size_t map_bytes_max = std::size_t{1} << 44;   // beyond this it does not grow
  bool read_only = false;  // for offline tools: Errc::missing when there is no store
};

class LmdbStateStore final : public StateStore {
 public:
  // Creates the directory when it is missing.
  static Result<std::unique_ptr<LmdbStateStore>, Error> open(const std::string& directory,
                                                             LmdbOptions options = {});
  ~LmdbStateStore() override;

  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override;
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override;
  using StateStore::write;
  Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) override;

  [[nodiscard]] std::size_t map_bytes() const;
  // Of the file, pages that may be used again included.
  [[nodiscard]] std::size_t used_bytes() const;
  // Transactions that only read and are open right now, of this process and others.
  [[nodiscard]] std::size_t open_reads() const;

 private:
  struct Impl;
  explicit LmdbStateStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// `<data>/state/p0007`
std::string state_directory(const std::string& data_directory, unsigned partition);

}  // namespace florin
