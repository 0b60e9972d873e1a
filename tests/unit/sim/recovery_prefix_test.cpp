// The checker sees a log that lost, changed or invented entries over a crash.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

// A log that says what the test wants.
class DoctoredLog final : public EventLogReader {
 public:
  explicit DoctoredLog(std::vector<std::string> entries) : entries_(std::move(entries)) {}
  Result<std::string, Error> read(PartitionId, LogIndex index) override {
    return entries_.at(index - 1);
  }
  [[nodiscard]] LogIndex last_index(PartitionId) const override { return entries_.size(); }
  Status<Error> scan(const std::vector<LogIndex>&,
                     const std::function<Status<Error>(const LogEntryView&)>&,
                     const std::function<void(std::uint64_t, std::uint64_t)>&) override {
    return Unit{};
  }

 private:
  std::vector<std::string> entries_;
};

class RecoveryPrefixTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_recovery_prefix(run_); }

 protected:
  // Entries a and b are durable; c was handed over and nobody was told.
  RecoveryPrefixTest() { index_ = 0; }
  void SetUp() override {
    hand_over("a");
    hand_over("b");
    hand_over("c");
    checker().on_durable(0, 1, "a", nobody_.state());
    checker().on_durable(0, 2, "b", nobody_.state());
  }
  void hand_over(const std::string& bytes) { checker().on_appended({0, ++index_, bytes}); }
  void recover(std::vector<std::string> entries) {
    DoctoredLog log(std::move(entries));
    checker().on_log_recovered(0, log);
  }
  LogIndex index_ = 0;
};

TEST_F(RecoveryPrefixTest, TakesTheCommittedPrefixWithOrWithoutWhatWasUnderWay) {
  recover({"a", "b"});
  recover({"a", "b", "c"});
  expect_fine();
}

TEST_F(RecoveryPrefixTest, SeesALostEntry) {
  recover({"a"});
  expect_wrong("but 2 were durable");
}

TEST_F(RecoveryPrefixTest, SeesAChangedEntry) {
  recover({"a", "B"});
  expect_wrong("entry 2 is another one after the crash");
}

TEST_F(RecoveryPrefixTest, SeesAnInventedEntry) {
  recover({"a", "b", "c", "d"});
  expect_wrong("entry 4 is in the log and was never handed to it");
}

TEST_F(RecoveryPrefixTest, SeesAnEntryPublishedThatWasNotHandedOver) {
  checker().on_durable(0, 3, "x", nobody_.state());
  expect_wrong("is not what was handed to the log");
}

TEST_F(RecoveryPrefixTest, SeesADurableEntryHandedOverOnceMore) {
  checker().on_appended({0, 2, "b2"});
  expect_wrong("was handed to the log once more");
}

}  // namespace
}  // namespace florin::sim
