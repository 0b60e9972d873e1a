// CheckoutActor: the entity actor of one checkout. A sans-I/O state machine: it asks the domain (domain/payment/checkout), records the
// events, tells its orders what it owes them, and whoever waits how it stands. No decision is made here.
//
// Every message may come twice, late, never, or before its predecessor: what orders say names the attempt, and what is owed is repeated
// until it is answered (on_due).
//
// Crash: who waits is forgotten; everything else is state.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "actors/entity/entity_context.hpp"
#include "actors/entity/waiter.hpp"
#include "actors/messages/subject.hpp"
#include "actors/payment/payment_uses.hpp"
#include "domain/payment/checkout/checkout_decide.hpp"

namespace florin {

// `Own`: the checkout that the message is for: its state, null when there is none, and who waits for it.
template <class Own, class Answers>
class CheckoutActor {
 public:
  // `is_ready`: payments are configured here, and every node of the cluster knows their events.
  CheckoutActor(Own own, EntityContext<Answers> context, const PartitionMap& map, bool is_ready)
      : own_(own), context_(context), map_(map), is_ready_(is_ready) {
    blank_.id = own_.id();
  }

  // payment path 2/12: the checkout logs that it came, and asks each order for itself.
  void on(const StartCheckout& message) {
    if (!is_ready_) return refuse(message, PaymentRefusal::not_ready);
    if (!std::ranges::all_of(message.orders, [](const CheckoutOrderAsked& one) {
          return PaymentId::parse(one.order.view()).has_value();
        }))
      return context_.alarm("checkout: begun with an order that has no name", {});
    const CheckoutAsked news{message.content, message.key, message.command, message.orders};
    switch (heed(news)) {
      case CheckoutReply::received: return wait(message);
      case CheckoutReply::known: return show_known(message);
      case CheckoutReply::reused: return refuse(message, PaymentRefusal::checkout_id_reused);
      case CheckoutReply::key_reused:
        return refuse(message, PaymentRefusal::idempotency_key_reused);
      case CheckoutReply::under_way: return refuse(message, PaymentRefusal::request_in_progress);
      case CheckoutReply::refused: return context_.reply_to(message, refusal_of(checkout()));
      case CheckoutReply::none:  // an alarm was raised: nobody honest asks so
      case CheckoutReply::accepted:
      case CheckoutReply::heard: return;
    }
  }

  // One that was refused is as if it had never been.
  void on(const GetCheckout& message) {
    const CheckoutPhase phase = checkout().phase;
    if (phase == CheckoutPhase::none || phase == CheckoutPhase::refused)
      return refuse(message, PaymentRefusal::checkout_not_found);
    context_.reply_to(message, view(false));
  }

  void on(const OrderAnswered& message) {
    if (message.claim != checkout().claim()) return;  // of an attempt that is over
    const CheckoutReply said = heed(
        CheckoutOrderAnswered{message.order, message.claim.attempt, message.reply, message.holder});
    if (said == CheckoutReply::refused) answer_all([this] { return refusal_of(checkout()); });
    answer_if_settled();
  }

  void on(const KeyAnswered& message) {
    if (message.claim != checkout().claim()) return;  // of an attempt that is over
    const CheckoutReply said =
        heed(CheckoutKeyAnswered{message.claim.attempt, message.reply, message.holder});
    if (said == CheckoutReply::refused) answer_all([this] { return refusal_of(checkout()); });
  }

  void on(const TellCheckout& message) {
    if (message.claim != checkout().claim())
      return context_.alarm("checkout: told by an order of an attempt that was never accepted", {});
    if (heed(CheckoutWordTold{message.order, message.word}) == CheckoutReply::heard)
      context_.tell(partition_of(message.order, map_),
                    CheckoutHeard{message.order, message.claim, message.word});
    answer_if_settled();
  }

  // What it owes, again; the longer it waits the more seldom.
  Timestamp on_due() {
    for (const CheckoutStep& step : owed_steps(checkout())) take(step);
    const std::int64_t waited = context_.now().us - checkout().changed_at.us;
    return context_.now() + std::clamp(waited, again_us_min, again_us_max);
  }

 private:
  static constexpr std::int64_t again_us_min = 1'000'000;
  static constexpr std::int64_t again_us_max = 30LL * 1'000'000;
  static constexpr std::size_t waiters_max = 16;  // all of one request, sent again

  [[nodiscard]] const CheckoutState& checkout() const {
    const CheckoutState* const known = own_.state();
    return known == nullptr ? blank_ : *known;
  }

  template <class News>
  CheckoutReply heed(const News& news) {
    const CheckoutDecision decision = decide(checkout(), news, context_.now());
    for (const AnyCheckoutEvent& event : decision.events)
      visit([this](const auto& one) { context_.emit(one); }, event);
    if (!decision.alarm.empty()) context_.alarm(decision.alarm, {});
    for (const CheckoutStep& step : decision.steps) take(step);
    return decision.reply;
  }
  // The attempt is known behind its event only, so it is taken from the state.
  void take(const CheckoutStep& step) {
    const OrderClaim claim = checkout().claim();
    const CheckoutOrder& one = checkout().orders.at(step.order);
    const PartitionId to = partition_of(one.order, map_);
    switch (step.kind) {
      case CheckoutStep::Kind::reserve:
        return context_.tell(to, ReserveOrder{one.order, claim, one.content});
      case CheckoutStep::Kind::release: return context_.tell(to, ReleaseOrder{one.order, claim});
      case CheckoutStep::Kind::begin:
        return context_.tell(to, BeginOrder{one.order, claim, one.terms});
      case CheckoutStep::Kind::reserve_key: return tell_key<ReserveKey>();
      case CheckoutStep::Kind::release_key: return tell_key<ReleaseKey>();
      case CheckoutStep::Kind::keep_key: return tell_key<KeepKey>();
    }
  }
  template <class Asking>
  void tell_key() {
    const PaymentId key = payment_key_id(checkout().key);
    context_.tell(partition_of(key, map_), Asking{key, checkout().claim()});
  }

  // --- who waits --------------------------------------------------------------------------------------------
  // Accepted, and each order can be paid or is over.
  [[nodiscard]] bool is_settled() const {
    return checkout().phase >= CheckoutPhase::open &&
           std::ranges::all_of(checkout().orders, [](const CheckoutOrder& one) {
             return one.word != OrderWord::nothing;
           });
  }
  void wait(const StartCheckout& message) {
    if (is_settled()) return context_.reply_to(message, view(true));
    std::vector<Waiter>& waiters = own_.waiters();
    if (waiters.size() >= waiters_max) waiters.erase(waiters.begin());
    waiters.emplace_back(message.request);
  }
  // The same request after all: its desk has sent it again, and has not been answered.
  void show_known(const StartCheckout& message) {
    const bool is_same = message.command != CommandId{} && message.command == checkout().asked_by;
    if (is_same) return wait(message);
    context_.reply_to(message, view(false));
  }
  void answer_if_settled() {
    if (is_settled()) answer_all([this] { return view(true); });
  }
  template <class Body>
  void answer_all(Body&& body) {
    std::vector<Waiter> waiters = std::exchange(own_.waiters(), {});
    for (const Waiter& waiter : waiters)
      context_.answer(waiter, {0, context_.current_position(), body(),
                               subject_of_checkout(own_.id(), checkout().content)});
  }

  // --- replies --------------------------------------------------------------------------------------------------
  [[nodiscard]] std::unique_ptr<CheckoutView> view(bool created) const {
    auto view = std::make_unique<CheckoutView>();
    view->checkout = own_.id();
    view->state = checkout();
    view->state.id = {};
    view->created = created;
    return view;
  }
  template <class Asked>
  void refuse(const Asked& message, PaymentRefusal why) {
    context_.reply_to(message, PaymentRefused{why, {}});
  }

  Own own_;
  EntityContext<Answers> context_;
  const PartitionMap& map_;
  bool is_ready_;
  CheckoutState blank_;  // of a checkout that nobody knows
};

}  // namespace florin
