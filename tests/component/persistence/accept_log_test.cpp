// florin accept-log on a real directory: what it gives up, and when it refuses.
#include "runtime/offline/accept_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/journal/log_end.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "tests/component/persistence/temporary_directory.hpp"

namespace florin {
namespace {

using testing::HasSubstr;

class AcceptLog : public testing::Test {
 protected:
  static JournalOptions options_of(const DataDirectory& directory) {
    JournalOptions options;
    options.directory = directory.log_path();
    options.end_file = directory.log_end_path();
    options.data_id = directory.identity().id;
    options.partitions = 2;
    options.segment_bytes = 1 << 20;
    options.prepare_ahead = false;
    return options;
  }
  // So many entries, each a block, and a clean end. What opening says, if it does not.
  std::string run(int entries) {
    auto directory = DataDirectory::open(path_, 2);
    if (!directory) return directory.error().context;
    auto journal = Journal::open(options_of(*directory));
    if (!journal) return journal.error().context;
    for (int i = 0; i < entries; ++i) {
      EXPECT_TRUE((*journal)->append({0, (*journal)->last_index(0) + 1, "entry"}));
      EXPECT_TRUE((*journal)->sync());
    }
    EXPECT_TRUE((*journal)->close_cleanly());
    return "";
  }
  void put_back(const std::string& log) {
    std::filesystem::remove_all(path_ + "/log");
    std::filesystem::copy(log, path_ + "/log");
  }
  Errc refusal() {
    const auto accepted = accept_log(path_);
    return accepted ? Errc::io : accepted.error().code;
  }

  test::TemporaryDirectory directory_;
  const std::string path_ = directory_ / "data";
};

TEST_F(AcceptLog, GoesOnWithAnOlderCopyAndSaysWhatIsLost) {
  ASSERT_EQ(run(3), "");
  std::filesystem::copy(path_ + "/log", directory_ / "older");
  ASSERT_EQ(run(5), "");
  put_back(directory_ / "older");
  EXPECT_THAT(run(1), HasSubstr("ends with block 4, but block 10 was durable"));
  const auto accepted = accept_log(path_);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->blocks, 4U);
  EXPECT_EQ(accepted->blocks_lost, 6U);
  EXPECT_EQ(accepted->state_moved_to, "");
  EXPECT_EQ(refusal(), Errc::invalid) << "once";
  EXPECT_EQ(run(1), "");
}

TEST_F(AcceptLog, GoesOnWithNothingAtAll) {
  ASSERT_EQ(run(3), "");
  std::filesystem::remove_all(path_ + "/log");
  EXPECT_THAT(run(1), HasSubstr("is empty, but block 4 was durable"));
  EXPECT_FALSE(std::filesystem::exists(path_ + "/log")) << "refused: nothing is made";
  ASSERT_TRUE(accept_log(path_));
  EXPECT_EQ(run(1), "");
}

TEST_F(AcceptLog, TakesANoteThatIsDamagedOrAnothersForNone) {
  ASSERT_EQ(run(3), "");
  std::ofstream(path_ + "/log.end") << "nonsense";
  EXPECT_THAT(run(1), HasSubstr("log.end"));
  ASSERT_TRUE(accept_log(path_));
  EXPECT_EQ(run(1), "");
  ASSERT_TRUE(journal::write_log_end(posix_file_system(), path_ + "/log.end", {5, 700}));
  EXPECT_THAT(run(1), HasSubstr("belongs to another data directory"));
  ASSERT_TRUE(accept_log(path_));
  EXPECT_EQ(run(1), "");
}

TEST_F(AcceptLog, RefusesWhatIsWholeInUseOfAClusterOrNoDirectory) {
  ASSERT_EQ(run(3), "");
  EXPECT_EQ(refusal(), Errc::invalid);
  {
    const auto used = DataDirectory::open(path_, 2);
    EXPECT_EQ(refusal(), Errc::locked);
  }
  EXPECT_EQ(accept_log(directory_ / "none").error().code, Errc::missing);
  { ASSERT_TRUE(DataDirectory::open(directory_ / "member", 2, {"prod", 1})); }
  EXPECT_EQ(accept_log(directory_ / "member").error().code, Errc::mismatch);
}

}  // namespace
}  // namespace florin
