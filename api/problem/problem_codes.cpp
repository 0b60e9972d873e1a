// The table of codes. Advice on retries follows is_transient() of the domain: what is recorded under an id
// stays, so trying again needs a new one; what was not recorded may be sent again with the same id.
#include "api/problem/problem_codes.hpp"

#include <array>

namespace florin {
namespace {

constexpr std::size_t rejections = all_rejections.size();
constexpr std::size_t edge_codes = static_cast<std::size_t>(EdgeCode::webhook_signature) + 1;

constexpr Outcome no = Outcome::not_executed;

constexpr std::array<ProblemKind, rejections + edge_codes> table{{
    {"account_not_found", 404, no, Retry::new_id, "Account not found", "There is no such account."},
    {"transfer_not_found", 404, no, Retry::never, "Transfer not found",
     "No transfer with this transaction_id is known."},
    {"transaction_id_reused", 409, no, Retry::new_id, "Transaction id reused",
     "This transaction_id was used for another transfer of the same account: other party, amount "
     "or "
     "currency."},
    {"account_exists", 409, no, Retry::never, "Account exists",
     "The account exists and has other terms."},
    {"insufficient_available", 422, no, Retry::new_id, "Insufficient available balance",
     "The payer's available balance is less than the amount."},
    {"account_frozen", 422, no, Retry::new_id, "Account frozen",
     "The payer's or the payee's account is frozen."},
    {"account_closed", 422, no, Retry::never, "Account closed", "The account is closed."},
    {"currency_mismatch", 422, no, Retry::never, "Currency mismatch",
     "The transfer's currency is not the currency of both accounts."},
    {"same_account", 422, no, Retry::never, "Same account",
     "Payer and payee are the same account."},
    {"amount_not_positive", 422, no, Retry::never, "Amount not positive",
     "The amount must be greater than zero."},
    {"too_many_decimals", 422, no, Retry::never, "Too many decimals",
     "The amount has more decimals than its currency; amounts are never rounded."},
    {"balance_overflow", 422, no, Retry::new_id, "Balance overflow",
     "The balance would leave the range that an account can hold."},
    {"daily_limit_exceeded", 422, no, Retry::new_id, "Daily limit exceeded",
     "The payer's debits of this UTC day would exceed its daily limit."},
    {"deadline_passed", 422, no, Retry::new_id, "Deadline passed",
     "The transfer was not decided before its deadline."},
    {"account_not_empty", 422, no, Retry::same_id, "Account not empty",
     "An account can be closed when nothing is posted, held or reserved for it."},
    {"system_account", 422, no, Retry::never, "System account",
     "Accounts of the system are not the client's to create, change or use."},
    {"metadata_full", 422, no, Retry::never, "Metadata full",
     "The account would have more than 16 pairs of metadata."},

    {"invalid_json", 400, no, Retry::never, "Invalid JSON", "The body is not valid JSON in UTF-8."},
    {"invalid_request", 400, no, Retry::never, "Invalid request", "The request is malformed."},
    {"unknown_field", 400, no, Retry::never, "Unknown field",
     "The object has a key that is not known."},
    {"duplicate_field", 400, no, Retry::never, "Duplicate field", "The object has a key twice."},
    {"not_found", 404, no, Retry::never, "Not found", "There is no such resource."},
    {"method_not_allowed", 405, no, Retry::never, "Method not allowed",
     "The resource does not know this method; see the header Allow."},
    {"request_timeout", 408, no, Retry::same_id, "Request timeout",
     "The request did not arrive in time."},
    {"body_too_large", 413, no, Retry::never, "Body too large",
     "The body is larger than such a request may have: 8 MiB for a batch, 256 KiB for a webhook, "
     "128 KiB for others."},
    {"unsupported_media_type", 415, no, Retry::never, "Unsupported media type",
     "The body must be sent as application/json."},
    {"headers_too_large", 431, no, Retry::never, "Headers too large",
     "The header is larger than 16 KiB."},
    {"ambiguous", 409, no, Retry::never, "Ambiguous transaction id",
     "Several payers used this transaction_id; name one as from_account."},
    {"internal_error", 500, Outcome::unknown, Retry::same_id, "Internal error",
     "The server failed; whether the request was executed is not known."},
    {"overloaded", 503, no, Retry::same_id, "Overloaded",
     "Nothing was executed: the node has more work than it can queue, or its disk is nearly full."},
    {"not_ready", 503, no, Retry::same_id, "Not ready",
     "Nothing was executed: the node is starting or stopping, or makes the partition again from "
     "its log."},
    {"no_leader", 503, no, Retry::same_id, "No leader",
     "Nothing was executed: the partition has no leader now."},
    {"timeout", 504, Outcome::unknown, Retry::same_id, "Timeout",
     "No answer in time: whether the request was executed is not known yet."},
    {"cluster_conflict", 409, no, Retry::never, "Not possible in this cluster",
     "Nothing was changed: the cluster's nodes and replicas do not allow it."},
    {"clock_unsure", 503, no, Retry::same_id, "Clock unsure",
     "Nothing was executed: who would judge the deadline does not know the time well enough."},
    {"payment_not_found", 404, no, Retry::never, "Payment not found",
     "No payment order with this id is known."},
    {"checkout_not_found", 404, no, Retry::never, "Checkout not found",
     "No checkout with this id is known."},
    {"webhook_unknown_order", 404, no, Retry::never, "Webhook of an unknown order",
     "The webhook names this cluster and an order that it does not know."},
    {"checkout_id_reused", 409, no, Retry::new_id, "Checkout id reused",
     "This checkout_id was used for another request: other orders, amounts or terms."},
    {"payment_order_id_reused", 409, no, Retry::new_id, "Payment order id reused",
     "A payment_order_id of the request belongs to another checkout; nothing was made."},
    {"payment_final", 409, no, Retry::never, "Payment final",
     "The payment is over and cannot be canceled."},
    {"payment_in_progress", 409, no, Retry::same_id, "Payment in progress",
     "What is under way at the provider cannot be canceled now."},
    {"idempotency_key_reused", 422, no, Retry::never, "Idempotency key reused",
     "This Idempotency-Key was used for another request."},
    {"duplicate_order_id", 422, no, Retry::never, "Duplicate order id",
     "A payment_order_id comes twice in the request."},
    {"mixed_currencies", 422, no, Retry::never, "Mixed currencies",
     "All payment orders of a checkout, and all postings of a transaction, must be in one "
     "currency."},
    {"card_data", 422, no, Retry::never, "Card data",
     "The request holds what looks like the number of a card; card numbers are never sent here."},
    {"psp_unknown", 422, no, Retry::never, "Payment provider unknown",
     "There is no such payment provider here, or none for this currency and method."},
    {"payment_method_not_supported", 422, no, Retry::never, "Payment method not supported",
     "The payment method is not supported yet: use {\"type\":\"hosted\"}."},
    {"amount_not_supported", 422, no, Retry::never, "Amount not supported",
     "The payment provider cannot carry this amount in this currency."},
    {"return_url_not_allowed", 422, no, Retry::never, "Return URL not allowed",
     "The host of return_url is not one that is configured."},
    {"expires_at_out_of_range", 422, no, Retry::never, "Expiry out of range",
     "expires_at must be 1 minute to 24 hours ahead."},
    {"request_in_progress", 429, Outcome::unknown, Retry::same_id, "Request in progress",
     "Another request with this checkout_id is under way: ask again."},
    {"webhook_signature", 400, no, Retry::never, "Webhook signature",
     "The webhook's signature is missing, wrong or too old."},
}};

// Rejection numbers are 1.., without gaps.
constexpr std::size_t place_of(Rejection code) noexcept {
  return static_cast<std::size_t>(code) - 1;
}

}  // namespace

const ProblemKind& problem_kind(Rejection code) noexcept { return table[place_of(code)]; }

const ProblemKind& problem_kind(EdgeCode code) noexcept {
  return table[rejections + static_cast<std::size_t>(code)];
}

std::span<const ProblemKind> problem_kinds() noexcept { return table; }

bool comes_before(const ProblemKind& a, const ProblemKind& b) noexcept {
  const bool a_is_malformed = a.status == 400;
  if (a_is_malformed != (b.status == 400)) return a_is_malformed;
  return &a < &b;
}

std::string_view to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::not_executed: return "not_executed";
    case Outcome::executed: return "executed";
    case Outcome::unknown: return "unknown";
  }
  return "unknown";
}

std::string_view to_string(Retry retry) noexcept {
  switch (retry) {
    case Retry::same_id: return "same_id";
    case Retry::new_id: return "new_id";
    case Retry::never: return "never";
  }
  return "never";
}

}  // namespace florin
