// The load generator: what it measures with, what it draws, and a whole run against a wallet that may lie.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "apps/florin_load/load_run.hpp"
#include "apps/florin_load/measure/latency_plot.hpp"
#include "apps/florin_load/measure/node_meter.hpp"
#include "apps/florin_load/measure/report.hpp"
#include "apps/florin_load/setup.hpp"
#include "apps/florin_load/verification.hpp"
#include "tests/unit/apps/fake_node.hpp"

namespace florin::load {
namespace {

TEST(LoadHistogram, GivesExactPercentilesOfSmallNumbers) {
  Histogram h;
  for (std::uint64_t v = 1; v <= 100; ++v) h.record(v);
  EXPECT_EQ(h.percentile(500'000), 50U);
  EXPECT_EQ(h.percentile(990'000), 99U);
  EXPECT_EQ(h.percentile(999'000), 100U);
  EXPECT_EQ(h.percentile(1), 1U);
  EXPECT_EQ(h.max(), 100U);
  EXPECT_EQ(h.mean(), 50U);
}

TEST(LoadHistogram, IsNeverLowAndAtMostOneInHundredTwentyEightHigh) {
  client::Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t value = random.next() >> random.below(64);
    Histogram h;
    h.record(value);
    h.record(UINT64_MAX);  // so that max() does not hide the bucket's edge
    const std::uint64_t level = h.percentile(500'000);
    ASSERT_GE(level, value);
    ASSERT_LE(level - value, value / 128);
    if (i == 200) i = 19'000;  // 60 KB per histogram: a thousand are enough
  }
}

TEST(LoadHistogram, MergesAndIsEmptyAtFirst) {
  Histogram a, b;
  EXPECT_EQ(a.percentile(500'000), 0U);
  a.record(10, 99);
  b.record(1000);
  a.merge(b);
  EXPECT_EQ(a.count(), 100U);
  EXPECT_EQ(a.percentile(990'000), 10U);
  EXPECT_EQ(a.percentile(1'000'000), 1000U);
}

TEST(LoadZipf, DrawsTheSameRanksForTheSameSeed) {
  const Zipf zipf(1000);
  client::Random first(42), second(42);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(zipf.draw(first), zipf.draw(second));
}

TEST(LoadZipf, FollowsItsLaw) {
  const Zipf zipf(100);
  client::Random random(1);
  std::vector<int> seen(100);
  constexpr int draws = 1'000'000;
  for (int i = 0; i < draws; ++i) ++seen[zipf.draw(random)];
  // Harmonic sum of 1/r^0.99 for 100 ranks is 5.2976: rank 0 has 18.88 %, rank 1 9.50 %, rank 9 1.93 %.
  EXPECT_NEAR(seen[0], 188'800, 2'000);
  EXPECT_NEAR(seen[1], 95'050, 1'500);
  EXPECT_NEAR(seen[9], 19'320, 700);
  EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 0);
}

TEST(LoadZipf, HasOneRankWhenThereIsOne) {
  client::Random random(1);
  EXPECT_EQ(Zipf(1).draw(random), 0U);
}

TEST(LoadAccounts, NamesAreShortAndFoundAgain) {
  const Accounts accounts("l7f3", 1234, 16);
  EXPECT_EQ(accounts.name(123), "l7f3-000123");
  EXPECT_EQ(accounts.find("l7f3-000123"), 123U);
  for (const char* foreign : {"l7f3-001234", "x7f3-000123", "l7f3-00012x", "@outside:USD", ""})
    EXPECT_EQ(accounts.find(foreign), accounts.count()) << foreign;
  EXPECT_TRUE(Accounts::fits("l7f3", 16'000'000));
  EXPECT_FALSE(Accounts::fits("much-too-long", 10));
  EXPECT_NE(fresh_prefix(), fresh_prefix());
}

TEST(LoadAccounts, EveryAccountIsInThePartitionThatItsHashNames) {
  const Accounts accounts("a", 1000, 16);
  std::size_t members = 0;
  for (std::uint16_t p = 0; p < 16; ++p) {
    members += accounts.members(p).size();
    EXPECT_GT(accounts.members(p).size(), 30U);
    for (const std::uint32_t account : accounts.members(p))
      EXPECT_EQ(accounts.partition(account), p);
  }
  EXPECT_EQ(members, 1000U);
}

std::vector<Draw> draws_of(const Accounts& accounts, TransferSource::Options options, int count) {
  auto source = TransferSource::make(accounts, options);
  EXPECT_TRUE(source);
  std::vector<Draw> draws;
  for (int i = 0; i < count; ++i) draws.push_back(source->next());
  return draws;
}

TEST(LoadTransferSource, NeverPaysOneself) {
  const Accounts accounts("a", 50, 4);
  for (const auto distribution : {Distribution::uniform, Distribution::zipf, Distribution::one_hot})
    for (const int cross : {-1, 0, 500, 1000})
      for (const Draw& d : draws_of(accounts, {distribution, cross, 100, 3}, 2000)) {
        ASSERT_NE(d.from, d.to);
        ASSERT_LT(d.from, 50U);
        ASSERT_LT(d.to, 50U);
        ASSERT_GE(d.amount_minor, 1U);
        ASSERT_LE(d.amount_minor, 100U);
      }
}

TEST(LoadTransferSource, KeepsTheShareAcrossPartitions) {
  const Accounts accounts("a", 500, 8);
  for (const auto distribution : {Distribution::uniform, Distribution::zipf, Distribution::one_hot})
    for (const int wanted : {0, 250, 1000}) {
      int cross = 0;
      for (const Draw& d : draws_of(accounts, {distribution, wanted, 100, 3}, 10'000))
        if (accounts.partition(d.from) != accounts.partition(d.to)) ++cross;
      EXPECT_NEAR(cross, wanted * 10, 150) << to_string(distribution);
    }
}

TEST(LoadTransferSource, OneHotPaysOneMerchantOnly) {
  const Accounts accounts("a", 500, 8);
  for (const Draw& d : draws_of(accounts, {Distribution::one_hot, -1, 100, 3}, 1000))
    ASSERT_EQ(d.to, 0U);
}

TEST(LoadTransferSource, SaysWhyAShareCannotBeReached) {
  const Accounts one("a", 500, 1);
  const auto source = TransferSource::make(one, {Distribution::uniform, 1000, 100, 3});
  ASSERT_FALSE(source);
  EXPECT_NE(source.error().context.find("one partition"), std::string::npos);
}

TEST(LoadLedger, WritesATransferAsTheApiTakesIt) {
  const Accounts accounts("a", 2, 1);
  Ledger ledger(accounts, "USD", "saga");
  const std::uint32_t index = ledger.add(outside, 1, 1234, 0);
  std::string json;
  ledger.append_json(json, index);
  std::string id(client::uuid_chars, ' ');
  client::write_uuid(ledger.at(index).id, id.data());
  EXPECT_EQ(
      json,
      R"({"from_account":"@outside:USD","to_account":"a-000001","amount":"12.34","currency":"USD",)"
      R"("protocol":"saga","transaction_id":")" +
          id + "\"}");
  EXPECT_EQ(ledger.find(ledger.at(index).id).begin, index);
  EXPECT_EQ(ledger.find(ledger.at(index).id).size(), 1U);
  EXPECT_EQ(ledger.find(Uuid{}).size(), 0U);
}

TEST(LoadLedger, MovesMoneyOnceHoweverOftenSuccessIsSaid) {
  const Accounts accounts("a", 2, 1);
  Ledger ledger(accounts, "USD", "");
  const std::uint32_t transfer = ledger.add(0, 1, 5, 0);
  ledger.settle(transfer, TransferState::pending);
  EXPECT_EQ(ledger.balance(1), 0);
  ledger.settle(transfer, TransferState::success);
  ledger.settle(transfer, TransferState::success);
  EXPECT_EQ(ledger.balance(0), -5);
  EXPECT_EQ(ledger.balance(1), 5);
}

TEST(LoadLedger, WritesATransactionByItsPostings) {
  const Accounts accounts("a", 3, 1);
  Ledger ledger(accounts, "USD", "");
  ledger.add(0, 1, 1, 0);
  const std::vector<Draw> draws{{0, 1, 100}, {2, 1, 250}};
  const std::uint32_t index = ledger.add_transaction(draws, 0);
  ledger.add(0, 1, 1, 0);
  std::string json;
  ledger.append_json(json, index);
  std::string id(client::uuid_chars, ' ');
  client::write_uuid(ledger.at(index).id, id.data());
  EXPECT_EQ(
      json,
      R"({"postings":[{"from_account":"a-000000","to_account":"a-000001","amount":"1.00","currency":"USD"},)"
      R"({"from_account":"a-000002","to_account":"a-000001","amount":"2.50","currency":"USD"}],)"
      R"("transaction_id":")" +
          id + "\"}");
  const Ledger::Rows rows = ledger.find(ledger.at(index + 1).id);
  EXPECT_EQ(rows.begin, index);
  EXPECT_EQ(rows.size(), 2U);
}

TEST(LoadLedger, EndsAllPostingsOfATransactionTogether) {
  const Accounts accounts("a", 3, 1);
  Ledger ledger(accounts, "USD", "");
  const std::vector<Draw> draws{{0, 1, 100}, {2, 1, 250}};
  const std::uint32_t refused = ledger.add_transaction(draws, 0);
  const std::uint32_t done = ledger.add_transaction(draws, 0);
  ledger.settle(refused, TransferState::refused);
  ledger.settle(done, TransferState::success);
  ledger.settle(done, TransferState::success);
  EXPECT_EQ(ledger.balance(0), -100);
  EXPECT_EQ(ledger.balance(1), 350);
  EXPECT_EQ(ledger.balance(2), -250);
  EXPECT_EQ(ledger.at(refused + 1).state, TransferState::refused);
  EXPECT_EQ(ledger.at(done + 1).state, TransferState::success);
}

TEST(LoadAnswers, TellsFinalFromRepeatable) {
  const auto verdict = [](int status, std::string_view body) {
    client::HttpAnswer answer;
    answer.status = status;
    answer.body = body;
    return read_transfer_answer(answer).verdict;
  };
  EXPECT_EQ(verdict(200, R"({"Status":"success"})"), Verdict::success);
  EXPECT_EQ(verdict(200, R"({})"), Verdict::retry);
  EXPECT_EQ(verdict(202, R"({"Status":"pending"})"), Verdict::pending);
  EXPECT_EQ(verdict(422, R"({"code":"account_frozen"})"), Verdict::refused);
  EXPECT_EQ(verdict(503, R"({"code":"overloaded"})"), Verdict::retry);
  EXPECT_EQ(verdict(500, ""), Verdict::retry);
}

TEST(LoadAnswers, ReadsABatchInOrderAndRefusesAWrongCount) {
  const std::string body =
      R"({"results":[{"Status":"success","Transaction_id":"x","Position":"p0:1:0"},)"
      R"({"Status":"failed","code":"account_frozen"},{"Status":"failed","code":"overloaded"},)"
      R"({"Status":"pending"}]})";
  std::vector<Verdict> verdicts;
  const auto keep = [&](std::size_t i, const TransferAnswer& a) {
    EXPECT_EQ(i, verdicts.size());
    verdicts.push_back(a.verdict);
  };
  EXPECT_TRUE(read_batch_answer(body, 4, keep));
  EXPECT_EQ(verdicts,
            (std::vector{Verdict::success, Verdict::refused, Verdict::retry, Verdict::pending}));
  verdicts.clear();
  EXPECT_FALSE(read_batch_answer(body, 3, keep));
  EXPECT_FALSE(read_batch_answer("{}", 0, keep));
}

// Every '<' opens a tag that is closed, in order; attributes are quoted.
bool well_formed(std::string_view xml) {
  std::vector<std::string> open;
  for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = xml.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string_view::npos ||
        std::count(tag.begin(), tag.end(), '\'') % 2 != 0)
      return false;
    if (tag.starts_with('?') || tag.ends_with('/')) continue;
    const std::string name(tag.substr(tag.starts_with('/') ? 1 : 0, tag.find(' ')));
    if (!tag.starts_with('/')) {
      open.push_back(name);
    } else {
      if (open.empty() || open.back() != name) return false;
      open.pop_back();
    }
  }
  return open.empty();
}

TEST(LoadLatencyPlot, IsWellFormedWhateverItsTextsHold) {
  Histogram h;
  EXPECT_TRUE(well_formed(latency_plot_svg(h, "empty", "")));
  client::Random random(1);
  for (int i = 0; i < 10'000; ++i) h.record(100'000 + random.below(5'000'000));
  const std::string svg = latency_plot_svg(h, "a <b> & \"c\"", "d\n'");
  EXPECT_TRUE(well_formed(svg)) << svg;
  for (const char* must :
       {"a &lt;b&gt; &amp; &quot;c&quot;", "99.9%", "percentile", "latency", "ms"})
    EXPECT_NE(svg.find(must), std::string::npos) << must;
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(LoadNodeMeter, FindsTheProcessThatListens) {
  test::FakeNode node([](const auto&, const auto&, const auto&) { return test::FakeAnswer{}; });
  const auto pid = find_listener(static_cast<std::uint16_t>(std::stoi(node.address().port)));
  EXPECT_EQ(pid, ::getpid());
  const auto usage = read_node_usage(::getpid());
  ASSERT_TRUE(usage);
  EXPECT_GT(usage->resident_bytes, 1'000'000U);
  EXPECT_FALSE(read_node_usage(0));
}

// A whole run against a fake wallet.
struct Outcome {
  RunResult run;
  std::uint64_t unresolved = 0;
  Verification verification;
};

Outcome load(test::FakeWallet wallet, RunOptions options, std::size_t connections = 4,
             std::size_t depth = 2) {
  auto shared = std::make_shared<test::FakeWallet>(std::move(wallet));
  test::FakeNode node([shared](const auto& method, const auto& target, const auto& body) {
    return (*shared)(method, target, body);
  });
  auto engine = HttpEngine::open(node.address(), {connections, 5'000'000'000});
  EXPECT_TRUE(engine);
  const Accounts accounts("t", 20, ask_partition_count({node.address()}).value());
  Ledger ledger(accounts, "USD", "");
  const auto created = create_accounts(**engine, ledger, false, false);
  EXPECT_TRUE(created);
  EXPECT_TRUE(deposit_to_all(**engine, ledger, 10'000, false));
  auto source = TransferSource::make(accounts, {});
  (*engine)->set_depth(depth);
  Outcome outcome;
  auto run = LoadRun(**engine, ledger, *source, options).run();
  EXPECT_TRUE(run);
  outcome.run = std::move(*run);
  outcome.unresolved = resolve_pending(**engine, ledger, 2'000'000'000, false).value();
  outcome.verification = verify(**engine, ledger, *created, {}).value();
  return outcome;
}

RunOptions closed(std::uint64_t transfers, std::size_t batch = 0) {
  RunOptions options;
  options.transfers = transfers;
  options.in_flight = 8;
  options.batch = batch;
  return options;
}

TEST(LoadRunAgainstAWallet, HoldsWhenTheWalletIsHonest) {
  const Outcome o = load({}, closed(3000));
  EXPECT_EQ(o.run.success, 3000U);
  EXPECT_EQ(o.run.latency.count(), 3000U);
  EXPECT_EQ(o.unresolved, 0U);
  EXPECT_TRUE(o.verification.holds()) << o.verification.differences.front();
  EXPECT_EQ(o.verification.transfers_on_both, 3020U);
  EXPECT_EQ(o.verification.entries_read, 6020U);
  EXPECT_EQ(o.verification.partitions_balanced, 4U);
}

TEST(LoadRunAgainstAWallet, HoldsInBatchesWithALastOneThatIsShort) {
  const Outcome o = load({}, closed(1050, 100));
  EXPECT_EQ(o.run.success, 1050U);
  EXPECT_EQ(o.run.by_http_status.at(200), 11U);
  EXPECT_TRUE(o.verification.holds()) << o.verification.differences.front();
}

TEST(LoadRunAgainstAWallet, HoldsWithTransactionsAloneAndInBatches) {
  for (const std::size_t batch : {0U, 50U})
    for (const std::size_t postings : {1U, 2U, 8U}) {
      RunOptions options = closed(300, batch);
      options.postings = postings;
      const Outcome o = load({}, options);
      EXPECT_EQ(o.run.success, 300U);
      EXPECT_EQ(o.run.latency.count(), 300U);
      EXPECT_EQ(o.run.wrong_answers, 0U);
      EXPECT_TRUE(o.verification.holds()) << o.verification.differences.front();
      EXPECT_EQ(o.verification.transfers_on_both, 20 + 300 * postings);
    }
}

TEST(LoadRunAgainstAWallet, FindsATransactionOfWhichOneCreditNeverCame) {
  test::FakeWallet wallet;
  wallet.loses_a_credit = true;
  RunOptions options = closed(100);
  options.postings = 3;
  const Outcome o = load(std::move(wallet), options);
  EXPECT_FALSE(o.verification.holds());
  const auto& d = o.verification.differences;
  EXPECT_TRUE(std::ranges::any_of(d, [](const std::string& s) {
    return s.find("is missing on the statement") != std::string::npos;
  }));
}

TEST(LoadRunAgainstAWallet, FindsATransactionThatWasDoneTwice) {
  test::FakeWallet wallet;
  wallet.doubles_a_transfer = true;
  RunOptions options = closed(100);
  options.postings = 3;
  const Outcome o = load(std::move(wallet), options);
  EXPECT_FALSE(o.verification.holds());
  const auto& d = o.verification.differences;
  EXPECT_TRUE(
      std::ranges::any_of(d, [](const std::string& s) { return s.ends_with("is there twice"); }));
}

TEST(LoadRunAgainstAWallet, RepeatsWithTheSameIdAfterOverloadAndLostAnswers) {
  test::FakeWallet wallet;
  wallet.overloaded_every = 7;
  wallet.drops_every = 50;
  const Outcome o = load(std::move(wallet), closed(500));
  EXPECT_EQ(o.run.success, 500U);
  EXPECT_GT(o.run.retried_overloaded, 50U);
  EXPECT_GT(o.run.retried_lost, 5U);
  EXPECT_TRUE(o.verification.holds()) << o.verification.differences.front();
}

TEST(LoadRunAgainstAWallet, RepeatsTheOverloadedOnesOfABatch) {
  test::FakeWallet wallet;
  wallet.overloaded_every = 9;
  const Outcome o = load(std::move(wallet), closed(500, 50));
  EXPECT_EQ(o.run.success, 500U);
  EXPECT_GT(o.run.retried_overloaded, 40U);
  EXPECT_TRUE(o.verification.holds()) << o.verification.differences.front();
}

TEST(LoadRunAgainstAWallet, FindsACreditThatNeverCame) {
  test::FakeWallet wallet;
  wallet.loses_a_credit = true;
  const Outcome o = load(std::move(wallet), closed(200));
  EXPECT_FALSE(o.verification.holds());
  std::string all;
  for (const std::string& d : o.verification.differences) all += d + "\n";
  EXPECT_NE(all.find("trial balance"), std::string::npos) << all;
  EXPECT_NE(all.find("our books say"), std::string::npos) << all;
  EXPECT_NE(all.find("is missing on the statement"), std::string::npos) << all;
}

TEST(LoadRunAgainstAWallet, FindsATransferThatWasDoneTwice) {
  test::FakeWallet wallet;
  wallet.doubles_a_transfer = true;
  const Outcome o = load(std::move(wallet), closed(200));
  EXPECT_FALSE(o.verification.holds());
  const auto& d = o.verification.differences;
  EXPECT_TRUE(std::any_of(d.begin(), d.end(),
                          [](const std::string& s) { return s.ends_with("is there twice"); }));
}

TEST(LoadRunAgainstAWallet, OpenLoopSendsAtTheRate) {
  RunOptions options;
  options.rate = 2000;
  options.seconds = 0.2;
  options.in_flight = 1;
  const Outcome o = load({}, options, 1, 1);
  EXPECT_EQ(o.run.issued, 400U);
  EXPECT_EQ(o.run.success, 400U);
  EXPECT_EQ(o.run.not_issued, 0U);
  EXPECT_GE(o.run.elapsed_ns, 199'000'000);
}

TEST(LoadRunAgainstAWallet, OpenLoopChargesTheWaitOfARequestThatQueued) {
  RunOptions options;
  options.rate = 10'000'000;  // all are due within 30 us, and served one after the other
  options.transfers = 300;
  options.in_flight = 1;
  const Outcome o = load({}, options, 1, 1);
  const auto elapsed = static_cast<std::uint64_t>(o.run.elapsed_ns);
  EXPECT_EQ(o.run.success, 300U);
  EXPECT_GE(o.run.latency.max(), elapsed * 9 / 10);
  EXPECT_GE(o.run.latency.percentile(750'000), elapsed / 4);
}

TEST(LoadReport, CountsNodesForAMillion) {
  Report report;
  report.run.success = 40'000;
  report.run.elapsed_ns = 1'000'000'000;
  report.client_cpu_s = 0.4;
  EXPECT_EQ(report.nodes_for_a_million(), 25U);
  EXPECT_DOUBLE_EQ(report.per_million(report.client_cpu_s), 10);
  simdjson::dom::parser parser;
  const std::string json = report_json(report);
  double rate = 0;
  ASSERT_EQ(parser.parse(json)["transfers_per_second"].get(rate), simdjson::SUCCESS) << json;
  EXPECT_DOUBLE_EQ(rate, 40'000);
  EXPECT_NE(report_text(report).find("= 25\n"), std::string::npos) << report_text(report);
  report.postings = 5;
  EXPECT_EQ(report.nodes_for_a_million(), 5U) << "each posting is a debit and a credit";
  EXPECT_NE(report_text(report).find("transactions/s   40000"), std::string::npos);
}

}  // namespace
}  // namespace florin::load
