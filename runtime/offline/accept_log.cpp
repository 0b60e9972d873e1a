// Compares the log with what the directory noted of it, and notes what is there.
#include "runtime/offline/accept_log.hpp"

#include <algorithm>
#include <optional>

#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/journal/log_end.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "runtime/offline/replay.hpp"

namespace florin {
namespace {

Result<std::unique_ptr<Journal>, Error> open_what_is_left(const DataDirectory& directory,
                                                          bool read_only) {
  JournalOptions options;
  options.directory = directory.log_path();
  options.data_id = directory.identity().id;
  options.partitions = directory.identity().partitions;
  options.read_only = read_only;
  options.prepare_ahead = false;
  return Journal::open(options);
}

// Of the state stores: does one know more than the log; is one damaged, so that nobody knows?
struct Stores {
  bool is_ahead = false;
  bool is_damaged = false;
};

Result<Stores, Error> look_at_stores(const DataDirectory& directory, const Journal& journal) {
  Stores found;
  for (std::uint32_t p = 0; p < directory.identity().partitions; ++p) {
    const auto stored = stored_index(directory, static_cast<PartitionId>(p));
    if (!stored && stored.error().code != Errc::corrupt) return Err{stored.error()};
    found.is_damaged |= !stored;
    found.is_ahead |= stored && *stored > journal.last_index(static_cast<PartitionId>(p));
  }
  return found;
}

Result<std::string, Error> move_state_aside(const std::string& data_dir) {
  FileSystem& files = posix_file_system();
  FLORIN_TRY(names, files.list(data_dir));
  int number = 1;
  const auto name = [&number] { return "state.aside-" + std::to_string(number); };
  while (std::ranges::find(names, name()) != names.end()) ++number;
  const std::string aside = data_dir + "/" + name();
  FLORIN_TRY_VOID(files.rename(data_dir + "/state", aside));
  FLORIN_TRY_VOID(files.sync_directory(data_dir));
  return aside;
}

// The block that the directory knew to be durable; nullopt: its note is damaged, or another directory's.
Result<std::optional<std::uint64_t>, Error> noted_block(const DataDirectory& directory) {
  const auto noted = journal::read_log_end(posix_file_system(), directory.log_end_path());
  if (!noted && noted.error().code != Errc::corrupt) return Err{noted.error()};
  if (!noted || (*noted && (*noted)->data_id != directory.identity().id))
    return std::optional<std::uint64_t>();
  return std::optional<std::uint64_t>(*noted ? (*noted)->last_block : 0);
}

}  // namespace

Result<AcceptedLog, Error> accept_log(const std::string& data_dir) {
  FLORIN_TRY(directory, DataDirectory::open_existing(data_dir, DirectoryUse::write));
  if (!directory.identity().member.cluster.empty())
    return Err{
        Error{Errc::mismatch,
              data_dir + " is a node's of cluster " + directory.identity().member.cluster +
                  ": the others count on what it has acknowledged. Replace it by a node with "
                  "a new number (florin node add, florin node remove)"}};
  FileSystem& files = posix_file_system();
  FLORIN_TRY_VOID(files.create_directories(directory.log_path()));
  FLORIN_TRY(journal, open_what_is_left(directory, true));
  AcceptedLog accepted{.blocks = journal->last_block()};
  FLORIN_TRY(reached, noted_block(directory));
  FLORIN_TRY(stores, look_at_stores(directory, *journal));
  if (reached && *reached <= accepted.blocks && !stores.is_ahead)
    return Err{Error{Errc::invalid, data_dir +
                                        ": the log reaches as far as the directory knows (block " +
                                        std::to_string(accepted.blocks) +
                                        "): nothing is missing, there is nothing to accept"}};
  if (reached && *reached > accepted.blocks) accepted.blocks_lost = *reached - accepted.blocks;
  if (stores.is_ahead || stores.is_damaged) {
    FLORIN_TRY(moved, move_state_aside(data_dir));
    accepted.state_moved_to = std::move(moved);
  }
  // What is left may be in memory only: a writer makes it durable when it opens.
  if (accepted.blocks > 0) FLORIN_TRY_VOID(open_what_is_left(directory, false));
  FLORIN_TRY_VOID(journal::write_log_end(files, directory.log_end_path(),
                                         {directory.identity().id, accepted.blocks}));
  return accepted;
}

}  // namespace florin
