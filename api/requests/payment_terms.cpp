// One function for each thing that may be against it.
#include "api/requests/payment_terms.hpp"

#include <string>

#include "api/json/json_reader.hpp"
#include "api/requests/payment_content.hpp"
#include "api/requests/return_url.hpp"
#include "base/assert.hpp"
#include "base/limits.hpp"
#include "psp/sessions/sessions_currencies.hpp"

namespace florin {
namespace {

std::string order_place(std::size_t order, std::string_view field) {
  return "/payment_orders/" + std::to_string(order) + json_pointer(field);
}

const PspSettings* provider_of(const PaymentRequest& request, const PaymentOrderAsked& order,
                               const PaymentSettings& settings) {
  if (!request.psp.empty()) return psp_named(settings, request.psp);
  return psp_for(settings, order.currency, PaymentMethod::hosted);
}

// In the provider's units, or why it does not carry that.
Result<Minor, std::string> provider_amount(PspAdapter adapter, const PaymentOrderAsked& order) {
  switch (adapter) {
    case PspAdapter::sessions: {
      const auto amount = psp::sessions::to_psp_amount(order.amount, order.currency);
      if (!amount) return Err{std::string(psp::sessions::to_string(amount.error()))};
      return *amount;
    }
  }
  return Err{std::string("no adapter")};
}

void check_provider(const PaymentRequest& request, const PaymentSettings& settings,
                    std::vector<ProblemPart>& parts) {
  bool is_unknown = !request.psp.empty() && psp_named(settings, request.psp) == nullptr;
  for (const PaymentOrderAsked& order : request.orders)
    is_unknown |= !order.currency.is_none() && provider_of(request, order, settings) == nullptr;
  if (!is_unknown) return;
  parts.emplace_back(problem_kind(EdgeCode::psp_unknown), "/payment_method/psp",
                     settings.psps.empty() ? "No payment provider is configured here." : "");
}

void check_amounts(const PaymentRequest& request, const PaymentSettings& settings,
                   std::vector<ProblemPart>& parts) {
  for (std::size_t i = 0; i < request.orders.size(); ++i) {
    const PaymentOrderAsked& order = request.orders[i];
    if (order.amount == 0 || order.currency.is_none()) continue;
    const PspSettings* provider = provider_of(request, order, settings);
    if (provider == nullptr) continue;
    const auto amount = provider_amount(provider->adapter, order);
    if (!amount)
      parts.emplace_back(problem_kind(EdgeCode::amount_not_supported), order_place(i, "amount"),
                         "The payment provider cannot carry this amount in this currency: " +
                             amount.error() + ".");
  }
}

void check_return_url(const PaymentRequest& request, const PaymentSettings& settings,
                      std::vector<ProblemPart>& parts) {
  const auto url = parse_return_url(request.return_url);
  if (url && !is_allowed(*url, settings.return_url_hosts))
    parts.emplace_back(problem_kind(EdgeCode::return_url_not_allowed), "/return_url");
}

void check_expiry(const PaymentRequest& request, Timestamp now, std::vector<ProblemPart>& parts) {
  if (request.expires_at.is_none()) return;
  if (request.expires_at < now + limits::payment_expires_us_min ||
      request.expires_at > now + limits::payment_expires_us_max)
    parts.emplace_back(problem_kind(EdgeCode::expires_at_out_of_range), "/expires_at");
}

// A top-up is the buyer's own money: nobody sells anything.
Minor fee_for(const PaymentRequest& request, const PaymentOrderAsked& order, AccountKind seller,
              const PaymentSettings& settings) {
  if (order.seller == request.buyer) return 0;
  return fee_of(order.amount, fee_plan_of(settings, seller, order.currency));
}

}  // namespace

std::vector<ProblemPart> against_settings(const PaymentRequest& request,
                                          const PaymentSettings& settings, Timestamp now) {
  std::vector<ProblemPart> parts;
  check_provider(request, settings, parts);
  check_amounts(request, settings, parts);
  check_return_url(request, settings, parts);
  check_expiry(request, now, parts);
  return parts;
}

std::optional<ProblemPart> against_seller(const PaymentRequest& request, std::size_t order,
                                          const AccountView* seller) {
  const auto refused = [&](Rejection code, std::string_view field, std::string detail) {
    return ProblemPart(problem_kind(code), order_place(order, field), std::move(detail));
  };
  if (seller == nullptr)
    return refused(Rejection::account_not_found, "seller_account",
                   "The seller's account does not exist.");
  if (seller->currency != request.orders.at(order).currency)
    return refused(Rejection::currency_mismatch, "currency",
                   "The order's currency is not that of the seller's account.");
  if (seller->closed)
    return refused(Rejection::account_closed, "seller_account", "The seller's account is closed.");
  return std::nullopt;
}

std::vector<CheckoutOrderAsked> accepted_orders(const PaymentRequest& request,
                                                const std::vector<const AccountView*>& sellers,
                                                const PaymentSettings& settings, Timestamp now) {
  std::vector<CheckoutOrderAsked> orders;
  for (std::size_t i = 0; i < request.orders.size(); ++i) {
    const PaymentOrderAsked& asked = request.orders[i];
    const PspSettings* provider = provider_of(request, asked, settings);
    FLORIN_ASSERT(provider != nullptr, "an order that nobody carries was not refused");
    const auto amount = provider_amount(provider->adapter, asked);
    FLORIN_ASSERT(amount.has_value(), "an amount that nobody carries was not refused");
    OrderTerms terms;
    terms.buyer = request.buyer;
    terms.seller = asked.seller;
    terms.amount = asked.amount;
    terms.currency = asked.currency;
    terms.method = PaymentMethod::hosted;
    terms.psp = provider->name;
    terms.psp_amount = *amount;
    terms.livemode = provider->is_live;
    terms.fee = fee_for(request, asked, sellers.at(i)->kind, settings);
    terms.return_url = request.return_url;
    terms.expires_at = request.expires_at.is_none() ? now + limits::payment_expires_us_default
                                                    : request.expires_at;
    orders.push_back({asked.id, std::move(terms), content_of(request, asked)});
  }
  return orders;
}

}  // namespace florin
