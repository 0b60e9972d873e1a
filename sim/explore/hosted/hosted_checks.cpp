// What must be true of every world, and of one in which nothing happens any more; and which cells of the state table were met.
#include <algorithm>

#include "domain/payment/order/order_classify.hpp"
#include "sim/explore/hosted/hosted_world.hpp"

namespace florin::sim {
namespace {

using Page = HostedProvider::Page;

bool is_success(OrderPhase phase) { return status_of(phase) == OrderStatus::success; }

std::size_t done_credits(const HostedWorld& world) {
  return static_cast<std::size_t>(
      std::ranges::count_if(world.credits, [](const auto& step) { return !step.second; }));
}

bool has_entry(const HostedWorld& world, LedgerFlow flow) {
  return world.entries.at(static_cast<std::size_t>(flow)) != 0;
}

bool has_credit(const HostedWorld& world, LedgerFlow flow) {
  return std::ranges::any_of(
      world.credits, [flow](const auto& step) { return step.first.first == flow && !step.second; });
}

// The provider has named another page before the true one: that is believed, what it says of the true one is not, and people are
// told (rule 3).
bool knows_another(const HostedWorld& world) {
  return world.order.object == hosted_other_page &&
         world.order.has(OrderAttention::psp_two_objects);
}

}  // namespace

std::string HostedRules::check(const HostedWorld& world) const {
  const HostedProvider& provider = world.provider;
  if (provider.pages > 1) return "two pages were made for one order";
  if (provider.captures > 1) return "charged twice";
  if (done_credits(world) > 1) return "credited twice";
  if (done_credits(world) == 1 && provider.captures == 0) return "credited, and nobody has paid";
  if (done_credits(world) == 1 && !is_success(world.order.phase))
    return "credited, and the order is not a SUCCESS";
  if (is_success(world.order.phase) && provider.captures == 0)
    return "a SUCCESS that nobody has paid";
  const bool is_sold = has_entry(world, LedgerFlow::sale);
  const bool is_from_suspense = has_entry(world, LedgerFlow::out_of_suspense);
  if (is_sold && !has_credit(world, LedgerFlow::sale)) return "an entry before its credit";
  if (is_from_suspense && !has_entry(world, LedgerFlow::suspense))
    return "an entry out of suspense, and nothing was there";
  if (has_entry(world, LedgerFlow::suspense) && provider.captures == 0)
    return "money in suspense that nobody has paid";
  if (is_sold && is_from_suspense) return "two entries of one credit";
  return {};
}

bool HostedRules::may_rest(const HostedWorld& world) {
  const OrderPhase phase = world.order.phase;
  // Nobody can say that a page was never made, and only people that a mismatch is none.
  const bool asks_for_nothing = phase == OrderPhase::unresolved || phase == OrderPhase::cancelling;
  return (asks_for_nothing && world.provider.page == Page::none) ||
         (phase == OrderPhase::unresolved && world.provider.lies > 0) ||
         phase == OrderPhase::mismatch || knows_another(world);
}

std::string HostedRules::check_end(const HostedWorld& world) const {
  const OrderState& order = world.order;
  const bool is_paid = world.provider.captures > 0;
  const bool is_suspense = has_entry(world, LedgerFlow::suspense);
  if (order.phase == OrderPhase::done) {
    if (done_credits(world) != 1) return "done without a credit";
    const bool is_entered = has_credit(world, LedgerFlow::sale)
                                ? has_entry(world, LedgerFlow::sale)
                                : is_suspense && has_entry(world, LedgerFlow::out_of_suspense);
    if (!is_entered) return "done without its entries";
  } else if (order.phase == OrderPhase::failed) {
    // Whoever was told that it is over does not ask again by himself.
    const bool was_lied_to = case_.lie == HostedLie::ended && world.provider.lies > 0;
    if (is_paid && !was_lied_to && !(order.has(OrderAttention::late_success) && is_suspense))
      return "paid, FAILED, and in no suspense";
    if (done_credits(world) != 0) return "FAILED and credited";
  } else {
    return "it ends in " + std::string(to_string(order.phase));
  }
  std::size_t holders = 0;
  for (const CheckoutState& checkout : world.checkouts) {
    if (checkout.phase == CheckoutPhase::refused) continue;
    ++holders;
    const bool is_done = checkout.phase == CheckoutPhase::done;
    if (!is_done && checkout.phase != CheckoutPhase::failed)
      return "a checkout ends in " + std::string(to_string(checkout.phase));
    if (is_done != (order.phase == OrderPhase::done))
      return "the checkout says something else than its order";
  }
  return holders == 1 ? std::string() : "two checkouts have one order, or none has it";
}

// As decide takes them: what it applies first, and behind that only where nothing has moved before.
void HostedRules::note_cells(const HostedWorld& world, const OrderNews& news) {
  const OrderState& order = world.order;
  const OrderContext now = context(world);
  const auto note = [&](OrderPhase phase, OrderInput input) {
    ++cells_.at(static_cast<std::size_t>(phase)).at(static_cast<std::size_t>(input));
  };
  const auto note_here = [&](OrderInput input) { note(order.phase, input); };
  if (const auto* reserve = get_if<OrderReserveAsked>(&news))
    return note_here(input_of(order, *reserve));
  if (const auto* release = get_if<OrderReleaseAsked>(&news))
    return note_here(input_of(order, *release));
  if (const auto* begin = get_if<OrderBeginAsked>(&news)) {
    if (order.phase == OrderPhase::none || order.claim != begin->claim) return;
    note_here(OrderInput::begin);
    if (order.phase == OrderPhase::reserved && !case_.has_risk)
      note(OrderPhase::risk_check, OrderInput::risk_ok);
    return;
  }
  if (const auto* answered = get_if<OrderCallAnswered>(&news)) {
    OrderCallAnswered heard = *answered;
    if (heard.operation != OrderOperation::risk) heard.answer = believed(heard.answer);
    return note_here(input_of(order, heard, now));
  }
  if (const auto* read = get_if<OrderReadAnswered>(&news)) {
    OrderReadAnswered heard = *read;
    heard.answer = believed(heard.answer);
    return note_here(input_of(order, heard));
  }
  if (holds_alternative<OrderHint>(news)) return note_here(OrderInput::hint);
  if (const auto* credit = get_if<OrderCreditAnswered>(&news)) {
    const bool is_owed = order.phase == OrderPhase::crediting || order.phase == OrderPhase::parked;
    if (is_owed && (credit->number != order.credit_number || credit->flow != credit_flow(order)))
      return;
    return note_here(credit->refusal ? OrderInput::credit_refused : OrderInput::credited);
  }
  if (const auto* posted = get_if<OrderLedgerAnswered>(&news)) {
    if (posted->flow != LedgerFlow::suspense && order.phase == OrderPhase::posting)
      note_here(OrderInput::posted);
    return;
  }
  if (const auto* cancel = get_if<OrderCancelAsked>(&news))
    return note_here(input_of(order, *cancel));
  if (!holds_alternative<OrderTimePassed>(news)) return;
  const auto has_come = [&](Timestamp at) { return !at.is_none() && at <= now.now; };
  if (order.call.in_flight && has_come(order.call.due)) {
    const OrderCallAnswered lost{
        order.call.operation, order.call.number, order.call.sends, {}, std::nullopt};
    const OrderInput input = input_of(order, lost, now);
    note_here(input);
    if (order_cell(order.phase, input).moves) return;
  }
  if (order.read.in_flight && has_come(order.read.due)) return;
  if (can_expire(order) && has_come(order.terms.expires_at))
    return note_here(input_of_expiry(order));
  const auto owed = owed_call(order);
  if (owed && owed->is_logged && !order.call.in_flight && !waits_for_read(order) &&
      now.now >= owed_call_due(order) && is_stale(order.call, now))
    return note_here(owed->operation == OrderOperation::registration ? OrderInput::register_spent
                                                                     : OrderInput::close_spent);
  if (!order.read.in_flight && has_come(order.read.due)) note_here(OrderInput::poll);
}

}  // namespace florin::sim
