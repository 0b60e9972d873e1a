// OrderDraft: one decision in the making. Each event that is added is evolved at once, so that what
// follows is decided on the state behind it. Private to the files of decide.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "domain/payment/order/order_decide.hpp"
#include "domain/payment/order/order_evolve.hpp"

namespace florin {

class OrderDraft {
 public:
  OrderDraft(const OrderState& before, const OrderContext& context)
      : before_(before), after_(before), context_(context) {}

  [[nodiscard]] const OrderState& state() const { return after_; }
  [[nodiscard]] const OrderContext& context() const { return context_; }

  template <class E>
  void add(E event) {
    event.order = before_.id;
    evolve(after_, event, PaymentStamp{{}, context_.now});
    decision_.events.emplace_back(std::move(event));
  }
  void reply(OrderReply reply) { decision_.reply = reply; }
  void name_holder() { decision_.holder = after_.claim.checkout; }
  void alarm(std::string what) {
    if (decision_.alarm.empty()) decision_.alarm = std::move(what);
  }

  // What the state table says of `input` now. `note`: the provider's code, for the history.
  void apply(OrderInput input, std::string_view note = {});
  void raise(OrderAttention attention);
  // One read in flight; what is wanted meanwhile is one more behind it. None before a call has
  // left, or of who cannot be read.
  void want_read();
  void read_again_if_wanted() {
    if (after_.read.again && !after_.read.in_flight) want_read();
  }
  // What an answer says of the object, if it was not known.
  void see(const PspReport& report);
  // What an answer says of itself.
  void raise_signs(const PspAnswerSeen& answer);

  [[nodiscard]] Timestamp lost_at() const {
    return context_.now + context_.policy.call_patience_us;
  }
  // When what has ended `ended` times in a row is tried again.
  [[nodiscard]] Timestamp backed_off(std::uint32_t ended) const {
    return context_.now + order_backoff_us(context_.policy, ended, jitter_of(before_.id));
  }

  OrderDecision finish();
  // The same, and what time alone has made due.
  OrderDecision finish_in_time();

 private:
  void move(const OrderCell& cell, OrderInput input, std::string_view note);

  const OrderState& before_;
  OrderState after_;
  const OrderContext& context_;
  OrderDecision decision_;
};

// Time's part of calls and reads (order_decide_calls.cpp): what is in flight is given up for lost.
void give_up_lost_send(OrderDraft& draft);
void give_up_lost_read(OrderDraft& draft);

}  // namespace florin
