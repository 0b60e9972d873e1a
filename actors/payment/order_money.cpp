// One line for each flow, and what came, in our own minor units.
#include "actors/payment/order_money.hpp"

#include <string>

#include "psp/sessions/sessions_currencies.hpp"

namespace florin {
namespace {

// What lies in suspense is what came, which may not be what was asked for.
struct MoneyThatCame {
  Minor amount = 0;
  Currency currency;
};
std::optional<MoneyThatCame> came_for(const OrderState& order) {
  const OrderTerms& terms = order.terms;
  if (order.received_in.is_none() || order.received <= 0) return std::nullopt;
  // By the exponents of acceptance, as long as it is what was asked for.
  if (order.received_in == terms.currency && order.received == terms.psp_amount)
    return MoneyThatCame{terms.amount, terms.currency};
  const auto amount = psp::sessions::from_psp_amount(order.received, order.received_in);
  if (!amount || *amount <= 0) return std::nullopt;
  return MoneyThatCame{*amount, order.received_in};
}

bool is_in_suspense(LedgerFlow flow) {
  return flow == LedgerFlow::suspense || flow == LedgerFlow::out_of_suspense;
}

}  // namespace

MoneyRule rule_of(LedgerFlow flow) {
  switch (flow) {
    case LedgerFlow::sale: return MoneyRule::card_success;
    case LedgerFlow::top_up: return MoneyRule::top_up;
    case LedgerFlow::suspense: return MoneyRule::parked;
    case LedgerFlow::out_of_suspense: return MoneyRule::parked_credited;
  }
  return MoneyRule::parked;
}

std::optional<LedgerFlow> flow_of(MoneyRule rule) {
  switch (rule) {
    case MoneyRule::card_success: return LedgerFlow::sale;
    case MoneyRule::top_up: return LedgerFlow::top_up;
    case MoneyRule::parked: return LedgerFlow::suspense;
    case MoneyRule::parked_credited: return LedgerFlow::out_of_suspense;
    case MoneyRule::parked_refunded:
    case MoneyRule::wallet_debited:
    case MoneyRule::wallet_credited:
    case MoneyRule::wallet_returned:
    case MoneyRule::dispute_withdrawn:
    case MoneyRule::dispute_won: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<StepContent> money_step_of(const OrderState& order, LedgerFlow flow,
                                         std::uint32_t number) {
  const bool is_suspense = flow == LedgerFlow::suspense;
  const MoneyRule rule = rule_of(flow);
  StepContent step;
  step.name = {OriginKind::payment, order.id.str(), rule, number};
  step.asked = is_suspense ? order.suspense_asked : order.credit_asked;
  step.currency = order.terms.currency;
  step.amount = order.terms.amount;
  step.holder = order.terms.psp;
  if (is_in_suspense(flow))
    step.reason = order_attention_names[static_cast<std::size_t>(order.suspense_for)];
  if (is_suspense) {
    const auto came = came_for(order);
    if (!came) return std::nullopt;
    step.currency = came->currency;
    step.amount = came->amount;
    return step;
  }
  step.account = order.terms.seller;
  // Who tops up a wallet of its own pays none, also where the money had to wait in suspense.
  const bool is_top_up = order.terms.seller == order.terms.buyer;
  if (has_fee(row_of(rule)) && !is_top_up) step.fee = order.terms.fee;
  return step;
}

}  // namespace florin
