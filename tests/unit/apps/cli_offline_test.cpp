// What `florin audit` and `florin replay` accept, show, and end with.
#include <gtest/gtest.h>

#include "apps/florin/offline.hpp"
#include "apps/florin/progress_bar.hpp"

namespace florin::cli {
namespace {

Currency usd() { return *parse_currency("USD"); }

AuditReport clean_report() {
  AuditReport report;
  report.partitions = 16;
  report.entries = 7;
  report.totals = {{usd(), 1234, -1234}};
  return report;
}

TEST(CliOffline, ReadsPositionsAndTimesAndNothingAsTheEnd) {
  const auto end = parse_until("");
  EXPECT_TRUE(!end->position && !end->time);
  const auto position = parse_until("p3:17:2");
  EXPECT_TRUE(position->position && !position->time);
  EXPECT_EQ(*position->position, (Position{17, 2, 3}));
  const auto time = parse_until("1970-01-01T00:00:01Z");
  EXPECT_TRUE(!time->position && time->time);
  EXPECT_EQ(time->time->us, 1'000'000);
}

TEST(CliOffline, RefusesOtherMomentsAndNamesTheForms) {
  for (const char* text : {"yesterday", "p3:17", "17", "2026-11-22", "p3:17:0 "}) {
    const auto until = parse_until(text);
    ASSERT_FALSE(until) << text;
    EXPECT_EQ(exit_for(until.error().code), exit_usage);
    EXPECT_NE(until.error().context.find("p3:17:0"), std::string::npos) << until.error().context;
    EXPECT_NE(until.error().context.find("RFC 3339"), std::string::npos) << until.error().context;
  }
}

TEST(CliOffline, SystemAccountsNeedAPositionThatNamesThePartition) {
  EXPECT_TRUE(parse_replay_account("alice", {}));
  EXPECT_FALSE(parse_replay_account("a b", {}));
  EXPECT_FALSE(parse_replay_account("@outside:USD", {}));
  EXPECT_FALSE(parse_replay_account("@outside:USD", {{}, Timestamp{1}}));
  EXPECT_TRUE(parse_replay_account("@outside:USD", {Position{1, 0, 3}, {}}));
}

TEST(CliOffline, ExitCodesTellUseDamageAndDivergenceApart) {
  EXPECT_EQ(exit_for(Errc::locked), exit_unreachable);
  EXPECT_EQ(exit_for(Errc::corrupt), exit_unreadable);
  EXPECT_EQ(exit_for(Errc::missing), exit_unreadable);
  EXPECT_EQ(exit_for(Errc::io), exit_unreadable);
  AuditReport report = clean_report();
  EXPECT_EQ(exit_for(report), exit_ok);
  report.divergence = Divergence{2, 5, "x"};
  EXPECT_EQ(exit_for(report), exit_divergence);
}

TEST(CliOffline, AnAuditShowsTotalsForEachCurrency) {
  const std::string text = render_audit(clean_report());
  EXPECT_NE(text.find("USD          12.34    -12.34   0.00\n"), std::string::npos) << text;
  EXPECT_NE(text.find("clean"), std::string::npos) << text;
  EXPECT_EQ(text.find("torn"), std::string::npos) << text;
  const std::string json = audit_json(clean_report());
  EXPECT_NE(json.find(R"("clean":true,"partitions":16)"), std::string::npos) << json;
  EXPECT_NE(
      json.find(R"({"currency":"USD","accounts":"12.34","clearing":"-12.34","total":"0.00"})"),
      std::string::npos)
      << json;
}

TEST(CliOffline, ADivergenceNamesPartitionEntryAndWhat) {
  AuditReport report = clean_report();
  report.divergence = Divergence{2, 5, "the hash chain is \"broken\""};
  const std::string text = render_audit(report);
  EXPECT_NE(text.find("DIVERGENCE in partition 2 at entry 5: the hash chain"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("clean:"), std::string::npos) << text;
  const std::string json = audit_json(report);
  EXPECT_NE(json.find(R"("clean":false)"), std::string::npos) << json;
  EXPECT_NE(
      json.find(R"("divergence":{"partition":2,"index":5,"what":"the hash chain is \"broken\""}})"),
      std::string::npos)
      << json;
}

TEST(CliOffline, ABalanceShowsPostedHeldAndAvailable) {
  HistoricalBalance balance;
  balance.account.account = *AccountId::parse("alice");
  balance.account.currency = usd();
  balance.account.available = 700;
  balance.account.held = 300;
  balance.position = {17, 2, 3};
  balance.time = Timestamp{1'000'000};
  EXPECT_NE(
      balance_json(balance).find(
          R"("posted":"10.00","held":"3.00","available":"7.00","frozen":false,"closed":false,"position":"p3:17:2","time":"1970-01-01T00:00:01.000000Z")"),
      std::string::npos)
      << balance_json(balance);
  EXPECT_NE(render_balance(balance).find("posted            10.00\n"), std::string::npos);
}

TEST(CliProgressBar, CountsFromEmptyToFull) {
  const std::chrono::milliseconds second{1000};
  EXPECT_EQ(ProgressBar::line("audit", 0, 0, second),
            "audit [..............................] 0%  0/0 MiB  0 MiB/s");
  const std::uint64_t mib = 1 << 20;
  const std::string full = ProgressBar::line("audit", 64 * mib, 64 * mib, second);
  EXPECT_NE(full.find("] 100%  64/64 MiB  64 MiB/s"), std::string::npos) << full;
  EXPECT_NE(ProgressBar::line("audit", 32 * mib, 64 * mib, second).find("###...."),
            std::string::npos);
}

}  // namespace
}  // namespace florin::cli
