// Rows are few: they are looked through.
#include "domain/payment/payment_settings.hpp"

#include <algorithm>

namespace florin {
namespace {

// Of those that fit, the row of the currency itself; null: none fits.
template <class Row, class Fits>
const Row* row_of_currency(const std::vector<Row>& rows, Currency currency, Fits&& fits) {
  const Row* of_all = nullptr;
  for (const Row& row : rows) {
    if (!fits(row)) continue;
    if (row.currency == currency) return &row;
    if (!row.currency && of_all == nullptr) of_all = &row;
  }
  return of_all;
}

}  // namespace

const PspSettings* psp_named(const PaymentSettings& settings, std::string_view name) {
  const auto found = std::ranges::find(settings.psps, name, &PspSettings::name);
  return found == settings.psps.end() ? nullptr : &*found;
}

const PspSettings* psp_for(const PaymentSettings& settings, Currency currency,
                           PaymentMethod method) {
  const auto* row = row_of_currency(
      settings.routes, currency, [&](const PaymentRoute& route) { return route.method == method; });
  return row == nullptr ? nullptr : psp_named(settings, row->psp);
}

FeePlan fee_plan_of(const PaymentSettings& settings, AccountKind kind, Currency currency) {
  const auto* row = row_of_currency(settings.fees, currency,
                                    [&](const SellerFee& fee) { return fee.kind == kind; });
  return row == nullptr ? FeePlan{} : row->plan;
}

}  // namespace florin
