// A log whose bytes are whole and whose events contradict each other: the offline tools say where, and do not end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "persistence/codec/entry_codec.hpp"
#include "runtime/offline/replay.hpp"
#include "tests/component/persistence/temporary_directory.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;
using testing::HasSubstr;

class OfflineContradiction : public testing::Test {
 protected:
  // One partition, one entry for each list of events, chain and checksums as they should be.
  void write(const std::vector<std::vector<Event>>& entries) {
    auto directory = DataDirectory::open(path_, 1);
    ASSERT_TRUE(directory);
    JournalOptions options;
    options.directory = directory->log_path();
    options.data_id = directory->identity().id;
    options.partitions = 1;
    options.prepare_ahead = false;
    auto journal = Journal::open(options);
    ASSERT_TRUE(journal) << journal.error().context;
    EntryHeader header;
    for (const auto& events : entries) {
      EntryBuilder builder;
      builder.begin();
      for (const Event& event : events) builder.add(event);
      header.term = 1;
      ++header.index;
      header.time = noon;
      const std::string bytes = builder.finish(header);
      header.previous_hash = chain_hash(bytes);
      ASSERT_TRUE((*journal)->append({0, header.index, bytes}));
    }
    ASSERT_TRUE((*journal)->close_cleanly());
  }

  test::TemporaryDirectory dir_;
  std::string path_ = dir_ / "data";
};

TEST_F(OfflineContradiction, IsNamedByEntryEventAndField) {
  AccountOpened opened;
  opened.account = alice;
  opened.currency = usd;
  const LegTried tried{{{1, 0, 0}, 0}, {alice, bob, uuid(1), 5, usd, LegRole::debit}};
  write({{opened}, {AccountFrozen{alice, ""}, tried}});
  auto log = OfflineLog::open(path_);
  ASSERT_TRUE(log) << log.error().context;
  const auto report = audit_data_directory(*log, {});
  ASSERT_TRUE(report) << report.error().context;
  ASSERT_TRUE(report->divergence);
  EXPECT_EQ(report->divergence->index, 2U);
  EXPECT_THAT(report->divergence->what,
              HasSubstr("event 1 (leg_tried) contradicts the state before it: amount"));
  const auto balance = replay_account(*log, alice, {}, {});
  ASSERT_FALSE(balance);
  EXPECT_EQ(balance.error().code, Errc::corrupt);
  EXPECT_THAT(balance.error().context, HasSubstr("entry 2 of partition 0: event 1 (leg_tried)"));
}

}  // namespace
}  // namespace florin
