// Exhaustive exploration of one hosted order: nothing goes wrong in any interleaving, everything comes to an end, each cell of the state
// table is met or known not to be, and what is wrong would be noticed.
#include "sim/explore/hosted/hosted_explorer.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

namespace florin::sim {
namespace {

constexpr std::uint64_t hosted_states_max = 400'000;

std::string path_of(const HostedReport& report) {
  std::string text = report.name + ": " + report.violation;
  for (const std::string& move : report.path) text += "\n  " + move;
  return text;
}

void add_to(HostedCells& met, const HostedCells& more) {
  for (std::size_t p = 0; p < met.size(); ++p)
    for (std::size_t i = 0; i < met[p].size(); ++i) met[p][i] += more[p][i];
}

const HostedCase& hosted_case_named(std::string_view name) {
  for (const HostedCase& each : hosted_cases())
    if (each.name == name) return each;
  throw std::runtime_error("no case of that name");
}

struct Run {
  const char* name;
  HostedBudget budget;
};
// Chosen by what they meet for what they cost: together each cell that any exploration has met. The others, and larger budgets:
// florin-sim --explore payments.
constexpr Run chosen[] = {
    {"hosted-conflict", {1, 0, 0}},       {"hosted-paid", {0, 0, 1}},
    {"hosted-bank", {1, 0, 0}},           {"hosted-refused", {0, 0, 1}},
    {"hosted-risk", {0, 0, 1}},           {"hosted-risk", {0, 1, 0}},
    {"hosted-received", {0, 0, 1}},       {"hosted-ended-frozen", {0, 0, 1}},
    {"hosted-other-bank", {1, 0, 0}},     {"hosted-other-bank", {0, 1, 0}},
    {"hosted-risk", {1, 0, 0}},           {"hosted-contradicted-frozen", {0, 0, 1}},
    {"hosted-bank", {0, 1, 0}},           {"hosted-received-bank", {1, 0, 0}},
    {"hosted-other-frozen", {1, 0, 0}},   {"hosted-amount", {0, 0, 1}},
    {"hosted-paid", {0, 1, 0}},           {"hosted-cancelled-bank", {0, 0, 1}},
    {"hosted-contradicted", {0, 0, 1}},   {"hosted-received-bank", {0, 1, 0}},
    {"hosted-action", {0, 0, 1}},         {"hosted-frozen", {0, 0, 1}},
    {"hosted-expired", {0, 1, 1}},        {"hosted-contradicted-frozen", {0, 1, 0}},
    {"hosted-expired", {0, 2, 0}},        {"hosted-contested", {1, 0, 0}},
    {"hosted-contested-risk", {0, 0, 1}}, {"hosted-amount-action", {0, 0, 1}},
    {"hosted-amount-bank", {0, 1, 0}},    {"hosted-refused", {0, 2, 1}},
};

TEST(HostedExplore, NothingGoesWrongAndEveryCellOfTheStateTableIsMetOrKnownToBeUnreachable) {
  HostedCells met{};
  for (const auto& [name, budget] : chosen) {
    const HostedReport report = explore_hosted(hosted_case_named(name), budget, hosted_states_max);
    EXPECT_EQ(report.violation, "") << path_of(report);
    EXPECT_TRUE(report.complete) << name << " has more states than this test may take";
    EXPECT_GT(report.ends + report.rests, 0U) << name;
    add_to(met, report.cells);
  }
  EXPECT_EQ(cells_against_table(met), std::vector<std::string>());
}

TEST(HostedExplore, NothingGoesWrongWithOneOfEach) {
  const HostedReport report =
      explore_hosted(hosted_case_named("hosted-risk"), {1, 1, 1}, hosted_states_max);
  EXPECT_EQ(report.violation, "") << path_of(report);
  EXPECT_TRUE(report.complete);
}

TEST(HostedExplore, TheSameExplorationTwiceIsTheSame) {
  const HostedReport first =
      explore_hosted(hosted_case_named("hosted-paid"), {0, 1, 0}, hosted_states_max);
  const HostedReport second =
      explore_hosted(hosted_case_named("hosted-paid"), {0, 1, 0}, hosted_states_max);
  EXPECT_EQ(first.states, second.states);
  EXPECT_EQ(first.moves, second.moves);
  EXPECT_EQ(first.cells, second.cells);
}

// Worlds that no honest order comes to.
class HostedChecks : public testing::Test {
 protected:
  std::string after_time() {
    return rules_.make(world_, {HostedMove::Kind::thaw, HostedMove::How::well, 0});
  }
  HostedRules rules_{hosted_case_named("hosted-paid")};
  HostedWorld world_ = rules_.initial({});
};

TEST_F(HostedChecks, SeeTwoPages) {
  world_.provider.pages = 2;
  EXPECT_EQ(after_time(), "two pages were made for one order");
}

TEST_F(HostedChecks, SeeASecondCredit) {
  world_.provider.captures = 1;
  world_.order.phase = OrderPhase::posting;
  world_.credits = {{{LedgerFlow::sale, 1}, false}, {{LedgerFlow::sale, 2}, false}};
  EXPECT_EQ(after_time(), "credited twice");
}

TEST_F(HostedChecks, SeeACreditThatNobodyHasPaid) {
  world_.credits = {{{LedgerFlow::sale, 1}, false}};
  EXPECT_EQ(after_time(), "credited, and nobody has paid");
}

TEST_F(HostedChecks, SeeASuccessThatNobodyHasPaid) {
  world_.order.phase = OrderPhase::crediting;
  EXPECT_EQ(after_time(), "a SUCCESS that nobody has paid");
}

TEST_F(HostedChecks, SeeAnEntryBeforeItsCredit) {
  world_.entries[static_cast<std::size_t>(LedgerFlow::sale)] = 1;
  EXPECT_EQ(after_time(), "an entry before its credit");
}

TEST_F(HostedChecks, SeeAnEndInWhichPaidMoneyIsNowhere) {
  world_.provider.captures = 1;
  world_.order.phase = OrderPhase::failed;
  EXPECT_EQ(rules_.check_end(world_), "paid, FAILED, and in no suspense");
}

TEST_F(HostedChecks, SeeAnEndOnTheWay) {
  world_.order.phase = OrderPhase::awaiting_payer;
  EXPECT_EQ(rules_.check_end(world_), "it ends in awaiting_payer");
}

}  // namespace
}  // namespace florin::sim
