// The minimiser keeps exactly what a failure needs; a plan survives its file.
#include "sim/plan/minimise.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/plan/plan_file.hpp"

namespace florin::sim {
namespace {

// An artificial bug: it needs one certain fault and two certain actions, and nothing else.
struct ArtificialBug {
  SimTime fault_at, first_at, second_at;

  RunReport operator()(const RunPlan& plan) const {
    RunReport report;
    const auto acts = [&](SimTime at) {
      return std::ranges::any_of(plan.workload.actions,
                                 [&](const Action& a) { return a.at == at; });
    };
    const bool faulty =
        std::ranges::any_of(plan.faults.faults, [&](const Fault& f) { return f.at == fault_at; });
    if (!faulty || !acts(first_at)) return report;
    report.outcome = Outcome::correctness;
    report.checker = acts(second_at) ? "auditor" : "another";
    return report;
  }
};

RunPlan plan_with_faults() {
  RunPlan plan = draw_plan(3, RunKind::solo);
  plan.options.faults = 12;
  plan.faults = draw_fault_plan(plan.options);
  plan.options.network.loss_permille = 50;
  return plan;
}

TEST(Minimise, LeavesOnlyWhatTheFailureNeeds) {
  const RunPlan plan = plan_with_faults();
  const auto& actions = plan.workload.actions;
  const ArtificialBug bug{plan.faults.faults.at(7).at, actions.at(20).at,
                          actions.at(actions.size() - 3).at};
  const Minimised small = minimise(plan, bug(plan), bug);
  EXPECT_EQ(small.plan.faults.faults.size(), 1U);
  EXPECT_EQ(small.plan.workload.actions.size(), 2U);
  EXPECT_EQ(small.plan.options.network.loss_permille, 0U);
  EXPECT_EQ(small.report.checker, "auditor") << "it must fail in the same way";
  EXPECT_LT(small.runs, 400U);
}

TEST(Minimise, EndsAtTheNumberOfRunsThatItIsGiven) {
  const RunPlan plan = plan_with_faults();
  const ArtificialBug bug{plan.faults.faults.at(0).at, plan.workload.actions.at(0).at,
                          plan.workload.actions.at(1).at};
  EXPECT_EQ(minimise(plan, bug(plan), bug, {}, 10).runs, 10U);
}

TEST(Minimise, ShrinksAWholeRunToNothingWhenItFailsByItself) {
  RunPlan plan = draw_plan(3, RunKind::solo);
  plan.options.events_max = 1;
  const auto run = [](const RunPlan& smaller) { return run_plan(smaller); };
  const Minimised small = minimise(plan, run_plan(plan), run);
  EXPECT_EQ(small.plan.faults.faults.size() + small.plan.workload.actions.size(), 0U);
  EXPECT_EQ(small.report.outcome, Outcome::liveness);
}

void expect_same_run_from_file(const RunPlan& plan) {
  const RunReport report = run_plan(plan);
  const auto read = read_plan(write_plan(plan, report), "test");
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_EQ(run_plan(*read).trace_hash, report.trace_hash);
  EXPECT_EQ(to_string(*read), to_string(plan));
}

TEST(PlanFile, GivesTheSameRun) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed)
    expect_same_run_from_file(draw_plan(seed, RunKind::solo));
  expect_same_run_from_file(draw_plan(1, RunKind::cluster));
}

TEST(PlanFile, KeepsThePostingsOfTransactions) {
  RunPlan plan = draw_plan(1, RunKind::solo);
  Action action;
  action.kind = ActionKind::transaction;
  action.transaction = 1'000'000;
  action.postings = {{ActionPosting::outside, 1, 50}, {1, 0, 30}, {0, ActionPosting::outside, 7}};
  settle(action);
  plan.workload.actions.push_back(action);
  std::ranges::stable_sort(plan.workload.actions, {}, &Action::at);
  const auto read = read_plan(write_plan(plan, {}), "test");
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_EQ(to_string(*read), to_string(plan));
  const auto found =
      std::ranges::find(read->workload.actions, action.transaction, &Action::transaction);
  ASSERT_NE(found, read->workload.actions.end());
  EXPECT_EQ(found->postings, action.postings);
  EXPECT_EQ(found->account, 1U);
  EXPECT_EQ(found->other, 1U) << "the other side is outside";
  EXPECT_EQ(found->amount, 50);
}

// In so many seeds that what transactions promise can fail, and the others are what they were.
TEST(Transactions, AreInSomeSeeds) {
  std::size_t with = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const RunPlan plan = draw_plan(seed, RunKind::solo);
    bool has_some = false;
    for (const Action& action : plan.workload.actions) {
      if (action.kind != ActionKind::transaction) continue;
      has_some = true;
      EXPECT_GE(action.postings.size(), 2U);
      EXPECT_LE(action.postings.size(), 8U);
      for (const ActionPosting& posting : action.postings) {
        EXPECT_NE(posting.from, posting.to);
        EXPECT_GT(posting.amount, 0);
      }
    }
    if (has_some) ++with;
  }
  EXPECT_GT(with, 10U);
  EXPECT_LT(with, 60U);
}

TEST(PlanFile, NamesTheLineThatIsWrong) {
  const auto error = [](const std::string& text) {
    const auto plan = read_plan(text, "f");
    return plan ? std::string("fine") : plan.error().context;
  };
  EXPECT_EQ(error("option nodes 2\n\noption colour 3\n"), "f:3: no option is named 'colour'");
  EXPECT_EQ(error("option nodes two\n"), "f:1: 'two' is no number for here");
  EXPECT_EQ(error("# fine\nnonsense\n"), "f:2: unknown word 'nonsense'");
  EXPECT_EQ(error("fault crash at 1 node\n"), "f:1: the line ends too early");
  EXPECT_EQ(error("option nodes 2 3\n"), "f:1: '3' is too much");
  const std::string before =
      "currency USD\naccount a USD partition 0 allow_negative 0 daily_limit -1\n"
      "action transaction a a USD tcc at 1 amount 1 id 1 deadline -1 patience 1 attempts 1 ";
  EXPECT_EQ(error(before + "\n"), "f:3: the line ends too early");
  EXPECT_EQ(error(before + "postings 1 a @outside 4\n"), "f:3: a transaction has 2 to 8 postings");
  EXPECT_EQ(error(before + "postings 2 a @outside 4 a a 5\n"), "f:3: a posting has two sides");
  EXPECT_EQ(error(before + "postings 2 a @outside 4 a b 5\n"), "f:3: no account is named 'b'");
  EXPECT_EQ(error("account a USD partition 9 allow_negative 0 daily_limit -1\n"),
            "f:1: no such partition");
}

}  // namespace
}  // namespace florin::sim
