// PaymentKeyActor: the entity actor of one Idempotency-Key. It asks the domain (domain/payment/key), records the event, and answers the
// checkout that asked. No decision is made here.
//
// Every message may come twice, late, never, or before its predecessor: each names the attempt that asks.
//
// Crash: it knows nothing that is not state, and repeats nothing: whoever is not answered asks again.
#pragma once

#include <variant>

#include "actors/entity/entity_context.hpp"
#include "actors/messages/subject.hpp"
#include "actors/payment/payment_uses.hpp"
#include "domain/payment/key/payment_key_decide.hpp"

namespace florin {

// `Own`: the key that the message is for; its state is null when nobody knows it.
template <class Own, class Answers>
class PaymentKeyActor {
 public:
  PaymentKeyActor(Own own, EntityContext<Answers> context, const PartitionMap& map)
      : own_(own), context_(context), map_(map) {
    blank_.id = own_.id();
  }

  void on(const ReserveKey& message) { heed(message, PaymentKeyAsked::Kind::reserve); }
  void on(const ReleaseKey& message) { heed(message, PaymentKeyAsked::Kind::release); }
  void on(const KeepKey& message) { heed(message, PaymentKeyAsked::Kind::keep); }
  void on(const GetPaymentKey& message) {
    const bool is_kept = key().phase == PaymentKeyPhase::kept && key().is_held(context_.now());
    context_.reply_to(message, PaymentKeyView{is_kept ? key().claim.checkout : PaymentId()});
  }

  // When to look again at what is still due then; what is forgotten is not.
  Timestamp on_due() {
    if (const auto forgotten = decide_forgotten(key(), context_.now())) context_.emit(*forgotten);
    return context_.now() + again_us;
  }

 private:
  static constexpr std::int64_t again_us = 1'000'000;

  [[nodiscard]] const PaymentKeyState& key() const {
    const PaymentKeyState* const known = own_.state();
    return known == nullptr ? blank_ : *known;
  }

  template <class Asking>
  void heed(const Asking& message, PaymentKeyAsked::Kind kind) {
    const OrderClaim& claim = message.claim;
    const bool can_be = PaymentId::parse(claim.checkout.view()).has_value() &&
                        claim.attempt.partition == partition_of(claim.checkout, map_) &&
                        !claim.attempt.is_none();
    if (!can_be) return context_.alarm("payment key: asked by no checkout that can be", {});
    const PaymentKeyDecision decision = decide(key(), {kind, claim}, context_.now());
    if (decision.event) visit([this](const auto& one) { context_.emit(one); }, *decision.event);
    if (!decision.alarm.empty()) context_.alarm(decision.alarm, {});
    if (decision.reply == OrderReply::none) return;
    context_.tell(claim.attempt.partition, KeyAnswered{claim, decision.reply, decision.holder});
  }

  Own own_;
  EntityContext<Answers> context_;
  const PartitionMap& map_;
  PaymentKeyState blank_;  // of a key that nobody knows
};

}  // namespace florin
