// The files of a log, byte for byte, of both formats: tests/golden/log/. A node reads what the one before it wrote, and a
// checksum that a newer program counts in another way looks like damage. The zeros that a segment ends with are not in its file.
#include <algorithm>
#include <utility>

#include "tests/support/golden.hpp"
#include "tests/unit/persistence/journal_fixture.hpp"

namespace florin {
namespace {

using namespace test;

constexpr std::uint64_t data_id = 0x0102030405060708;

std::string without_zeros(std::string bytes) {
  bytes.resize(bytes.find_last_not_of('\0') + 1);
  return bytes;
}

class GoldenLogTest : public testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] static std::string name(const std::string& file) {
    return "log/" + std::string(GetParam() ? "2_" : "1_") + file;
  }
  JournalOptions options() {
    JournalOptions options = small_options(disk_);
    options.data_id = data_id;
    options.partitions = 2;
    options.replaceable = GetParam();
    options.end_file = "/data/log.end";
    return options;
  }
  // A full segment, and one that has been begun.
  Entries write() {
    auto journal = open_ok(options());
    Entries entries{entry(0, 1, 20), entry(1, 1, 9'000), entry(0, 2, 4'000), entry(0, 3, 21)};
    if (GetParam()) entries.push_back(entry(0, 2, 22));
    for (const LogEntry& one : entries) {
      EXPECT_TRUE(journal->append(one));
      EXPECT_TRUE(journal->sync());
    }
    EXPECT_TRUE(journal->close_cleanly());
    if (!GetParam()) return entries;
    return {entries[0], entries[1], entries[4]};
  }
  static std::string golden(const std::string& file) { return golden_bytes(name(file)); }

  MemoryFileSystem disk_;
};

TEST_P(GoldenLogTest, HasTheBytesThatOlderNodesWrote) {
  write();
  for (const std::string file : {"00000001.seg", "00000002.seg", "00000001.idx"}) {
    std::string now = disk_.contents("/data/log/" + file);
    if (file.ends_with(".seg")) now = without_zeros(std::move(now));
    EXPECT_EQ(to_hex(golden_bytes(name(file + ".hex"), now)), to_hex(now)) << file;
  }
  const std::string end = disk_.contents("/data/log.end");
  EXPECT_EQ(golden_bytes(name("log.end.hex"), end), end);
}

TEST_P(GoldenLogTest, OfOlderNodesIsRead) {
  const Entries expected = write();
  MemoryFileSystem old;
  for (const std::string file : {"00000001.seg", "00000002.seg"}) {
    std::string bytes = golden(file + ".hex");
    bytes.resize(16 * 1024, '\0');  // a segment of the options above
    old.set_contents("/data/log/" + file, bytes);
  }
  old.set_contents("/data/log/00000001.idx", golden("00000001.idx.hex"));
  old.set_contents("/data/log.end", golden("log.end.hex"));
  JournalOptions reading = options();
  reading.files = &old;
  auto journal = open_ok(reading);
  ASSERT_TRUE(journal);
  EXPECT_TRUE(journal->report().closed_cleanly);
  EXPECT_EQ(journal->report().rebuilt_indexes, 0U) << "the sidecar is read, too";
  const auto found = scan_all(*journal);
  ASSERT_TRUE(found) << found.error().context;
  auto sorted = *found;
  std::ranges::stable_sort(sorted, {},
                           [](const LogEntry& e) { return std::pair(e.partition, e.index); });
  auto wanted = expected;
  std::ranges::stable_sort(wanted, {},
                           [](const LogEntry& e) { return std::pair(e.partition, e.index); });
  EXPECT_EQ(sorted, wanted);
}

INSTANTIATE_TEST_SUITE_P(Formats, GoldenLogTest, testing::Bool());

}  // namespace
}  // namespace florin
