// One actor alone: a context that captures what it emits, tells and replies.
#include "tests/support/actor_kit.hpp"

#include <gtest/gtest.h>

#include "actors/messages/address.hpp"
#include "actors/messages/dispatch.hpp"
#include "actors/partition/entity_actors.hpp"
#include "actors/partition/neighbours.hpp"
#include "domain/account/account_evolve.hpp"
#include "persistence/codec/state_codec.hpp"
#include "tests/support/strict_context.hpp"

namespace florin {
namespace {

constexpr std::size_t resident_accounts_max = 1'000;

template <class Check>
void check_at(std::source_location where, Check&& check) {
  const ::testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "here");
  check();
}

}  // namespace

ActorKit::ActorKit(ActorKitOptions options) : options_(options), map_(options.partitions) {
  state_ = std::make_unique<PartitionState>(options.self, map_, store_, resident_accounts_max);
}

ActorKit& ActorKit::at(Timestamp now) {
  now_ = now;
  return *this;
}

ActorKit& ActorKit::with_clock(std::optional<Timestamp> clock) {
  clock_ = clock;
  has_clock_ = true;
  return *this;
}

ActorKit& ActorKit::given(const Event& event) {
  begin();
  emit(event);
  end();
  return *this;
}

ActorKit& ActorKit::given_account(const AccountId& id, Minor posted, Currency currency) {
  given(AccountOpened{.account = id, .currency = currency, .metadata = {}});
  if (posted == 0) return *this;
  const auto outside = AccountId::from_trusted("@outside:" + std::string(currency.view()));
  const auto deposit = words::uuid(1'000'000 + state_->last_index());
  return given(TransferPosted{deposit, outside, id, posted, currency, {}, {}});
}

// The same actors as in a partition's turn, each held to what it declares; a partition is none.
struct ActorKit::Handlers {
  explicit Handlers(ActorKit& kit)
      : actors(*kit.state_, StrictContexts(Neighbours(*kit.state_), kit, watch),
               {.levels = kit.options_.levels},
               {.setup = kit.options_.payments, .levels = kit.options_.levels},
               {.levels = kit.options_.levels}) {}
  ~Handlers() { EXPECT_EQ(watch.objections, std::vector<std::string>{}) << "is not declared"; }
  Handlers(const Handlers&) = delete;
  Handlers& operator=(const Handlers&) = delete;

  StrictWatch watch;
  EntityActors<StrictContexts<Neighbours>> actors;

  template <class List>
  void to(std::type_identity<List> list, const auto& message, const auto& key) {
    static_cast<void>(actors.to(list, message, key));
  }
  void to(std::type_identity<PartitionMessages>, const auto&, PartitionId) {
    ADD_FAILURE() << "not for an entity actor";
  }
};

ActorKit& ActorKit::when(const Message& message) {
  begin();
  {
    Handlers handlers(*this);
    dispatch_to(handlers, message);
  }
  end();
  return *this;
}

ActorKit& ActorKit::when_due(const TransferId& transfer) {
  begin();
  if (TransferRow* row = state_->transfer(transfer)) Handlers(*this).actors.on_due(*row);
  end();
  return *this;
}

template <HasDue Kind>
ActorKit& ActorKit::when_due(std::type_identity<Kind> kind, const typename Kind::Key& key) {
  begin();
  if (const auto* row = state_->awake<Kind>(key))
    static_cast<void>(Handlers(*this).actors.on_due(kind, *row));
  else
    ADD_FAILURE() << "there is none";
  end();
  return *this;
}
template ActorKit& ActorKit::when_due(std::type_identity<OrderEntity>, const PaymentId&);
template ActorKit& ActorKit::when_due(std::type_identity<CheckoutEntity>, const PaymentId&);
template ActorKit& ActorKit::when_due(std::type_identity<PaymentKeyEntity>, const PaymentId&);

ActorKit& ActorKit::then(std::initializer_list<const char*> lines, std::source_location where) {
  std::vector<std::string> done;
  for (const Event& event : events_) done.push_back(words::text(event));
  done.insert(done.end(), told_text_.begin(), told_text_.end());
  for (const OutsideCall& call : calls_) done.push_back("call " + call.port + " " + *call.bytes);
  for (const Reply& reply : replies_) done.push_back(words::text(reply));
  done.insert(done.end(), alarms_.begin(), alarms_.end());
  const std::vector<std::string> expected(lines.begin(), lines.end());
  check_at(where, [&] { EXPECT_EQ(done, expected); });
  return *this;
}

ActorKit& ActorKit::then_account(const AccountId& id, Minor available, Minor held, Minor incoming,
                                 std::source_location where) {
  check_at(where, [&] {
    const AccountState* account = state_->account(id);
    ASSERT_NE(account, nullptr) << id.view();
    EXPECT_EQ(account->available, available) << "available";
    EXPECT_EQ(account->held, held) << "held";
    EXPECT_EQ(account->incoming, incoming) << "incoming";
  });
  return *this;
}

ActorKit& ActorKit::then_leg(const LegKey& key, LegState state, std::source_location where) {
  const Leg* leg = state_->leg(key);
  const LegState actual = leg == nullptr ? LegState::none : leg->state;
  check_at(where, [&] { EXPECT_EQ(words::text(actual), words::text(state)); });
  return *this;
}

ActorKit& ActorKit::passivated(std::source_location where) {
  const std::string before = state_text();
  Checkpoint checkpoint = state_->collect_checkpoint();
  check_at(where, [&] { ASSERT_TRUE(store_.write(std::move(checkpoint.writes))); });
  state_->checkpoint_written(checkpoint.index);
  state_ = std::make_unique<PartitionState>(options_.self, map_, store_, resident_accounts_max);
  check_at(where, [&] {
    const auto loaded = state_->load();
    ASSERT_TRUE(loaded) << loaded.error().context;
    EXPECT_EQ(state_text(), before);
  });
  return *this;
}

// --- ActorContext --------------------------------------------------------------------------------------

Position ActorKit::next_position() const {
  return {state_->last_index() + (ordinal_ == 0 ? 1 : 0), ordinal_, options_.self};
}

Position ActorKit::current_position() const { return state_->last_position(); }

Position ActorKit::emit(const Event& event) {
  const Position at = next_position();
  ++ordinal_;
  state_->apply(event, at, now_);
  events_.push_back(event);
  state_->for_each_account([&](const AccountState& account) {
    accounts_.insert(account.id);
    EXPECT_TRUE(invariants_hold(account)) << account.id.view() << " after " << words::text(event);
  });
  return at;
}

void ActorKit::note_clock() {
  const auto clock = clocks().client;
  if (!clock || *clock == now_ || std::exchange(clock_is_noted_, true)) return;
  emit(LeaderClockRead{*clock});
}

void ActorKit::tell(PartitionId to, Message&& message) {
  told_text_.push_back("p" + std::to_string(to) + " < " + words::text(message));
  told_.push_back(std::move(message));
}

void ActorKit::reply(Reply&& reply) {
  if (reply.request != 0) replies_.push_back(std::move(reply));
}

void ActorKit::tell_end(const ActorId& waiter, Reply&& reply) {
  told_text_.push_back(to_string(waiter) + " < " + words::text(reply));
}

void ActorKit::alarm(std::string_view, LegKey) { alarms_.emplace_back("alarm"); }

void ActorKit::begin() {
  clock_is_noted_ = false;
  events_.clear();
  told_.clear();
  told_text_.clear();
  calls_.clear();
  replies_.clear();
  alarms_.clear();
  ordinal_ = 0;
}

void ActorKit::end() {
  if (ordinal_ != 0) state_->end_entry(state_->last_index(), now_, Hash{});
  ordinal_ = 0;
  if (options_.passivating) passivated();
}

std::string ActorKit::state_text() {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& row) {
    text.append(name).append("=");
    for (const char byte : row) text += std::to_string(static_cast<unsigned char>(byte)) + " ";
    text += "\n";
  };
  for (const AccountId& id : accounts_)
    if (const AccountState* account = state_->account(id)) add(id.view(), encode_account(*account));
  std::set<std::string> rows;
  state_->for_each_leg([&](const Leg& leg) { rows.insert(leg_key(leg.key) + encode_leg(leg)); });
  state_->for_each_transfer(
      [&](const TransferState& t) { rows.insert(transfer_key(t.id) + encode_transfer(t)); });
  for (const std::string& row : rows) add("row", row);
  for (const CurrencySums& sums : state_->sums())
    text +=
        std::string(sums.currency.view()) + " clearing " + format_amount(sums.clearing, 0) + "\n";
  text += current_position().to_string() + " finished";
  for (std::uint32_t p = 0; p < state_->map().partitions(); ++p)
    text += " " + std::to_string(state_->finished_up_to(static_cast<PartitionId>(p)));
  return text;
}

}  // namespace florin
