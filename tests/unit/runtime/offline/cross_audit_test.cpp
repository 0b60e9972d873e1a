// Logs that were cut at different moments: what one partition did with another one that has forgotten it.
#include "runtime/offline/cross_audit.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "persistence/codec/entry_codec.hpp"
#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

class CrossAuditTest : public testing::Test {
 protected:
  CrossAuditTest() : kit_(2), alice_(kit_.account(0, "alice")), bob_(kit_.account(1, "bob")) {
    kit_.open(alice_, 10'000);
    kit_.open(bob_, 5'000);
    opened_ = {kit_.log_size(0), kit_.log_size(1)};
  }
  void pay(Protocol protocol = Protocol::tcc) {
    kit_.send(kit_.transfer(alice_, bob_, 700, protocol));
    kit_.run_until_quiet();
  }
  // Of the logs' first entries, p0 before p1 or the other way round.
  std::vector<CrossFinding> judge(std::size_t first, std::size_t second, bool backwards = false) {
    CrossAudit audit;
    const std::vector<LogIndex> ends{first, second};
    for (PartitionId i = 0; i < 2; ++i) {
      const PartitionId at = backwards ? 1 - i : i;
      for (LogIndex index = 1; index <= ends[at]; ++index) {
        Ordinal ordinal = 0;
        for (const Event& event : events_of(at, index))
          audit.take(at, {index, ordinal++, at}, event);
      }
    }
    return audit.finish(ends);
  }
  std::vector<Event> events_of(PartitionId at, LogIndex index) {
    auto entry = decode_entry(kit_.log(at)[index - 1]);
    EXPECT_TRUE(entry);
    return entry ? std::move(entry->events) : std::vector<Event>();
  }
  static bool has(const std::vector<CrossFinding>& findings, PartitionId lacks, CrossFault fault) {
    return std::ranges::any_of(findings, [&](const CrossFinding& finding) {
      return finding.lacks == lacks && finding.fault == fault && finding.amount == 700 &&
             finding.currency == words::usd;
    });
  }

  PartitionKit kit_;
  AccountId alice_, bob_;
  std::vector<std::size_t> opened_;
};

TEST_F(CrossAuditTest, WholeLogsAgreeInAnyOrderAtAnyMoment) {
  for (const Protocol protocol : {Protocol::tcc, Protocol::saga}) {
    kit_.send(kit_.transfer(alice_, bob_, 700, protocol));
    bool goes_on = true;
    while (goes_on) {
      EXPECT_TRUE(judge(kit_.log_size(0), kit_.log_size(1)).empty());
      EXPECT_TRUE(judge(kit_.log_size(0), kit_.log_size(1), true).empty());
      goes_on = kit_.step();
    }
    kit_.run_until_quiet();
    EXPECT_TRUE(judge(kit_.log_size(0), kit_.log_size(1)).empty());
  }
}

TEST_F(CrossAuditTest, ACancelledTransferAgreesToo) {
  kit_.send(kit_.transfer(alice_, kit_.account(1, "nobody"), 700));
  kit_.run_until_quiet();
  EXPECT_TRUE(judge(kit_.log_size(0), kit_.log_size(1)).empty());
  EXPECT_TRUE(judge(kit_.log_size(0), kit_.log_size(1), true).empty());
}

TEST_F(CrossAuditTest, APayeeWhosePartitionForgotTheMoney) {
  pay();
  EXPECT_TRUE(has(judge(kit_.log_size(0), opened_[1]), 1, CrossFault::one_sided));
  EXPECT_TRUE(has(judge(kit_.log_size(0), opened_[1], true), 1, CrossFault::one_sided));
}

TEST_F(CrossAuditTest, APayerWhosePartitionForgotTheTransfer) {
  pay();
  EXPECT_TRUE(has(judge(opened_[0], kit_.log_size(1)), 0, CrossFault::one_sided));
}

TEST_F(CrossAuditTest, APayerWhosePartitionForgotTheDecision) {
  pay();
  EXPECT_TRUE(has(judge(opened_[0] + 1, kit_.log_size(1)), 0, CrossFault::one_sided));
}

TEST_F(CrossAuditTest, AReservationWhosePartitionForgotTheConfirm) {
  pay();
  // As far as the Try, and not further.
  EXPECT_TRUE(has(judge(kit_.log_size(0), opened_[1] + 1), 1, CrossFault::one_sided));
}

TEST_F(CrossAuditTest, ASagaWhoseSecondStepIsForgotten) {
  pay(Protocol::saga);
  EXPECT_TRUE(has(judge(kit_.log_size(0), opened_[1]), 1, CrossFault::one_sided));
}

// The legs are forgotten at the fence, and still the payer's partition does not know how it ended.
TEST_F(CrossAuditTest, AFenceBeyondTheEndOfALog) {
  pay();
  const auto findings = judge(opened_[0], kit_.log_size(1));
  EXPECT_TRUE(std::ranges::any_of(findings, [](const CrossFinding& finding) {
    return finding.what.find("knows that every transfer with a leg there up to") !=
           std::string::npos;
  }));
}

TEST_F(CrossAuditTest, AFenceOverATransferThatIsOpenWithALegThere) {
  const auto started = [](const ByLeg<LegSpec>& legs) {
    return TransferStarted{words::uuid(1), words::alice, Protocol::tcc,
                           words::usd,     words::noon,  legs};
  };
  const auto judged = [&](const ByLeg<LegSpec>& legs) {
    CrossAudit audit;
    audit.take(0, {1, 0, 0}, started(legs));
    audit.take(1, {1, 0, 1}, FenceAdvanced{0, 2});
    return audit.finish({2, 1, 0});
  };
  const LegSpec payer{words::alice, 0, LegRole::debit, 700};
  EXPECT_TRUE(judged({payer, {words::bob, 2, LegRole::credit, 700}}).empty())
      << "it has no leg where the fence is";
  EXPECT_TRUE(
      has(judged({payer, {words::bob, 1, LegRole::credit, 700}}), 0, CrossFault::outcome_unknown));
  EXPECT_TRUE(has(
      judged({payer, {words::bob, 2, LegRole::credit, 300}, {words::bob, 1, LegRole::credit, 700}}),
      0, CrossFault::outcome_unknown))
      << "the last of its legs is there";
}

// Every shorter log that anything depends on is noticed: no cut of one log agrees with the whole other one.
TEST_F(CrossAuditTest, NoCutIsTakenForWholeAsLongAsAPostingIsMissing) {
  pay();
  std::size_t last_posting = 0;
  for (std::size_t index = 1; index <= kit_.log_size(1); ++index)
    for (const Event& event : events_of(1, index))
      if (holds_alternative<LegConfirmed>(event)) last_posting = index;
  ASSERT_GT(last_posting, opened_[1]);
  for (std::size_t end = opened_[1]; end < last_posting; ++end)
    EXPECT_FALSE(judge(kit_.log_size(0), end).empty()) << end;
  EXPECT_TRUE(judge(kit_.log_size(0), last_posting).empty());
}

}  // namespace
}  // namespace florin
