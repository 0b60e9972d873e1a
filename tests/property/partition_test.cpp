// Partitions under random programs: clients, deliveries in any order, lost and repeated messages, time,
// checkpoints, and crashes at any moment. PartitionKit audits the books after every turn; here is what
// must be true of whole programs.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <map>
#include <ostream>

#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

constexpr std::uint32_t partition_count = 3;
constexpr std::size_t account_count = 7;

enum class Op : int {
  deposit,
  withdraw,
  tcc,
  saga,
  repeat,
  change,
  deliver,
  deliver_copy,
  drop,
  wait,
  sync,
  checkpoint,
  crash,
};
constexpr int op_count = 13;
constexpr std::array op_names{"deposit", "withdraw",   "tcc",  "saga", "repeat",
                              "change",  "deliver",    "copy", "drop", "wait",
                              "sync",    "checkpoint", "crash"};

struct Step {
  Op op = Op::deliver;
  int a = 0;
  int b = 0;
  int amount = 1;
};
std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << op_names.at(static_cast<std::size_t>(step.op)) << "(" << step.a << "," << step.b
             << "," << step.amount << ")";
}
using Program = std::vector<Step>;

rc::Gen<Program> programs(std::vector<Op> ops) {
  return rc::gen::container<Program>(
      rc::gen::construct<Step>(rc::gen::elementOf(std::move(ops)), rc::gen::inRange(0, 1'000),
                               rc::gen::inRange(0, 1'000), rc::gen::inRange(1, 120)));
}
std::vector<Op> all_ops() {
  std::vector<Op> ops;
  for (int op = 0; op < op_count; ++op) ops.push_back(static_cast<Op>(op));
  // Mostly money and messages.
  for (const Op op :
       {Op::tcc, Op::saga, Op::tcc, Op::saga, Op::deliver, Op::deliver, Op::deliver, Op::deliver})
    ops.push_back(op);
  return ops;
}

struct WorldOptions {
  std::size_t resident_accounts_max = 100;
  bool doubled = false;  // every message is handled twice
  bool auto_sync = true;
};

// A small cluster with accounts of every kind, and what its clients asked for.
class World {
 public:
  explicit World(WorldOptions options)
      : kit_(partition_count,
             PartitionOptions{.resident_accounts_max = options.resident_accounts_max}) {
    if (options.doubled) kit_.doubled();
    for (std::size_t i = 0; i < account_count; ++i) {
      const auto home = static_cast<PartitionId>(i % partition_count);
      accounts_.push_back(
          kit_.account(home, "account" + std::string(1, static_cast<char>('a' + i))));
      OpenAccount open{.account = accounts_.back(), .currency = words::usd, .metadata = {}};
      if (i == 1) open.allow_negative = true;
      if (i == 2) open.daily_debit_limit = 150;
      if (i == 6) open.currency = words::eur;
      kit_.send(home, open);
      if (i < 4) start(words::outside_usd, accounts_[i], 200, Protocol::tcc);
    }
    if (!options.auto_sync) kit_.hold_syncs();
  }

  void run(const Program& program) {
    for (const Step& step : program) run(step);
  }
  void run(const Step& step) {
    const auto at = static_cast<PartitionId>(step.a % static_cast<int>(partition_count));
    const AccountId& from = account(step.a);
    switch (step.op) {
      case Op::deposit: return start(words::outside_usd, from, step.amount, Protocol::tcc);
      case Op::withdraw: return start(from, words::outside_usd, step.amount, Protocol::tcc);
      case Op::tcc: return start(from, account(step.b), step.amount, Protocol::tcc);
      case Op::saga: return start(from, account(step.b), step.amount, Protocol::saga);
      case Op::repeat: return repeat(step);
      case Op::change: return change(from, step.b);
      case Op::deliver: return on_network(step, [&](std::size_t i) { kit_.deliver(i); });
      case Op::deliver_copy: return on_network(step, [&](std::size_t i) { kit_.deliver_copy(i); });
      case Op::drop: return on_network(step, [&](std::size_t i) { kit_.drop(i); });
      case Op::wait: return wait(step);
      case Op::sync: return kit_.sync(at);
      case Op::checkpoint: return kit_.checkpoint(at);
      case Op::crash: return kit_.crash(at);
    }
  }

  // Nothing is lost any more: everything that is open must end, and the books must show exactly the
  // transfers that ended well.
  void settle_and_check() {
    kit_.run_until_quiet();
    kit_.expect_quiet_books();
    std::map<AccountId, Minor> expected;
    for (const StartTransfer& asked : asked_) {
      const AccountId& owner = asked.from.is_system() ? asked.to : asked.from;
      auto records = kit_.state(home_of(owner)).ended_records(asked.transaction_id);
      ASSERT_LE(records.size(), 1U) << "one outcome";
      check_answers(asked, records);
      if (records.empty() || records[0].status != TransferStatus::completed) continue;
      expected[asked.from] -= asked.amount;
      expected[asked.to] += asked.amount;
    }
    for (const AccountId& id : accounts_) {
      EXPECT_EQ(kit_.account_state(id).available, expected[id]) << id.view();
      EXPECT_EQ(kit_.account_state(id).held, 0) << id.view();
      EXPECT_EQ(kit_.account_state(id).incoming, 0) << id.view();
    }
  }
  // What was answered is what happened, and only one answer of all is unmarked.
  void check_answers(const StartTransfer& asked, const std::vector<TransferRecord>& records) {
    int unmarked = 0;
    for (const std::string& answer : kit_.replies(asked.request)) {
      if (answer.starts_with("no "))
        continue;  // a refusal of the request itself: nothing is recorded
      ASSERT_EQ(records.size(), 1U) << "an answer is never lost: " << answer;
      EXPECT_TRUE(answer.starts_with(words::text(records[0].status))) << answer;
      if (!answer.ends_with(" replayed")) ++unmarked;
    }
    EXPECT_LE(unmarked, 1);
  }
  // No leg is posted or given back twice, no transfer is decided twice or confirmed after its deadline.
  void check_logs() {
    for (std::uint32_t p = 0; p < partition_count; ++p) {
      std::map<TransferId, Timestamp> deadlines;  // of TC/C
      std::map<std::pair<std::string, LegKey>, int> times;
      LogIndex index = 0;
      for (const std::string& bytes : kit_.log(static_cast<PartitionId>(p))) {
        const auto entry = decode_entry(bytes);
        ASSERT_TRUE(entry);
        ++index;
        Ordinal ordinal = 0;
        for (const Event& event : entry->events) {
          const Position at{index, ordinal++, static_cast<PartitionId>(p)};
          if (const auto* started = get_if<TransferStarted>(&event);
              started != nullptr && started->protocol == Protocol::tcc)
            deadlines[at] = started->deadline;
          if (const auto* given = get_if<ClientDeadlineGiven>(&event))
            if (const auto known = deadlines.find(given->transfer); known != deadlines.end())
              known->second = std::min(known->second, given->deadline);
          const std::string name(event_name(event));
          if (const auto* cancelled = get_if<CancelDecided>(&event)) {
            EXPECT_EQ((++times[{"transfer_decided", {cancelled->transfer, 0}}]), 1);
          }
          if (const auto* decided = get_if<TransferDecided>(&event)) {
            EXPECT_EQ((++times[{name, {decided->transfer, 0}}]), 1);
            const auto deadline = deadlines.find(decided->transfer);
            EXPECT_TRUE(decided->decision != Decision::confirm || deadline == deadlines.end() ||
                        entry->header.time <= deadline->second);
          }
          for (const LegKey& leg : moved(event)) EXPECT_EQ((++times[{name, leg}]), 1) << name;
        }
      }
    }
  }
  // The log alone gives the same state as living through it did, checkpoints and crashes included.
  void check_replay() {
    for (std::uint32_t p = 0; p < partition_count; ++p) {
      const auto at = static_cast<PartitionId>(p);
      EXPECT_EQ(kit_.state_text(at), kit_.replayed_text(at)) << "p" << p;
    }
  }
  [[nodiscard]] std::vector<std::string> logs() const {
    std::vector<std::string> all;
    for (std::uint32_t p = 0; p < partition_count; ++p)
      for (const std::string& entry : kit_.log(static_cast<PartitionId>(p))) all.push_back(entry);
    return all;
  }
  PartitionKit& kit() { return kit_; }

 private:
  static std::vector<LegKey> moved(const Event& event) {
    if (const auto* e = get_if<LegTried>(&event)) return {e->leg};
    if (const auto* e = get_if<LegConfirmed>(&event)) return {e->leg};
    if (const auto* e = get_if<LegCancelled>(&event)) return {e->leg};
    if (const auto* e = get_if<StepApplied>(&event)) return {e->leg};
    if (const auto* e = get_if<StepCompensated>(&event)) return {e->leg};
    return {};
  }
  [[nodiscard]] const AccountId& account(int n) const {
    return accounts_[static_cast<std::size_t>(n) % account_count];
  }
  [[nodiscard]] PartitionId home_of(const AccountId& id) const {
    return PartitionMap(partition_count).partition_of(id);
  }
  void start(const AccountId& from, const AccountId& to, Minor amount, Protocol protocol) {
    asked_.push_back(kit_.transfer(from, to, amount, protocol));
    if (amount % 4 == 0) asked_.back().deadline = kit_.now() + amount * 20'000;  // soon
    kit_.send(asked_.back());
  }
  void repeat(const Step& step) {
    if (asked_.empty()) return;
    kit_.send(asked_[static_cast<std::size_t>(step.a) % asked_.size()]);
  }
  void change(const AccountId& id, int which) {
    const std::array changes{AccountChange::freeze, AccountChange::unfreeze,
                             AccountChange::unfreeze, AccountChange::close};
    kit_.send(home_of(id), ChangeAccount{.account = id,
                                         .change = changes[static_cast<std::size_t>(which) % 4],
                                         .reason = "test"});
  }
  template <class Do>
  void on_network(const Step& step, Do&& what) {
    if (kit_.network().empty()) return;
    what(static_cast<std::size_t>(step.a) % kit_.network().size());
  }
  // Milliseconds mostly, a day sometimes: deadlines pass, limits start anew.
  void wait(const Step& step) {
    kit_.advance(step.b % 20 == 0 ? words::day : std::int64_t{step.b} * 10'000);
    for (std::uint32_t p = 0; p < partition_count; ++p) kit_.turn(static_cast<PartitionId>(p), {});
  }

  PartitionKit kit_;
  std::vector<AccountId> accounts_;
  std::vector<StartTransfer> asked_;
};

// gtest's failures inside a property must fail (and shrink) the program.
template <class Check>
void holds(Check&& check) {
  const bool failed_before = ::testing::Test::HasFailure();
  check();
  RC_ASSERT(failed_before || !::testing::Test::HasFailure());
}

RC_GTEST_PROP(PartitionProperty, EndsEveryTransferOnceWhateverTheNetworkAndTheDisksDo, ()) {
  const Program program = *programs(all_ops());
  holds([&] {
    World world({.auto_sync = false});
    world.run(program);
    world.settle_and_check();
    world.check_logs();
  });
}

RC_GTEST_PROP(PartitionProperty, RebuildsTheSameStateFromTheLogAlone, ()) {
  const Program program = *programs(all_ops());
  holds([&] {
    World world({.auto_sync = false});
    world.run(program);
    world.check_replay();
    world.settle_and_check();
    world.check_replay();
  });
}

// Ops whose effect does not depend on how many messages are under way.
std::vector<Op> orderly_ops() {
  return {Op::deposit, Op::withdraw, Op::tcc,    Op::saga, Op::tcc,
          Op::saga,    Op::repeat,   Op::change, Op::wait};
}

// After each command all messages are delivered, oldest first.
std::vector<std::string> orderly_logs(const Program& program, WorldOptions options) {
  World world(options);
  for (const Step& step : program) {
    world.run(step);
    if (step.b % 3 != 0) world.kit().deliver_all();
    if (options.resident_accounts_max < 10)
      for (std::uint32_t p = 0; p < partition_count; ++p)
        world.kit().checkpoint(static_cast<PartitionId>(p));
  }
  world.settle_and_check();
  return world.logs();
}

RC_GTEST_PROP(PartitionProperty, DoesEverythingTwiceAsOnce, ()) {
  const Program program = *programs(orderly_ops());
  holds([&] { EXPECT_EQ(orderly_logs(program, {}), orderly_logs(program, {.doubled = true})); });
}

RC_GTEST_PROP(PartitionProperty, GivesTheSameResultsWhenAccountsArePassivated, ()) {
  const Program program = *programs(orderly_ops());
  holds([&] {
    EXPECT_EQ(orderly_logs(program, {}), orderly_logs(program, {.resident_accounts_max = 2}));
  });
}

RC_GTEST_PROP(PartitionProperty, RunsTheSameProgramTheSameWay, ()) {
  const Program program = *programs(all_ops());
  holds([&] {
    World first({.auto_sync = false});
    World second({.auto_sync = false});
    first.run(program);
    second.run(program);
    EXPECT_EQ(first.logs(), second.logs());
  });
}

}  // namespace
}  // namespace florin
