// One decision for each kind of news, and what is owed.
#include "domain/payment/checkout/checkout_decide.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/payment/checkout/checkout_evolve.hpp"

namespace florin {
namespace {

constexpr std::int64_t repeat_after_us = 1'000'000;

class CheckoutDraft {
 public:
  CheckoutDraft(const CheckoutState& before, Timestamp now)
      : before_(before), after_(before), now_(now) {}

  [[nodiscard]] const CheckoutState& state() const { return after_; }
  template <class E>
  void add(E event) {
    event.checkout = before_.id;
    evolve(after_, event, PaymentStamp{after_.attempt, now_});
    decision_.events.emplace_back(std::move(event));
  }
  void reply(CheckoutReply reply) { decision_.reply = reply; }
  void alarm(std::string what) { decision_.alarm = std::move(what); }

  // The attempt of a checkout that is received here is known only when its event has its place in
  // the log: whoever makes messages of the steps takes it from the state behind that.
  CheckoutDecision finish() {
    const CheckoutSteps owed = owed_steps(before_);
    for (const CheckoutStep& step : owed_steps(after_))
      if (std::ranges::find(owed, step) == owed.end()) decision_.steps.push_back(step);
    return std::move(decision_);
  }

 private:
  const CheckoutState& before_;
  CheckoutState after_;
  Timestamp now_;
  CheckoutDecision decision_;
};

std::optional<std::uint16_t> place_of(const CheckoutState& checkout, const PaymentId& order) {
  const auto at = std::ranges::find(checkout.orders, order, &CheckoutOrder::order);
  if (at == checkout.orders.end()) return std::nullopt;
  return static_cast<std::uint16_t>(at - checkout.orders.begin());
}

bool all_hold(const CheckoutState& checkout, CheckoutHold hold) {
  return std::ranges::all_of(checkout.orders,
                             [&](const CheckoutOrder& one) { return one.hold == hold; });
}

// Nothing of its attempt is held any more, nor can be.
bool is_all_released(const CheckoutState& checkout) {
  return all_hold(checkout, CheckoutHold::released) &&
         (!checkout.has_key() || checkout.key_hold == CheckoutHold::released);
}

bool is_over(OrderWord word) { return word == OrderWord::succeeded || word == OrderWord::failed; }

// None: an order is still under way.
std::optional<CheckoutPhase> end_of(const CheckoutState& checkout) {
  const auto succeeded =
      std::ranges::count(checkout.orders, OrderWord::succeeded, &CheckoutOrder::word);
  for (const CheckoutOrder& one : checkout.orders)
    if (!is_over(one.word)) return std::nullopt;
  if (succeeded == 0) return CheckoutPhase::failed;
  const bool all = static_cast<std::size_t>(succeeded) == checkout.orders.size();
  return all ? CheckoutPhase::done : CheckoutPhase::partly_failed;
}

// What whoever accepts has checked already.
bool is_sound(const std::vector<CheckoutOrderAsked>& orders) {
  if (orders.empty() || orders.size() > limits::checkout_orders_max) return false;
  const auto is_alike = [&](const CheckoutOrderAsked& one) {
    return !one.order.empty() && is_sound(one.terms) &&
           one.terms.currency == orders.front().terms.currency;
  };
  const auto repeats = std::ranges::adjacent_find(orders, {}, &CheckoutOrderAsked::order);
  return repeats == orders.end() && std::ranges::all_of(orders, is_alike);
}

bool is_accepted(CheckoutPhase phase) { return phase >= CheckoutPhase::open; }

// What is asked again of an accepted checkout.
CheckoutReply reply_of_accepted(const CheckoutState& checkout, const CheckoutAsked& news,
                                Timestamp now) {
  if (checkout.content == news.content) return CheckoutReply::known;
  const bool is_same_key =
      checkout.has_key() && news.key == checkout.key && now < checkout.key_until();
  return is_same_key ? CheckoutReply::key_reused : CheckoutReply::reused;
}

// Its desk has sent it again: the leader before this one may have been lost with the answer.
bool is_own_resend(const CheckoutState& checkout, const CheckoutAsked& news) {
  return news.asked_by != CommandId{} && news.asked_by == checkout.asked_by &&
         news.content == checkout.content;
}

// --- what a checkout holds: its orders, and its key -------------------------------------------------------------

using StepKind = CheckoutStep::Kind;

// One that it wants, and what becomes of it, as an event and what follows from that.
struct HeldOrder {
  std::uint16_t place = 0;

  static constexpr std::array owed{StepKind::reserve, StepKind::release, StepKind::begin};
  static constexpr const char* released_unasked =
      "checkout: an order says that this attempt was released, and it was not";
  static constexpr const char* answers_unasked = "checkout: an order answers what it was not asked";

  [[nodiscard]] CheckoutHold hold(const CheckoutState& checkout) const {
    return checkout.orders[place].hold;
  }
  void reserved(CheckoutDraft& draft) const {
    draft.add(CheckoutOrderReserved{{}, place});
    if (!all_hold(draft.state(), CheckoutHold::reserved)) return;
    draft.add(CheckoutAccepted{});
    draft.reply(CheckoutReply::accepted);
  }
  void taken(CheckoutDraft& draft, const PaymentId& holder) const {
    draft.add(CheckoutRefused{{}, place, holder});
    draft.reply(CheckoutReply::refused);
  }
  void begun(CheckoutDraft& draft) const { draft.add(CheckoutOrderBegun{{}, place}); }
  void released(CheckoutDraft& draft) const { draft.add(CheckoutOrderReleased{{}, place}); }
  void wanted_again(CheckoutDraft& draft) const { draft.add(CheckoutReleaseReopened{{}, place}); }
};

struct HeldKey {
  static constexpr std::array owed{StepKind::reserve_key, StepKind::release_key,
                                   StepKind::keep_key};
  static constexpr const char* released_unasked =
      "checkout: its key says that this attempt was released, and it was not";
  static constexpr const char* answers_unasked = "checkout: its key answers what it was not asked";

  [[nodiscard]] static CheckoutHold hold(const CheckoutState& checkout) {
    return checkout.key_hold;
  }
  static void reserved(CheckoutDraft& draft) { moved(draft, CheckoutHold::reserved); }
  static void taken(CheckoutDraft& draft, const PaymentId& holder) {
    if (holder.empty()) return draft.alarm("checkout: its key is taken by nobody");
    draft.add(CheckoutKeyMoved{{}, CheckoutHold::wanted, holder});
    draft.reply(CheckoutReply::refused);
  }
  static void begun(CheckoutDraft& draft) { moved(draft, CheckoutHold::begun); }
  static void released(CheckoutDraft& draft) { moved(draft, CheckoutHold::released); }
  static void wanted_again(CheckoutDraft& draft) { moved(draft, CheckoutHold::wanted); }

 private:
  static void moved(CheckoutDraft& draft, CheckoutHold to) {
    draft.add(CheckoutKeyMoved{{}, to, {}});
  }
};

// Whoever it asked has answered this attempt: twice, late, or before the answer to what it was asked before.
template <class Held>
void heard(CheckoutDraft& draft, const Held& held, OrderReply reply, const PaymentId& holder) {
  const CheckoutPhase phase = draft.state().phase;
  const CheckoutHold hold = held.hold(draft.state());
  const bool waits = phase == CheckoutPhase::receiving && hold == CheckoutHold::wanted;
  switch (reply) {
    case OrderReply::reserved:
    case OrderReply::same:
      // Late: it is released again.
      if (phase == CheckoutPhase::refused && hold == CheckoutHold::released)
        held.wanted_again(draft);
      else if (waits)
        held.reserved(draft);
      return;
    case OrderReply::taken:
      if (waits) held.taken(draft, holder);
      return;
    case OrderReply::released:
      if (phase == CheckoutPhase::receiving)
        draft.alarm(Held::released_unasked);
      else if (phase == CheckoutPhase::refused && hold != CheckoutHold::released)
        held.released(draft);
      return;
    case OrderReply::begun:
      if (is_accepted(phase) && hold == CheckoutHold::reserved) held.begun(draft);
      return;
    case OrderReply::busy: return;  // asked again when its time has come
    case OrderReply::none:
    case OrderReply::cancelled:
    case OrderReply::cancelling:
    case OrderReply::in_progress:
    case OrderReply::final_:
    case OrderReply::not_found: return draft.alarm(Held::answers_unasked);
  }
}

// What it owes one of them.
template <class Held>
std::optional<StepKind> owed_to(const CheckoutState& checkout, const Held& held) {
  const auto [reserve, release, begin] = Held::owed;
  const CheckoutHold hold = held.hold(checkout);
  if (checkout.phase == CheckoutPhase::receiving && hold == CheckoutHold::wanted) return reserve;
  if (checkout.phase == CheckoutPhase::refused && hold != CheckoutHold::released) return release;
  if (is_accepted(checkout.phase) && hold == CheckoutHold::reserved) return begin;
  return std::nullopt;
}

}  // namespace

CheckoutSteps owed_steps(const CheckoutState& checkout) {
  CheckoutSteps steps;
  const bool is_receiving = checkout.phase == CheckoutPhase::receiving;
  if (checkout.has_key())
    if (const auto kind = owed_to(checkout, HeldKey())) steps.push_back({*kind});
  // One at a time, and the key before the first order.
  for (std::uint16_t place = 0; place < checkout.orders.size(); ++place) {
    if (is_receiving && !steps.empty()) return steps;
    if (const auto kind = owed_to(checkout, HeldOrder{place})) steps.push_back({*kind, place});
  }
  return steps;
}

std::optional<Timestamp> due(const CheckoutState& checkout) {
  if (owed_steps(checkout).empty()) return std::nullopt;
  return checkout.changed_at + repeat_after_us;
}

CheckoutDecision decide(const CheckoutState& checkout, const CheckoutAsked& news, Timestamp now) {
  CheckoutDraft draft(checkout, now);
  const bool is_free = checkout.phase == CheckoutPhase::none ||
                       (checkout.phase == CheckoutPhase::refused && is_all_released(checkout));
  if (is_accepted(checkout.phase)) {
    draft.reply(reply_of_accepted(checkout, news, now));
    return draft.finish();
  }
  if (is_own_resend(checkout, news)) {
    draft.reply(checkout.phase == CheckoutPhase::refused ? CheckoutReply::refused
                                                         : CheckoutReply::received);
    return draft.finish();
  }
  if (!is_free) {
    draft.reply(CheckoutReply::under_way);
    return draft.finish();
  }
  CheckoutReceived received{{}, news.content, news.key, news.asked_by, news.orders};
  std::ranges::sort(received.orders, {}, &CheckoutOrderAsked::order);
  if (!is_sound(received.orders)) {
    draft.alarm("checkout: begun with orders that cannot be carried out");
    return draft.finish();
  }
  draft.add(std::move(received));
  draft.reply(CheckoutReply::received);
  return draft.finish();
}

CheckoutDecision decide(const CheckoutState& checkout, const CheckoutOrderAnswered& news,
                        Timestamp now) {
  CheckoutDraft draft(checkout, now);
  const auto place = place_of(checkout, news.order);
  if (!place || news.attempt != checkout.attempt) return draft.finish();
  heard(draft, HeldOrder{*place}, news.reply, news.holder);
  return draft.finish();
}

CheckoutDecision decide(const CheckoutState& checkout, const CheckoutKeyAnswered& news,
                        Timestamp now) {
  CheckoutDraft draft(checkout, now);
  if (!checkout.has_key() || news.attempt != checkout.attempt) return draft.finish();
  heard(draft, HeldKey(), news.reply, news.holder);
  return draft.finish();
}

CheckoutDecision decide(const CheckoutState& checkout, const CheckoutWordTold& news,
                        Timestamp now) {
  CheckoutDraft draft(checkout, now);
  const auto place = place_of(checkout, news.order);
  if (!place || !is_accepted(checkout.phase)) {
    draft.alarm("checkout: told by an order that it has not begun");
    return draft.finish();
  }
  draft.reply(CheckoutReply::heard);
  if (news.word <= checkout.orders[*place].word) return draft.finish();
  draft.add(CheckoutOrderTold{{}, *place, news.word});
  // Whoever tells has begun, whether or not that answer came.
  if (draft.state().orders[*place].hold == CheckoutHold::reserved)
    draft.add(CheckoutOrderBegun{{}, *place});
  const auto end = end_of(draft.state());
  if (end && checkout.phase == CheckoutPhase::open) draft.add(CheckoutEnded{{}, *end});
  return draft.finish();
}

CheckoutDecision decide(const CheckoutState& checkout, const CheckoutNews& news, Timestamp now) {
  return visit([&](const auto& one) { return decide(checkout, one, now); }, news);
}

}  // namespace florin
