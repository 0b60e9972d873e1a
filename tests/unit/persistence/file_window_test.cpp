// What a file claims about its own lengths is worth no memory before the file is that long.
#include <gtest/gtest.h>

#include "persistence/journal/segment/segment_scan.hpp"
#include "tests/unit/persistence/journal_fixture.hpp"

namespace florin::journal {
namespace {

// 100 bytes; remembers how much room it was ever given.
class SmallFile final : public File {
 public:
  Result<std::size_t, Error> write_some_at(std::uint64_t, std::string_view bytes) override {
    return bytes.size();
  }
  Result<std::size_t, Error> read_at(std::uint64_t offset, std::span<char> into) override {
    most = std::max(most, into.size());
    return offset < 100 ? std::min<std::size_t>(into.size(), 100 - offset) : std::size_t{0};
  }
  Status<Error> sync_data() override { return Unit{}; }
  Status<Error> preallocate(std::uint64_t) override { return Unit{}; }
  Result<std::uint64_t, Error> size() override { return std::uint64_t{100}; }

  std::size_t most = 0;
};

TEST(FileWindow, TakesNoMoreMemoryThanTheFileHasBytes) {
  SmallFile file;
  FileWindow window(file, "small");
  const auto view = window.view(32, std::size_t{200} << 20);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->size(), 68U);
  EXPECT_LE(file.most, std::size_t{1} << 20);
}

// A header with a good checksum may claim any length of its body.
TEST(SegmentScan, ABlockThatClaimsMoreThanAnyBlockHasIsNone) {
  using namespace florin::test;
  MemoryFileSystem disk;
  {
    auto journal = open_ok(small_options(disk));
    commit(*journal, 0, 60);
  }
  std::string bytes = disk.contents(segment_path(1));
  BlockHeader header;
  header.sequence = 2;
  header.body_bytes = ~std::uint32_t{0};
  encode_block_header(header, small_options(disk).data_id, bytes.data() + 4096 + 112);
  disk.set_contents(segment_path(1), bytes);
  auto journal = open_ok(small_options(disk));
  ASSERT_NE(journal, nullptr);
  EXPECT_EQ(journal->last_index(0), 1U);
  EXPECT_NE(journal->report().cut_bytes, 0U);
}

}  // namespace
}  // namespace florin::journal
