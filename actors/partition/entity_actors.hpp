// EntityActors: gives a message, or the time, to the entity actor that it is for. An actor is made for each message: what it
// knows is in the tables. Which protocol's actor a transfer has is decided here and nowhere else. Used by the partition's
// turn, and by the test kit.
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>

#include "actors/account/account_actor.hpp"
#include "actors/entity/entity_context.hpp"
#include "actors/entity/uses.hpp"
#include "actors/messages/outside_call.hpp"
#include "actors/partition/neighbours.hpp"
#include "actors/partition/partition_state.hpp"
#include "actors/payment/checkout_actor.hpp"
#include "actors/payment/order_actor.hpp"
#include "actors/payment/payment_key_actor.hpp"
#include "actors/payment/payment_setup.hpp"
#include "actors/transfer/coordinator_actor.hpp"
#include "actors/transfer/saga_actor.hpp"
#include "actors/transfer/transfer_rules.hpp"
#include "actors/wallet/step_actor.hpp"

namespace florin {

// The account that a message is for.
class OwnAccount {
 public:
  OwnAccount(PartitionState& state, const AccountId& id) : state_(state), id_(id) {}

  [[nodiscard]] const AccountState* state() const { return state_.account(id_); }
  [[nodiscard]] const AccountState* before_event() const {
    return state_.account_before_event(id_);
  }

 private:
  PartitionState& state_;
  const AccountId& id_;
};

// The payment order, checkout or Idempotency-Key that a message is for.
template <class Kind>
class OwnByPaymentId {
 public:
  OwnByPaymentId(PartitionState& state, const PaymentId& id) : state_(state), id_(id) {}

  [[nodiscard]] const PaymentId& id() const { return id_; }
  [[nodiscard]] auto state() const -> const decltype(Kind::Row::state)* {
    const auto* const awake = row();
    return awake == nullptr ? nullptr : &awake->state;
  }

 protected:
  [[nodiscard]] typename Kind::Row* row() const { return state_.awake<Kind>(id_); }

 private:
  PartitionState& state_;
  PaymentId id_;
};
using OwnOrder = OwnByPaymentId<OrderEntity>;
using OwnPaymentKey = OwnByPaymentId<PaymentKeyEntity>;

// And who waits for it.
class OwnCheckout : public OwnByPaymentId<CheckoutEntity> {
 public:
  using OwnByPaymentId::OwnByPaymentId;
  // There is one (asserted).
  [[nodiscard]] std::vector<Waiter>& waiters() {
    FLORIN_ASSERT(row() != nullptr, "who waits for a checkout has begun it");
    return row()->waiters;
  }
};

// What the actors of a turn get: its effects, and answers from the partition's tables.
class TurnContexts {
 public:
  TurnContexts(PartitionState& state, ActorContext& turn) : state_(state), turn_(turn) {}

  // `HandlerUses`: what the handler says that it does (entity/uses.hpp).
  template <class HandlerUses>
  EntityContext<Neighbours> of() {
    return {turn_, Neighbours(state_)};
  }

 private:
  PartitionState& state_;
  ActorContext& turn_;
};

// `Contexts::of<Uses>()`: the context of one handler.
template <class Contexts = TurnContexts>
class EntityActors {
 public:
  EntityActors(PartitionState& state, Contexts contexts, TransferRules rules,
               PaymentRules payments = {}, AccountRules accounts = {})
      : state_(state),
        contexts_(contexts),
        rules_(rules),
        payments_(std::move(payments)),
        accounts_(accounts) {}

  template <class M>
  void to(std::type_identity<AccountMessages>, const M& message, const AccountId& id) {
    using HandlerUses = decltype(AccountUses::of(message));
    AccountActor(OwnAccount(state_, id), contexts_.template of<HandlerUses>(), accounts_)
        .on(message);
  }

  // The transfer that has begun, if one has; it may be over.
  template <ClientCommand M>
  std::optional<TransferId> to(std::type_identity<TransferMessages>, const M& message,
                               const NewTransfer& key) {
    TransferRow* open = state_.open_transfer(key.transaction_id, key.owner);
    const auto own = open == nullptr ? std::nullopt : std::optional(open->own());
    const auto started = coordinator<CoordinatorUses::Start>().on(own, message);
    if (started)
      coordinator<CoordinatorUses::Begin>().begin(state_.transfer(*started)->own(), message);
    return started;
  }

  // Nothing when it has ended: a late or repeated answer.
  void to(std::type_identity<TransferMessages>, const LegAnswered& message,
          const AskingTransfer& key) {
    TransferRow* row = state_.transfer(key.id);
    if (row == nullptr) return;
    with_actor_of<CoordinatorUses::Answer, SagaUses::Answer>(
        key.protocol, [&](auto&& actor) { actor.on(row->own(), message); });
  }

  template <class M>
  void to(std::type_identity<OrderMessages>, const M& message, const PaymentId& id) {
    using HandlerUses = decltype(OrderUses::of(message));
    static_assert(hears_its_calls<HandlerUses, OrderMessages>);
    auto context = contexts_.template of<HandlerUses>();
    if (is_id(id, context)) order(id, context).on(message);
  }
  template <class M>
  void to(std::type_identity<CheckoutMessages>, const M& message, const PaymentId& id) {
    using HandlerUses = decltype(CheckoutUses::of(message));
    auto context = contexts_.template of<HandlerUses>();
    if (is_id(id, context)) checkout(id, context).on(message);
  }
  template <class M>
  void to(std::type_identity<PaymentKeyMessages>, const M& message, const PaymentId& id) {
    using HandlerUses = decltype(PaymentKeyUses::of(message));
    auto context = contexts_.template of<HandlerUses>();
    if (is_id(id, context)) payment_key(id, context).on(message);
  }
  template <class M>
  void to(std::type_identity<WalletMessages>, const M& message, const StepContent&) {
    using HandlerUses = decltype(StepUses::of(message));
    StepActor(contexts_.template of<HandlerUses>(), state_.map()).on(message);
  }
  Timestamp on_due(std::type_identity<OrderEntity>, const OrderRow& row) {
    return order(row.state.id, contexts_.template of<decltype(OrderUses::when_due())>()).on_due();
  }
  Timestamp on_due(std::type_identity<CheckoutEntity>, const CheckoutRow& row) {
    return checkout(row.state.id, contexts_.template of<decltype(CheckoutUses::when_due())>())
        .on_due();
  }

  Timestamp on_due(std::type_identity<PaymentKeyEntity>, const PaymentKeyRow& row) {
    using HandlerUses = decltype(PaymentKeyUses::when_due());
    return payment_key(row.state.id, contexts_.template of<HandlerUses>()).on_due();
  }

  // Of a kind whose handlers are functions of the entity's state (Handlers of the kind); null: there is none of this key.
  template <class List, class M>
  void to(std::type_identity<List>, const M& message, const auto& key) {
    using Kind = EntityTables::Hearing<List>;
    using HandlerUses = decltype(Kind::Handlers::uses_of(message));
    static_assert(hears_its_calls<HandlerUses, List>, "who calls outside hears what came of it");
    const auto* const row = state_.template awake<Kind>(key);
    Kind::Handlers::on(row == nullptr ? nullptr : &row->state, message,
                       contexts_.template of<HandlerUses>());
  }
  // The time of one that can sleep has come. When to look at it again, if its state goes on to say the same.
  template <HasDue Kind>
  Timestamp on_due(std::type_identity<Kind>, const typename Kind::Row& row) {
    using HandlerUses = decltype(Kind::Handlers::uses_when_due());
    static_assert(hears_its_calls<HandlerUses, typename Kind::Messages>,
                  "who calls outside hears what came of it");
    return Kind::Handlers::on_due(row.state, contexts_.template of<HandlerUses>());
  }

  // The time of this open transfer has come.
  void on_due(TransferRow& row) {
    with_actor_of<CoordinatorUses::Due, SagaUses::Due>(
        row.state.protocol, [&](auto&& actor) { actor.on_due(row.own()); });
  }

 private:
  // What is no id has no row, and no store is asked for it: the edge lets none in, but a peer may say anything.
  static bool is_id(const PaymentId& id, auto& context) {
    if (PaymentId::parse(id.view())) return true;
    context.alarm("a message to a payment without a name", {});
    return false;
  }
  auto order(const PaymentId& id, auto context) {
    return OrderActor(OwnOrder(state_, id), context, state_.map(), payments_.of_payments());
  }
  auto checkout(const PaymentId& id, auto context) {
    return CheckoutActor(OwnCheckout(state_, id), context, state_.map(), payments_.is_ready());
  }
  auto payment_key(const PaymentId& id, auto context) {
    return PaymentKeyActor(OwnPaymentKey(state_, id), context, state_.map());
  }
  template <class HandlerUses>
  auto coordinator() {
    return CoordinatorActor(contexts_.template of<HandlerUses>(), state_.map(), rules_);
  }
  template <class UsesOfCoordinator, class UsesOfSaga, class Act>
  void with_actor_of(Protocol protocol, Act&& act) {
    switch (protocol) {
      case Protocol::saga: return act(SagaActor(contexts_.template of<UsesOfSaga>(), rules_));
      case Protocol::local:  // over when it has begun: it hears nothing
      case Protocol::tcc: return act(coordinator<UsesOfCoordinator>());
    }
  }
  template <class HandlerUses, class List>
  static constexpr bool hears_its_calls =
      !declares<CallsOutside, HandlerUses> || HearsCallAnswers<List>;

  PartitionState& state_;
  Contexts contexts_;
  TransferRules rules_;
  PaymentRules payments_;
  AccountRules accounts_;
};

}  // namespace florin
