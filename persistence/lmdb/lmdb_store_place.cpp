// Marks are files beside the directory: what is in it may be what crashes.
#include "persistence/lmdb/lmdb_store_place.hpp"

#include <filesystem>

#include "persistence/journal/posix_file_system.hpp"
#include "persistence/lmdb/lmdb_crash_mark.hpp"

namespace florin {
namespace {

constexpr const char* opening_suffix = ".opening";
constexpr const char* damaged_suffix = ".damaged";

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::string parent_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

Status<Error> remove_if_there(const std::string& path) {
  auto removed = posix_file_system().remove(path);
  if (!removed && removed.error().code == Errc::missing) return Unit{};
  return removed;
}

Error died_inside(const std::string& directory) {
  return {Errc::corrupt, "state store " + directory + ": a process has died inside it"};
}

}  // namespace

Result<std::unique_ptr<StateStore>, Error> LmdbStorePlace::open() {
  if (exists(directory_ + opening_suffix) || exists(directory_ + lmdb::suspect_suffix))
    return Err{died_inside(directory_)};
  // A new one holds nothing that LMDB could stumble over.
  if (!exists(directory_)) return open_marked();
  FileSystem& files = posix_file_system();
  {
    FLORIN_TRY(mark, files.open(directory_ + opening_suffix, OpenMode::create_or_truncate));
    FLORIN_TRY_VOID(mark->sync_data());
  }
  FLORIN_TRY_VOID(files.sync_directory(parent_of(directory_)));
  is_marked_ = true;
  auto opened = open_marked();
  // Refused for a reason, not died of: the mark would say more than is known.
  if (!opened && opened.error().code != Errc::corrupt) FLORIN_TRY_VOID(remove_marks());
  return opened;
}

Result<std::unique_ptr<StateStore>, Error> LmdbStorePlace::open_marked() {
  FLORIN_TRY(store, LmdbStateStore::open(directory_, options_));
  return std::unique_ptr<StateStore>(std::move(store));
}

// Durable: power that fails later must not bring the mark back, and with it a partition made again from its whole log. If
// that cannot be, nothing is lost but the time for it.
void LmdbStorePlace::loaded() {
  if (!std::exchange(is_marked_, false)) return;
  static_cast<void>(remove_if_there(directory_ + opening_suffix));
  static_cast<void>(posix_file_system().sync_directory(parent_of(directory_)));
}

Status<Error> LmdbStorePlace::remove_marks() {
  is_marked_ = false;
  FLORIN_TRY_VOID(remove_if_there(directory_ + opening_suffix));
  FLORIN_TRY_VOID(remove_if_there(directory_ + lmdb::suspect_suffix));
  return posix_file_system().sync_directory(parent_of(directory_));
}

// The marks go last: a crash before that sets aside once more, and finds nothing to move.
Status<Error> LmdbStorePlace::set_aside() {
  FileSystem& files = posix_file_system();
  if (exists(directory_)) {
    std::error_code error;
    std::filesystem::remove_all(directory_ + damaged_suffix, error);
    if (error) return Err{file_error("cannot delete", directory_ + damaged_suffix, error.value())};
    FLORIN_TRY_VOID(files.rename(directory_, directory_ + damaged_suffix));
    FLORIN_TRY_VOID(files.sync_directory(parent_of(directory_)));
  }
  return remove_marks();
}

}  // namespace florin
