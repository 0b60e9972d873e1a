// Statements read from the log alone: how often an entry is read for a page, and what damage in the log says.
#include "api/answers/statement.hpp"

#include <gtest/gtest.h>

#include <map>

#include "persistence/codec/entry_codec.hpp"
#include "persistence/memory/memory_event_log.hpp"

namespace florin {
namespace {

const AccountId payer = AccountId::from_trusted("alice");
const AccountId hot = AccountId::from_trusted("merchant");
const Currency usd{{'U', 'S', 'D'}};

// Counts what is read, by partition and index; can give another entry than was written.
class CountingLog final : public EventLogReader {
 public:
  explicit CountingLog(EventLogReader& log) : log_(log) {}
  Result<std::string, Error> read(PartitionId partition, LogIndex index) override {
    ++reads_[{partition, index}];
    FLORIN_TRY(bytes, log_.read(partition, index));
    if (damage_) damage_(bytes);
    return std::move(bytes);
  }
  [[nodiscard]] LogIndex last_index(PartitionId partition) const override {
    return log_.last_index(partition);
  }
  Status<Error> scan(const std::vector<LogIndex>& after,
                     const std::function<Status<Error>(const LogEntryView&)>& visit,
                     const std::function<void(std::uint64_t, std::uint64_t)>& progress) override {
    return log_.scan(after, visit, progress);
  }

  void damage(std::function<void(std::string&)> how) { damage_ = std::move(how); }
  [[nodiscard]] std::size_t entries() const { return reads_.size(); }
  [[nodiscard]] int reads() const {
    int sum = 0;
    for (const auto& [entry, count] : reads_) sum += count;
    return sum;
  }

 private:
  EventLogReader& log_;
  std::map<std::pair<PartitionId, LogIndex>, int> reads_;
  std::function<void(std::string&)> damage_;
};

// A log in which one account is credited 0.01 by every event of every entry.
class HotLog {
 public:
  void add_entry(PartitionId partition, int postings, Timestamp time) {
    Position& head = heads_[partition];
    EntryBuilder builder;
    builder.begin();
    const LogIndex index = indexes_[partition] + 1;
    for (int i = 0; i < postings; ++i) {
      const TransferPosted event{
          {}, payer, hot, 1, usd, {}, {head.index, head.ordinal, ++posted_[partition]}};
      head = {index, builder.add(event), partition};
    }
    EXPECT_TRUE(log_.append({partition, index, builder.finish({partition, 1, index, time, {}})}));
    EXPECT_TRUE(log_.sync());
    indexes_[partition] = index;
  }
  [[nodiscard]] std::vector<Position> heads() const {
    std::vector<Position> heads;
    for (const auto& [partition, head] : heads_) heads.push_back(head);
    return heads;
  }
  EventLogReader& reader() { return log_; }

 private:
  MemoryEventLog log_;
  std::map<PartitionId, Position> heads_;
  std::map<PartitionId, LogIndex> indexes_;
  std::map<PartitionId, Minor> posted_;
};

TEST(Statement, ReadsAnEntryOnceForAllItsLines) {
  HotLog written;
  written.add_entry(3, 500, {1});
  CountingLog log(written.reader());
  const auto page = read_statement(log, hot, written.heads(), 100);
  ASSERT_TRUE(page) << page.error().context;
  ASSERT_EQ(page->lines.size(), 100U);
  EXPECT_EQ(page->lines.front().posted_after, 500);
  EXPECT_EQ(page->lines.back().posted_after, 401);
  EXPECT_EQ(page->next, (std::vector<Position>{{1, 399, 3}}));
  EXPECT_EQ(log.reads(), 1);
}

TEST(Statement, ReadsEachOfSeveralEntriesOnce) {
  HotLog written;
  for (int i = 0; i < 4; ++i) written.add_entry(3, 30, {i});
  CountingLog log(written.reader());
  const auto page = read_statement(log, hot, written.heads(), 100);
  ASSERT_TRUE(page) << page.error().context;
  EXPECT_EQ(page->lines.size(), 100U);
  EXPECT_EQ(page->lines.back().time, Timestamp{0});
  EXPECT_EQ(log.entries(), 4U);
  EXPECT_EQ(log.reads(), 4);
}

TEST(Statement, ReadsEachEntryOnceWhenChainsTakeTurns) {
  HotLog written;
  for (int i = 0; i < 20; ++i) written.add_entry(static_cast<PartitionId>(i % 2), 5, {i / 4});
  CountingLog log(written.reader());
  const auto page = read_statement(log, hot, written.heads(), 1'000);
  ASSERT_TRUE(page) << page.error().context;
  EXPECT_EQ(page->lines.size(), 100U);
  EXPECT_EQ(page->lines.back().posted_after, 1);
  EXPECT_TRUE(page->next.empty());
  EXPECT_EQ(log.entries(), 20U);
  EXPECT_EQ(log.reads(), 20);
}

TEST(Statement, ADamagedEventIsNamedWithItsEntry) {
  HotLog written;
  written.add_entry(3, 10, {1});
  written.add_entry(3, 10, {2});
  CountingLog log(written.reader());
  log.damage(
      [](std::string& entry) { entry.back() = '\xc3'; });  // the amount posted: a truth value
  const auto damaged = read_statement(log, hot, written.heads(), 5);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Errc::corrupt);
  EXPECT_NE(damaged.error().context.find("entry 2 of partition 3: event with ordinal 9: "),
            std::string::npos)
      << damaged.error().context;
  const auto before_it = read_statement(log, hot, {{2, 8, 3}}, 5);
  EXPECT_TRUE(before_it) << before_it.error().context;

  log.damage([](std::string& entry) { entry.clear(); });
  const auto empty = read_statement(log, hot, written.heads(), 5);
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, Errc::corrupt);
}

TEST(Statement, AnotherEntryThanWasAskedForIsNotTaken) {
  HotLog written;
  written.add_entry(3, 10, {1});
  written.add_entry(3, 10, {2});
  CountingLog log(written.reader());
  log.damage([&](std::string& entry) { entry = *written.reader().read(3, 1); });
  const auto page = read_statement(log, hot, written.heads(), 5);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, Errc::corrupt);
  EXPECT_NE(page.error().context.find("asked for entry 2 of partition 3, this is entry 1"),
            std::string::npos)
      << page.error().context;
}

// An entry with the right number whose postings are not those that the one behind it stands on.
TEST(Statement, PostingsThatDoNotAddUpAreNotShown) {
  HotLog written;
  written.add_entry(3, 10, {1});
  written.add_entry(3, 10, {2});
  CountingLog log(written.reader());
  // Its last byte is what the account has after its last posting: 10.
  log.damage([&](std::string& entry) {
    if (decode_entry_header(entry)->index == 1) entry.replace(entry.size() - 1, 1, "\x09");
  });
  const auto page = read_statement(log, hot, written.heads(), 20);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, Errc::corrupt);
  EXPECT_NE(page.error().context.find("do not add up"), std::string::npos) << page.error().context;
}

TEST(Statement, AHeadThatIsNoPostingOfTheAccountIsMissing) {
  HotLog written;
  written.add_entry(3, 10, {1});
  for (const Position head : {Position{1, 10, 3}, Position{2, 0, 3}, Position{1, 0, 4}}) {
    const auto page = read_statement(written.reader(), hot, {head}, 5);
    ASSERT_FALSE(page) << head.to_string();
    EXPECT_EQ(page.error().code, Errc::missing);
  }
  const auto stranger =
      read_statement(written.reader(), AccountId::from_trusted("bob"), written.heads(), 5);
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, Errc::missing);
}

}  // namespace
}  // namespace florin
