// The load generator on several nodes: they share one fake wallet, as a cluster does, and some do not serve.
#include <gtest/gtest.h>

#include <memory>
#include <mutex>

#include "apps/florin_load/load_run.hpp"
#include "apps/florin_load/measure/report.hpp"
#include "apps/florin_load/setup.hpp"
#include "apps/florin_load/verification.hpp"
#include "tests/unit/apps/fake_node.hpp"

namespace florin::load {
namespace {

struct FakeCluster {
  std::shared_ptr<test::FakeWallet> wallet = std::make_shared<test::FakeWallet>();
  std::shared_ptr<std::mutex> mutex = std::make_shared<std::mutex>();
  std::vector<std::unique_ptr<test::FakeNode>> nodes;

  // Answers `status` with this code after so many transfers.
  void add(int serves = INT32_MAX, int status = 503, const std::string& code = "no_leader") {
    nodes.push_back(std::make_unique<test::FakeNode>([wallet = wallet, mutex = mutex, serves,
                                                      status,
                                                      code](const auto& method, const auto& target,
                                                            const auto& body) mutable {
      const std::lock_guard lock(*mutex);
      if (target.starts_with("/v1/wallet/") && serves-- <= 0)
        return test::FakeAnswer{status, R"({"code":")" + code + "\"}", "Retry-After: 1\r\n", false};
      return (*wallet)(method, target, body);
    }));
  }
  [[nodiscard]] std::vector<client::ServerAddress> addresses() const {
    std::vector<client::ServerAddress> out;
    for (const auto& node : nodes) out.push_back(node->address());
    return out;
  }
};

struct Outcome {
  RunResult run;
  Verification verification;
  std::vector<std::uint64_t> answers;
};

Outcome load(FakeCluster& cluster, const std::function<void()>& before_run = {}) {
  auto engine = HttpEngine::open(cluster.addresses(), {6, 5'000'000'000}).value();
  const Accounts accounts("t", 20, ask_partition_count(cluster.addresses()).value());
  Ledger ledger(accounts, "USD", "");
  const auto created = create_accounts(*engine, ledger, false, false);
  EXPECT_TRUE(created);
  EXPECT_TRUE(deposit_to_all(*engine, ledger, 10'000, false));
  auto source = TransferSource::make(accounts, {});
  engine->set_depth(1);
  const auto before = engine->answers_by_node();
  if (before_run) before_run();
  RunOptions options;
  options.transfers = 3'000;
  options.in_flight = 6;
  Outcome outcome;
  outcome.run = LoadRun(*engine, ledger, *source, options).run().value();
  outcome.answers = engine->answers_by_node();
  for (std::size_t i = 0; i < before.size(); ++i) outcome.answers[i] -= before[i];
  outcome.verification = verify(*engine, ledger, *created, {}).value();
  return outcome;
}

TEST(LoadOnACluster, SpreadsOverItsNodes) {
  FakeCluster cluster;
  for (int i = 0; i < 3; ++i) cluster.add();
  const Outcome o = load(cluster);
  EXPECT_EQ(o.run.success, 3'000U);
  EXPECT_TRUE(o.verification.holds()) << o.verification.differences.front();
  for (const std::uint64_t answers : o.answers) EXPECT_GT(answers, 300U);
}

TEST(LoadOnACluster, LeavesANodeThatHasNoLeaderToAsk) {
  FakeCluster cluster;
  cluster.add(100);
  cluster.add();
  const Outcome o = load(cluster);
  EXPECT_EQ(o.run.success, 3'000U);
  EXPECT_TRUE(o.verification.holds()) << o.verification.differences.front();
  EXPECT_GT(o.run.retried_overloaded, 0U);
  EXPECT_GT(o.answers[1], 2'500U);
}

TEST(LoadOnACluster, StaysAtANodeThatIsOverloaded) {
  FakeCluster cluster;
  cluster.add();
  cluster.add();
  cluster.wallet->overloaded_every = 50;
  const Outcome o = load(cluster);
  EXPECT_EQ(o.run.success, 3'000U);
  EXPECT_TRUE(o.verification.holds()) << o.verification.differences.front();
  for (const std::uint64_t answers : o.answers) EXPECT_GT(answers, 500U);
}

TEST(LoadOnACluster, GoesOnWithTheOthersWhenANodeDies) {
  FakeCluster cluster;
  for (int i = 0; i < 3; ++i) cluster.add();
  const Outcome o = load(cluster, [&] { cluster.nodes[1].reset(); });
  EXPECT_EQ(o.run.success, 3'000U);
  EXPECT_TRUE(o.verification.holds()) << o.verification.differences.front();
  EXPECT_EQ(o.answers[1], 0U);
  EXPECT_GT(o.answers[0] + o.answers[2], 2'999U);
}

TEST(LoadOnACluster, ReportsEachNodesShareAndTheSumOfTheirCpu) {
  Report report;
  report.run.success = 1'000'000;
  report.add_node({"http://a", 300, 1.0, 10, 20});
  report.add_node({"http://b", 100, 2.0, 10, 30});
  EXPECT_DOUBLE_EQ(report.node_cpu_s.value(), 3.0);
  EXPECT_EQ(report.node_resident_after, 50U);
  const std::string text = report_text(report);
  EXPECT_NE(text.find("http://a  75.0 % of the answers (300), CPU 1.00 s\n"), std::string::npos)
      << text;
  report.add_node({"http://c", 0, {}, 0, 0});
  EXPECT_FALSE(report.node_cpu_s);
  EXPECT_NE(report_json(report).find("\"cpu_seconds\": null"), std::string::npos);
}

}  // namespace
}  // namespace florin::load
