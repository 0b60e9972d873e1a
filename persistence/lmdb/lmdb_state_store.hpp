// LmdbStateStore: the lazily written state of one partition in one LMDB environment (a directory), one named
// database per Table.
//
// Durability: write() is one LMDB transaction with both barriers (data, then meta page). A power loss leaves
// the state before it or after it, never between; damage beyond that is Errc::corrupt where LMDB sees it (what it
// does not see: CheckedStateStore), and the cure is to set the directory aside: the state is made again from the log.
// What damage makes LMDB crash in leaves a mark beside the directory: lmdb_crash_mark.hpp.
// Threads: write() on one thread at a time; get() and end_read() on one other thread; scan() on any.
// Keys are 1-511 bytes. The map (address space, not memory or disk) is fixed while open: at opening it is the
// larger of the option and four times what is in use, so a store that filled its map grows by a restart.
#pragma once

#include <memory>
#include <string>

#include "persistence/state_store.hpp"

namespace florin {

struct LmdbOptions {
  std::size_t map_bytes = std::size_t{64} << 30;
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

  // Lets go of what the last get() returned. Until then (or the next get()) the pages of that moment cannot
  // be used again, so a partition that goes idle should call it.
  void end_read() override;

 private:
  struct Impl;
  explicit LmdbStateStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// `<data>/state/p0007`
std::string state_directory(const std::string& data_directory, unsigned partition);

}  // namespace florin
