// Effects leave in one order, and calls to the outside as everything else: when their entry is durable, or never. A toy stands
// for the kinds that will call: a pay-out that owes one call until it hears that it is paid.
#include "actors/partition/outside.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "sim/ports/sim_outside_world.hpp"
#include "tests/support/actor_kit.hpp"
#include "tests/support/quiet_ports.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using testing::ElementsAre;

// --- the toy ---------------------------------------------------------------------------------------------

struct PayoutBegun {
  Uuid id;
  std::string bytes;
};
struct PayoutPaid {
  Uuid id;
};
using PayoutEvent = std::variant<PayoutBegun, PayoutPaid>;

struct Payout {
  Uuid id;
  std::string bytes;
  bool is_paid = false;
};

void evolve(std::map<Uuid, Payout>& payouts, const PayoutBegun& event) {
  payouts[event.id] = {event.id, event.bytes, false};
}
void evolve(std::map<Uuid, Payout>& payouts, const PayoutPaid& event) {
  payouts.at(event.id).is_paid = true;
}

// A function of its state: after a crash the same call, under the same id, with the same bytes.
std::optional<OutsideCall> owed(const Payout& payout) {
  if (payout.is_paid) return std::nullopt;
  return OutsideCall{"bank", payout.id, 0, std::make_shared<const std::string>(payout.bytes),
                     ActorId{ActorKind{"payout"}, 0, payout.id.to_string()}};
}

// One log of pay-outs. What has left it reaches the world outside; a crash loses what is not synced, and every answer that is
// still on its way to this process.
class Payouts final : private test::QuietPorts {
 public:
  explicit Payouts(std::uint64_t seed, sim::OutsideWorldOptions options = {})
      : world_(events_, trace_, seed, options) {}

  void begin(unsigned number) {
    const Uuid id = words::uuid(number);
    emit(PayoutBegun{id, "pay " + std::to_string(number)});
    call(payouts_.at(id));
    end_turn();
  }
  // Its time has come: whatever is owed, once more.
  void tick() {
    for (const auto& [id, payout] : payouts_) call(payout);
    end_turn();
  }
  void sync() {
    synced_ = log_.size();
    release_durable();
  }
  void crash() {
    ++process_;
    log_.resize(synced_);
    waiting_ = {};
    payouts_.clear();
    for (const auto& entry : log_)
      for (const PayoutEvent& event : entry) apply(event);
  }
  void run_until(sim::SimTime time) {
    while (events_.next_time() && *events_.next_time() <= time) events_.run_one();
  }
  void run_all() { run_until(events_.now() + sim::hour); }

  sim::SimOutsideWorld& world() { return world_; }
  [[nodiscard]] sim::SimTime time() const { return events_.now(); }
  [[nodiscard]] std::size_t paid() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(payouts_, [](const auto& each) { return each.second.is_paid; }));
  }
  // Of all entries: how often somebody was found to be paid.
  [[nodiscard]] std::size_t times_paid() const {
    std::size_t times = 0;
    for (const auto& entry : log_)
      for (const PayoutEvent& event : entry) times += holds_alternative<PayoutPaid>(event);
    return times;
  }

 private:
  void apply(const PayoutEvent& event) {
    visit([this](const auto& e) { evolve(payouts_, e); }, event);
  }
  void emit(const PayoutEvent& event) {
    entry_.push_back(event);
    apply(event);
  }
  void call(const Payout& payout) {
    if (auto one = owed(payout)) effects_.calls.push_back(std::move(*one));
  }
  void end_turn() {
    if (!entry_.empty()) log_.push_back(std::exchange(entry_, {}));
    waiting_.push(log_.size(), 0, std::exchange(effects_, {}));
    release_durable();
  }
  void release_durable() {
    waiting_.release_up_to(synced_, 0, [this](Effects effects) { release(std::move(effects)); });
  }
  void hear(const CallAnswer& answer) {
    const auto payout = payouts_.find(answer.id);
    if (payout == payouts_.end() || payout->second.is_paid) return;  // it is owed no more
    switch (answer.outcome) {
      case CallOutcome::answered: emit(PayoutPaid{answer.id}); break;
      case CallOutcome::not_sent: call(payout->second); break;
      case CallOutcome::unknown: return;  // it stays owed, under its id
    }
    end_turn();
  }

  // Outside
  void call(std::vector<OutsideCall> calls) override {
    for (const OutsideCall& call : calls) {
      const auto wrong = world_.call(call, [this, process = process_](const CallAnswer& answer) {
        if (process == process_) hear(answer);
      });
      EXPECT_EQ(wrong, std::nullopt);
    }
  }

  sim::EventQueue events_;
  sim::Trace trace_;
  sim::SimOutsideWorld world_;
  std::vector<std::vector<PayoutEvent>> log_;
  std::size_t synced_ = 0;
  EffectQueue waiting_;
  std::map<Uuid, Payout> payouts_;
  std::vector<PayoutEvent> entry_;
  Effects effects_;
  int process_ = 1;
};

constexpr sim::OutsideWorldOptions all_goes_well{.not_sent_permille = 0,
                                                 .lost_before_permille = 0,
                                                 .lost_after_permille = 0,
                                                 .twice_permille = 0};

TEST(CallsOutside, LeaveOnlyWhenTheirEntryIsDurable) {
  Payouts payouts(1, all_goes_well);
  payouts.begin(1);
  EXPECT_EQ(payouts.world().calls(), 0U);
  payouts.crash();
  payouts.sync();
  payouts.run_all();
  EXPECT_EQ(payouts.world().calls(), 0U) << "what nobody logged was never owed";
  payouts.begin(2);
  payouts.sync();
  EXPECT_EQ(payouts.world().calls(), 1U);
}

TEST(CallsOutside, AreMadeAgainUnderTheSameIdAfterACrash) {
  Payouts payouts(1, all_goes_well);
  payouts.begin(1);
  payouts.sync();
  payouts.crash();  // the answer is for a process that is no more
  payouts.run_all();
  EXPECT_EQ(payouts.paid(), 0U);
  payouts.tick();
  payouts.sync();
  payouts.run_all();
  EXPECT_EQ(payouts.world().calls(), 2U);
  EXPECT_EQ(payouts.world().executions(), 1U) << "a repeat does nothing";
  EXPECT_EQ(payouts.paid(), 1U);
}

TEST(CallsOutside, AnAnswerThatComesTwiceIsHeardOnce) {
  auto twice = all_goes_well;
  twice.twice_permille = 1'000;
  Payouts payouts(1, twice);
  payouts.begin(1);
  payouts.sync();
  payouts.run_all();
  payouts.sync();
  EXPECT_EQ(payouts.times_paid(), 1U);
}

TEST(CallsOutside, WhateverIsLostEachIsExecutedOnceAndEnds) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    Payouts payouts(seed);
    sim::SimRandom chance(seed, "payouts");
    constexpr unsigned many = 5;
    for (unsigned i = 1; i <= many; ++i) {
      payouts.begin(i);
      payouts.sync();  // whoever began it was told so
    }
    for (int round = 0; round < 100 && payouts.paid() < many; ++round) {
      payouts.run_until(payouts.time() + chance.between(1, 7) * sim::second);
      if (chance.permille(800)) payouts.sync();
      if (chance.permille(300)) payouts.crash();
      payouts.tick();
    }
    payouts.sync();
    EXPECT_EQ(payouts.paid(), many);
    EXPECT_EQ(payouts.world().executions(), many);
    EXPECT_EQ(payouts.times_paid(), many);
  }
}

// --- the port and the context ------------------------------------------------------------------------------

class InOrder final : public test::QuietPorts {
 public:
  std::vector<std::string> left;

 private:
  void deliver(std::vector<Reply> replies) override { note("replies", replies.size()); }
  void tell(PartitionId to, std::vector<Message> messages) override {
    note("p" + std::to_string(to), messages.size());
  }
  void call(std::vector<OutsideCall> calls) override { note("calls", calls.size()); }
  void alarm(const Alarm& alarm) override { left.push_back("alarm " + alarm.what); }
  void ended(const EndedTransfers& transfers) override { note("ended", transfers.completed[0]); }
  void note(const std::string& what, std::size_t count) {
    left.push_back(std::to_string(count) + " " + what);
  }
};

TEST(Outside, GivesOutWhatATurnWantsInOneOrder) {
  Effects effects;
  effects.alarms.push_back({"first", {}});
  effects.alarms.push_back({"second", {}});
  effects.calls.push_back(*owed({words::uuid(1), "pay 1", false}));
  effects.outgoing.push_back({3, std::vector<Message>(2)});
  effects.outgoing.push_back({1, std::vector<Message>(1)});
  effects.replies.push_back({7, {}, NotAccepted{}});
  effects.ended.completed[0] = 4;
  InOrder outside;
  outside.release(std::move(effects));
  EXPECT_THAT(outside.left, ElementsAre("1 replies", "2 p3", "1 p1", "1 calls", "alarm first",
                                        "alarm second", "4 ended"));
}

TEST(CallsOutside, AnActorsCallIsWhatItsContextGets) {
  ActorKit kit;
  kit.when_acts([](ActorContext& context) {
    context.call_outside(*owed({words::uuid(1), "pay 1", false}));
    context.call_outside(*owed({words::uuid(2), "pay 2", false}));
  });
  kit.then({"call bank pay 1", "call bank pay 2"});
  ASSERT_EQ(kit.calls().size(), 2U);
  EXPECT_EQ(kit.calls()[1].id, words::uuid(2));
  EXPECT_EQ(kit.calls()[1].from.key, words::uuid(2).to_string());
}

TEST(CallsOutside, NoKindOfThisVersionHearsAnswers) {
  for (const ActorKind kind : {AccountMessages::actor, TransferMessages::coordinator,
                               TransferMessages::saga, PartitionMessages::actor})
    EXPECT_FALSE(answer_message(
        {ActorId{kind, 0, "a"}, "bank", words::uuid(1), 0, CallOutcome::answered, "yes"}));
}

}  // namespace
}  // namespace florin
