// A signal in the middle of a call is no error of the disk: EINTR of any call is repeated. This program's own fdatasync,
// fsync and fallocate stand before the C library's and say so a few times.
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "persistence/checked_state_store.hpp"
#include "persistence/codec/state_codec.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "persistence/lmdb/lmdb_state_store.hpp"
#include "persistence/lmdb/lmdb_store_place.hpp"
#include "tests/component/persistence/temporary_directory.hpp"

namespace {

std::atomic<int> interruptions{0};

bool is_interrupted() {
  int left = interruptions.load();
  while (left > 0)
    if (interruptions.compare_exchange_weak(left, left - 1)) return errno = EINTR, true;
  return false;
}

}  // namespace

extern "C" {
int fdatasync(int descriptor) {
  return is_interrupted() ? -1 : static_cast<int>(syscall(SYS_fdatasync, descriptor));
}
int fsync(int descriptor) {
  return is_interrupted() ? -1 : static_cast<int>(syscall(SYS_fsync, descriptor));
}
int fallocate(int descriptor, int mode, off_t offset, off_t bytes) {
  return is_interrupted()
             ? -1
             : static_cast<int>(syscall(SYS_fallocate, descriptor, mode, offset, bytes));
}
}

namespace florin {
namespace {

using test::TemporaryDirectory;

struct Interrupted {
  explicit Interrupted(int times) { interruptions = times; }
  ~Interrupted() { interruptions = 0; }
  [[nodiscard]] bool all_came() const { return interruptions == 0; }
};

TEST(InterruptedCalls, FilesGoOn) {
  TemporaryDirectory directory;
  FileSystem& files = posix_file_system();
  auto opened = files.open(directory / "file", OpenMode::create_or_truncate);
  ASSERT_TRUE(opened);
  File& file = **opened;
  {
    const Interrupted signals(3);
    const auto done = file.preallocate(1 << 16);
    EXPECT_TRUE(done) << done.error().context;
    EXPECT_TRUE(signals.all_came());
  }
  {
    const Interrupted signals(2);
    const auto done = file.sync_data();
    EXPECT_TRUE(done) << done.error().context;
    EXPECT_TRUE(signals.all_came());
  }
  const Interrupted signals(2);
  const auto done = files.sync_directory(directory / "");
  EXPECT_TRUE(done) << done.error().context;
  EXPECT_TRUE(signals.all_came());
}

TEST(InterruptedCalls, ACheckpointIsWrittenAllTheSame) {
  TemporaryDirectory directory;
  auto store = LmdbStateStore::open(directory / "p");
  ASSERT_TRUE(store);
  {
    const Interrupted signals(2);
    const auto done = (*store)->write({{Table::accounts, "alice", "1"}});
    EXPECT_TRUE(done) << done.error().context;
    EXPECT_TRUE(signals.all_came()) << "liblmdb syncs in another way: this test proves nothing";
  }
  const auto value = (*store)->get(Table::accounts, "alice");
  ASSERT_TRUE(value && *value);
  EXPECT_EQ(**value, "1");
}

TEST(InterruptedCalls, RowsAreCountedOnceAllTheSame) {
  TemporaryDirectory directory;
  const std::string path = directory / "p";
  const auto open = [&] { return CheckedStateStore::open(std::make_unique<LmdbStorePlace>(path)); };
  PartitionMeta meta;
  meta.format_version = state_format_version;
  const std::string row = encode_partition_meta(meta);
  {
    auto store = open();
    ASSERT_TRUE(store);
    ASSERT_TRUE((*store)->write({{Table::meta, partition_meta_key, row}, {Table::legs, "a", "1"}}));
    const Interrupted signals(2);
    ASSERT_TRUE((*store)->write({{Table::legs, "a", "2"}, {Table::legs, "b", "1"}}));
    EXPECT_TRUE(signals.all_came()) << "liblmdb syncs in another way: this test proves nothing";
  }
  auto store = open();
  ASSERT_TRUE(store);
  int rows = 0;
  const auto scanned = (*store)->scan_all(Table::legs, [&](auto, auto) { return ++rows > 0; });
  EXPECT_TRUE(scanned) << scanned.error().context;
  EXPECT_EQ(rows, 2);
}

}  // namespace
}  // namespace florin
