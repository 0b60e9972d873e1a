// ActorKit: one entity actor alone. Given a history, when it gets a message, then exactly these events,
// messages, answers and alarms: nothing is delivered, everything is captured. A handler that does what it has not
// declared (actors/entity/uses.hpp) fails the test.
//
//   ActorKit kit;
//   kit.given(AccountOpened{alice, usd}).when(TryLeg{...}).then({"leg_tried 0", "p0 < answer 0 try ok"});
//
// With `passivating` the actor is put to sleep and woken from the store after each message, and its state
// must read the same: no test may see a difference (waiting requests aside: they are not state).
#pragma once

#include <initializer_list>
#include <memory>
#include <set>
#include <source_location>
#include <string>
#include <type_traits>
#include <vector>

#include "actors/entity/actor_context.hpp"
#include "actors/partition/partition_state.hpp"
#include "actors/payment/payment_setup.hpp"
#include "base/limits.hpp"
#include "cluster/partition_map.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {

struct ActorKitOptions {
  PartitionId self = 0;
  std::uint32_t partitions = 2;
  bool passivating = false;
  std::shared_ptr<const PaymentSetup> payments = nullptr;  // null: no payments are taken
  const FormatLevels* levels = nullptr;  // outlives it; null: all levels of this program
};

class ActorKit final : private ActorContext {
 public:
  explicit ActorKit(ActorKitOptions options = {});

  ActorKit& at(Timestamp now);
  // From now on clients' deadlines are compared with this clock; none: it is not to be trusted. (Else: with now.)
  ActorKit& with_clock(std::optional<Timestamp> clock);
  // A fact of the past, in an entry of its own.
  ActorKit& given(const Event& event);
  // An open account that was given this much.
  ActorKit& given_account(const AccountId& id, Minor posted, Currency currency = words::usd);
  // The actor gets a message; all that it does is one entry.
  ActorKit& when(const Message& message);
  // A transfer's time to look again has come.
  ActorKit& when_due(const TransferId& transfer);
  // The time of one that can sleep has come; it must be there.
  template <HasDue Kind>
  ActorKit& when_due(std::type_identity<Kind> kind, const typename Kind::Key& key);
  // An actor of the test's own gets the context; all that it does is one entry.
  template <class Actor>
  ActorKit& when_acts(Actor&& actor) {
    begin();
    actor(static_cast<ActorContext&>(*this));
    end();
    return *this;
  }
  // Exactly this was done, in order by kind: events, "p<n> < message", "<actor> < reply", "call <port> <bytes>", replies, "alarm".
  ActorKit& then(std::initializer_list<const char*> lines,
                 std::source_location where = std::source_location::current());
  ActorKit& then_account(const AccountId& id, Minor available, Minor held, Minor incoming,
                         std::source_location where = std::source_location::current());
  ActorKit& then_leg(const LegKey& key, LegState state,
                     std::source_location where = std::source_location::current());
  // Sleep and wake: checkpoint, forget, load. The state must read the same.
  ActorKit& passivated(std::source_location where = std::source_location::current());

  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] const std::vector<Message>& told() const { return told_; }
  [[nodiscard]] const std::vector<OutsideCall>& calls() const { return calls_; }
  [[nodiscard]] const std::vector<Reply>& replies() const { return replies_; }
  PartitionState& state() { return *state_; }
  // The position that the next event will get: the id of a transfer that is started now.
  [[nodiscard]] Position next() const { return next_position(); }

 private:
  [[nodiscard]] Timestamp now() const override { return now_; }
  [[nodiscard]] DeadlineClocks clocks() const override {
    return has_clock_ ? DeadlineClocks(now_, clock_) : DeadlineClocks(now_);
  }
  void note_clock() override;
  [[nodiscard]] Position current_position() const override;
  Position emit(const Event& event) override;
  void tell(PartitionId to, Message&& message) override;
  void reply(Reply&& reply) override;
  void tell_end(const ActorId& waiter, Reply&& reply) override;
  void call_outside(OutsideCall&& call) override { calls_.push_back(std::move(call)); }
  void alarm(std::string_view what, LegKey leg) override;

  [[nodiscard]] Position next_position() const;
  struct Handlers;  // what a message is given to
  void begin();
  void end();
  std::string state_text();

  ActorKitOptions options_;
  PartitionMap map_;
  MemoryStateStore store_;
  std::unique_ptr<PartitionState> state_;
  Timestamp now_ = words::noon;
  std::optional<Timestamp> clock_;
  bool has_clock_ = false;
  bool clock_is_noted_ = false;
  Ordinal ordinal_ = 0;
  std::set<AccountId> accounts_;  // that were ever named

  std::vector<Event> events_;
  std::vector<Message> told_;
  std::vector<std::string> told_text_;
  std::vector<OutsideCall> calls_;
  std::vector<Reply> replies_;
  std::vector<std::string> alarms_;
};

}  // namespace florin
