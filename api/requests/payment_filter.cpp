// One function for each type of parameter. A word that no payment can have is a fault, not an empty list.
#include "api/requests/payment_filter.hpp"

#include <algorithm>

#include "api/json/json_reader.hpp"

namespace florin {
namespace {

using QueryText = std::optional<std::string>;

Result<std::uint8_t, InputFault> read_statuses(std::string_view name, const QueryText& text) {
  if (!text) return OrderFilter().statuses;
  const auto& names = order_status_names;
  const auto at = std::ranges::find(names, *text);
  if (at == names.end())
    return Err{bad_field(name, "must be NOT_STARTED, EXECUTING, SUCCESS or FAILED.")};
  return bit_of(static_cast<OrderStatus>(at - names.begin()));
}

Result<std::string, InputFault> read_sub_status(std::string_view name, const QueryText& text) {
  if (!text) return std::string();
  if (!is_sub_status(*text))
    return Err{bad_field(name, "must be a sub_status of payments, as in awaiting_payer.")};
  return *text;
}

Result<AccountId, InputFault> read_account(std::string_view name, const QueryText& text) {
  if (!text) return AccountId();
  const auto id = AccountId::parse(*text);
  if (!id) return Err{bad_field(name, "must be 1-64 characters of A-Z a-z 0-9 . _ : -")};
  return *id;
}

// Of a checkout, or the name of a provider.
Result<PaymentId, InputFault> read_payment_id(std::string_view name, const QueryText& text) {
  if (!text) return PaymentId();
  const auto id = PaymentId::parse(*text);
  if (!id) return Err{bad_field(name, "must be 1-64 characters of A-Z a-z 0-9 . _ -")};
  return *id;
}

Result<std::string, InputFault> read_reference(std::string_view name, const QueryText& text) {
  if (!text) return std::string();
  const bool is_visible = std::ranges::all_of(*text, [](char c) { return c > ' ' && c <= '~'; });
  if (text->empty() || text->size() > limits::psp_reference_chars_max || !is_visible)
    return Err{bad_field(name, "must be 1 to 255 visible ASCII characters.")};
  return *text;
}

Result<OrderAttention, InputFault> read_attention(std::string_view name, const QueryText& text) {
  if (!text) return OrderAttention::none;
  const auto& names = order_attention_names;
  const auto at = std::ranges::find(names.begin() + 1, names.end(), *text);
  if (at == names.end())
    return Err{bad_field(name, "must be an attention of payments, as in dead_letter.")};
  return static_cast<OrderAttention>(at - names.begin());
}

Result<Timestamp, InputFault> read_time(std::string_view name, const QueryText& text,
                                        Timestamp not_given) {
  if (!text) return not_given;
  const auto time = Timestamp::parse_rfc3339(*text);
  if (!time) return Err{bad_field(name, "must be a time of RFC 3339, as in 2026-11-22T04:05:06Z.")};
  return *time;
}

}  // namespace

Result<OrderFilter, InputFault> read_payment_filter(
    const QueryValues<payment_filter_names.size()>& values) {
  const auto& names = payment_filter_names;
  OrderFilter filter;
  FLORIN_TRY(statuses, read_statuses(names[0], values[0]));
  FLORIN_TRY(sub_status, read_sub_status(names[1], values[1]));
  FLORIN_TRY(seller, read_account(names[2], values[2]));
  FLORIN_TRY(buyer, read_account(names[3], values[3]));
  FLORIN_TRY(checkout, read_payment_id(names[4], values[4]));
  FLORIN_TRY(psp, read_payment_id(names[5], values[5]));
  FLORIN_TRY(reference, read_reference(names[6], values[6]));
  FLORIN_TRY(attention, read_attention(names[7], values[7]));
  FLORIN_TRY(from, read_time(names[8], values[8], filter.from));
  FLORIN_TRY(to, read_time(names[9], values[9], filter.to));
  filter.statuses = statuses;
  filter.sub_status = std::move(sub_status);
  filter.seller = std::move(seller);
  filter.buyer = std::move(buyer);
  filter.checkout = std::move(checkout);
  filter.psp = psp.str();
  filter.psp_reference = std::move(reference);
  filter.attention = attention;
  filter.from = from;
  filter.to = to;
  return filter;
}

}  // namespace florin
