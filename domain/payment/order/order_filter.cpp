// One line for each thing that can be asked for.
#include "domain/payment/order/order_filter.hpp"

#include <algorithm>

namespace florin {

bool matches(const OrderState& order, const OrderFilter& filter) {
  const auto is_or_any = [](const auto& wanted, const auto& have) {
    return wanted.empty() || wanted == have;
  };
  if (filter.statuses != 0 && (filter.statuses & bit_of(status_of(order.phase))) == 0) return false;
  if (!filter.sub_status.empty() && sub_status_of(order) != filter.sub_status) return false;
  if (!is_or_any(filter.seller, order.terms.seller)) return false;
  if (!is_or_any(filter.buyer, order.terms.buyer)) return false;
  if (!is_or_any(filter.checkout, order.claim.checkout)) return false;
  if (!is_or_any(filter.psp, order.terms.psp)) return false;
  if (!is_or_any(filter.psp_reference, order.object) && filter.psp_reference != order.payment)
    return false;
  if (filter.attention != OrderAttention::none && !order.has(filter.attention)) return false;
  return filter.from <= order.begun_at && order.begun_at < filter.to;
}

bool is_sub_status(std::string_view word) {
  const auto is_phase = [&](const OrderPhaseWords& words) {
    return words.phase > OrderPhase::reserved && words.phase != OrderPhase::failed &&
           words.name == word;
  };
  const auto is_failure = [&](std::string_view name) {
    return name == word && name != to_string(OrderFailure::none);
  };
  return std::ranges::any_of(order_phase_words, is_phase) ||
         std::ranges::any_of(order_failure_names, is_failure) ||
         std::ranges::any_of(all_rejections,
                             [&](Rejection code) { return to_string(code) == word; });
}

}  // namespace florin
