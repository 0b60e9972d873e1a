// The messages that checkouts, payment orders and Idempotency-Keys hear, and for which one each is (PAYMENTS.md, rules 3 and 7).
//
// Both are found by their ids alone: any node can tell in which partition one is.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "actors/messages/actor_id.hpp"
#include "actors/messages/message_declaration.hpp"
#include "base/ids.hpp"
#include "base/sha256.hpp"
#include "base/wire_number.hpp"
#include "cluster/partition_map.hpp"
#include "domain/ledger/ledger_decide.hpp"
#include "domain/payment/checkout/checkout_events.hpp"
#include "domain/payment/order/order_table.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

// Where a checkout, or an order, is: for ever, as accounts are.
inline PartitionId partition_of(const PaymentId& id, const PartitionMap& map) {
  return static_cast<PartitionId>(hash64(id.view()) % map.partitions());
}

// --- from clients, to a checkout -------------------------------------------------------------------------

// A request that has been found right, with all that is fixed by its acceptance: who pays whom how much by which provider, in its units,
// and the fee (OrderTerms). Answered when the checkout is accepted and each order has told that it can be paid, or is over; or
// when it is refused. Who does not wait so long asks GetCheckout.
struct StartCheckout {
  static constexpr WireNumber wire{41, payments_level};
  static constexpr MessageUse use = MessageUse::instruction;
  static constexpr std::array field_names{"request", "checkout", "content", "key", "orders"};
  static auto fields(auto& self) {
    return std::tie(self.request, self.checkout, self.content, self.key, self.orders);
  }
  RequestId request = 0;
  PaymentId checkout;
  Sha256 content{};  // of the canonical request: what tells a repeat from another one
  Sha256 key{};      // of credential and Idempotency-Key; zero: it had none
  std::vector<CheckoutOrderAsked> orders;  // 1 to checkout_orders_max, in any order
  CommandId command{};  // not in the message's bytes: whoever takes it knows who asks
};
struct GetCheckout {
  static constexpr WireNumber wire{42, payments_level};
  static constexpr WireNumber wire_follower_read{43, payments_level};
  static constexpr MessageUse use = MessageUse::question;
  static constexpr std::array field_names{"request", "checkout"};
  static auto fields(auto& self) { return std::tie(self.request, self.checkout); }
  RequestId request = 0;
  PaymentId checkout;
};

// --- from clients, to an order ---------------------------------------------------------------------------

struct GetPayment {
  static constexpr WireNumber wire{30, payments_level};
  static constexpr WireNumber wire_follower_read{31, payments_level};
  static constexpr MessageUse use = MessageUse::question;
  static constexpr std::array field_names{"request", "order"};
  static auto fields(auto& self) { return std::tie(self.request, self.order); }
  RequestId request = 0;
  PaymentId order;
};
// Answered at once by the order as it is then: FAILED, or on its way there (`cancelling`); or refused.
struct CancelPayment {
  static constexpr WireNumber wire{32, payments_level};
  static constexpr MessageUse use = MessageUse::instruction;
  static constexpr std::array field_names{"request", "order"};
  static auto fields(auto& self) { return std::tie(self.request, self.order); }
  RequestId request = 0;
  PaymentId order;
};
// A webhook whose signature is right, of this cluster and livemode: where to read (rule 3). Answered when it is in the log.
struct TakeHint {
  static constexpr WireNumber wire{33, payments_level};
  static constexpr MessageUse use = MessageUse::instruction;
  static constexpr std::array field_names{"request", "order",   "psp",  "hint",      "type",
                                          "object",  "payment", "time", "raw_sha256"};
  static auto fields(auto& self) {
    return std::tie(self.request, self.order, self.psp, self.hint, self.type, self.object,
                    self.payment, self.time, self.raw_sha256);
  }
  RequestId request = 0;
  PaymentId order;
  std::string
      psp;  // by the name under which this cluster knows it; of another one's order it is no hint
  std::string hint;     // its id at the provider
  std::string type;     // "checkout.session.completed"
  std::string object;   // of the registration (a session's id); empty: it does not name it
  std::string payment;  // of the payment below (an intent's id); empty: it does not name it
  Timestamp time;       // that it says
  Sha256 raw_sha256{};  // of its bytes
};

// --- between a checkout and its orders (rule 7) ------------------------------------------------------------

struct ReserveOrder {
  static constexpr WireNumber wire{34, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"order", "claim", "content"};
  static auto fields(auto& self) { return std::tie(self.order, self.claim, self.content); }
  PaymentId order;
  OrderClaim claim;
  Sha256 content{};
  bool operator==(const ReserveOrder&) const = default;
};
struct ReleaseOrder {
  static constexpr WireNumber wire{35, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"order", "claim"};
  static auto fields(auto& self) { return std::tie(self.order, self.claim); }
  PaymentId order;
  OrderClaim claim;
  bool operator==(const ReleaseOrder&) const = default;
};
struct BeginOrder {
  static constexpr WireNumber wire{36, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"order", "claim", "terms"};
  static auto fields(auto& self) { return std::tie(self.order, self.claim, self.terms); }
  PaymentId order;
  OrderClaim claim;
  OrderTerms terms;
  bool operator==(const BeginOrder&) const = default;
};
// The answer to each of these, about this attempt.
struct OrderAnswered {
  static constexpr WireNumber wire{44, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"claim", "order", "reply", "holder"};
  static auto fields(auto& self) {
    return std::tie(self.claim, self.order, self.reply, self.holder);
  }
  OrderClaim claim;
  PaymentId order;
  OrderReply reply = OrderReply::none;
  PaymentId holder;  // with `busy` and `taken`
  bool operator==(const OrderAnswered&) const = default;
};
// What has become of an order, until its checkout has said that it heard it.
struct TellCheckout {
  static constexpr WireNumber wire{45, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"claim", "order", "word"};
  static auto fields(auto& self) { return std::tie(self.claim, self.order, self.word); }
  OrderClaim claim;
  PaymentId order;
  OrderWord word = OrderWord::nothing;
  bool operator==(const TellCheckout&) const = default;
};
struct CheckoutHeard {
  static constexpr WireNumber wire{37, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"order", "claim", "word"};
  static auto fields(auto& self) { return std::tie(self.order, self.claim, self.word); }
  PaymentId order;
  OrderClaim claim;
  OrderWord word = OrderWord::nothing;
  bool operator==(const CheckoutHeard&) const = default;
};

// --- between a checkout and its Idempotency-Key --------------------------------------------------------------
// As with orders. None of them says until when: a key goes by the time of its own partition, which the checkout's does not know.

struct AskedOfKey {
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"key", "claim"};
  static auto fields(auto& self) { return std::tie(self.key, self.claim); }
  PaymentId key;  // payment_key_id()
  OrderClaim claim;
  bool operator==(const AskedOfKey&) const = default;
};
struct ReserveKey : AskedOfKey {
  static constexpr WireNumber wire{48, payment_keys_level};
};
struct ReleaseKey : AskedOfKey {
  static constexpr WireNumber wire{49, payment_keys_level};
};
// The checkout is accepted.
struct KeepKey : AskedOfKey {
  static constexpr WireNumber wire{50, payment_keys_level};
};
// The answer to each of these, about this attempt: of a kept one `begun`.
struct KeyAnswered {
  static constexpr WireNumber wire{51, payment_keys_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"claim", "reply", "holder"};
  static auto fields(auto& self) { return std::tie(self.claim, self.reply, self.holder); }
  OrderClaim claim;
  OrderReply reply = OrderReply::none;
  PaymentId holder;  // with `busy` and `taken`
  bool operator==(const KeyAnswered&) const = default;
};

// A client's question, too: which checkout has kept it.
struct GetPaymentKey {
  static constexpr WireNumber wire{52, payment_keys_level};
  static constexpr MessageUse use = MessageUse::question;
  static constexpr std::array field_names{"request", "key"};
  static auto fields(auto& self) { return std::tie(self.request, self.key); }
  RequestId request = 0;
  PaymentId key;  // payment_key_id()
};

// --- to an order, from wallet and ledger (actors/wallet/wallet_messages.hpp) ----------------------------------

struct MoneyStepAnswered {
  static constexpr WireNumber wire{38, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"name", "asked", "code", "rejection"};
  static auto fields(auto& self) {
    return std::tie(self.name, self.asked, self.code, self.rejection);
  }
  StepName name;
  Position asked;
  StepAnswerCode code = StepAnswerCode::done;
  std::optional<Rejection> rejection;  // with `refused`
  bool operator==(const MoneyStepAnswered&) const = default;
};
struct MoneyStepEntered {
  static constexpr WireNumber wire{39, payments_level};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr std::array field_names{"name", "asked", "code"};
  static auto fields(auto& self) { return std::tie(self.name, self.asked, self.code); }
  StepName name;
  Position asked;
  EnterCode code = EnterCode::entered;
  bool operator==(const MoneyStepEntered&) const = default;
};

// --- to an order, from this node's port to the outside -------------------------------------------------------

// What came of a call or a read: one HTTP exchange.
struct OrderCallCame {
  static constexpr WireNumber wire{40, payments_level};
  static constexpr MessageUse use = MessageUse::inside;
  static constexpr std::array field_names{"order", "call", "send", "may_have_left", "answer"};
  static auto fields(auto& self) {
    return std::tie(self.order, self.call, self.send, self.may_have_left, self.answer);
  }
  PaymentId order;
  Uuid call;                  // OutsideCall::id
  std::uint32_t send = 0;     // OutsideCall::send
  bool may_have_left = true;  // no: certainly not, whatever `answer` is
  std::string answer;         // bytes of a psp::HttpAnswer, with the evidence of how far it came
  bool operator==(const OrderCallCame&) const = default;
};

struct CheckoutMessages {
  static constexpr ActorKind actor{"checkout"};
  using Any = std::variant<StartCheckout, GetCheckout, FollowerRead<GetCheckout>, OrderAnswered,
                           TellCheckout, KeyAnswered>;

  static const PaymentId& key_of(const OrderAnswered& m) { return m.claim.checkout; }
  static const PaymentId& key_of(const TellCheckout& m) { return m.claim.checkout; }
  static const PaymentId& key_of(const KeyAnswered& m) { return m.claim.checkout; }
  static const PaymentId& key_of(const auto& m) { return m.checkout; }

  static ActorId address_of(const PaymentId& id, const PartitionMap& map) {
    return {actor, partition_of(id, map), id.str()};
  }
  static std::optional<PartitionId> place_of(const PaymentId& id, const PartitionMap& map) {
    return partition_of(id, map);
  }
  // Whoever has the order, or the key; about the attempt.
  static ToldBy told_by(const auto& m) { return {std::nullopt, m.claim.attempt.index}; }
};

struct PaymentKeyMessages {
  static constexpr ActorKind actor{"payment_key"};
  using Any = std::variant<ReserveKey, ReleaseKey, KeepKey, GetPaymentKey>;

  static const PaymentId& key_of(const auto& m) { return m.key; }

  static ActorId address_of(const PaymentId& id, const PartitionMap& map) {
    return {actor, partition_of(id, map), id.str()};
  }
  static std::optional<PartitionId> place_of(const PaymentId& id, const PartitionMap& map) {
    return partition_of(id, map);
  }
  // The partition of the checkout, whose attempt it is.
  static ToldBy told_by(const auto& m) {
    return {m.claim.attempt.partition, m.claim.attempt.index};
  }
};

struct OrderMessages {
  static constexpr ActorKind actor{"payment_order"};
  using Any = std::variant<GetPayment, FollowerRead<GetPayment>, CancelPayment, TakeHint,
                           ReserveOrder, ReleaseOrder, BeginOrder, CheckoutHeard, MoneyStepAnswered,
                           MoneyStepEntered, OrderCallCame>;

  // A step's name says whose it is; a text that is no id is of none, and nobody is found under it.
  static PaymentId key_of(const MoneyStepAnswered& m) { return owner_of(m.name); }
  static PaymentId key_of(const MoneyStepEntered& m) { return owner_of(m.name); }
  static const PaymentId& key_of(const auto& m) { return m.order; }

  static ActorId address_of(const PaymentId& id, const PartitionMap& map) {
    return {actor, partition_of(id, map), id.str()};
  }
  static std::optional<PartitionId> place_of(const PaymentId& id, const PartitionMap& map) {
    return partition_of(id, map);
  }
  // The partition of the checkout, whose attempt it is.
  static ToldBy told_by(const auto& m) {
    return {m.claim.attempt.partition, m.claim.attempt.index};
  }
  // That of the account, which is not named; about our own entry.
  static ToldBy told_by(const MoneyStepAnswered& m) { return {std::nullopt, m.asked.index}; }
  static ToldBy told_by(const MoneyStepEntered& m) { return {std::nullopt, m.asked.index}; }

  // Only orders call the outside.
  static std::optional<OrderCallCame> answer_message(const std::same_as<CallAnswer> auto& answer) {
    if (!(answer.to.kind == actor)) return std::nullopt;
    using Outcome = decltype(answer.outcome);
    return OrderCallCame{PaymentId::parse(answer.to.key).value_or(PaymentId()), answer.id,
                         answer.send, answer.outcome != Outcome::not_sent, answer.bytes};
  }

 private:
  static PaymentId owner_of(const StepName& name) {
    return name.origin == OriginKind::payment ? PaymentId::parse(name.id).value_or(PaymentId())
                                              : PaymentId();
  }
};

}  // namespace florin
