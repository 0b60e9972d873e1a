// PaymentSettings: what a node knows of payments beside its log: the providers, which of them takes what, what a seller
// pays, and where payers may be sent back to. Plain values, made once from the configuration and never changed while the
// node runs: what an order was accepted by stands in its terms (rule 13), so another configuration changes no order.
//
// Secrets stand here as text. They are read by whoever checks a webhook, and go into no log, event, answer or message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/account/account_state.hpp"
#include "domain/ledger/fee_plan.hpp"
#include "domain/money/currency.hpp"
#include "domain/payment/order/order_terms.hpp"

namespace florin {

// How a provider is spoken to: which adapter in psp/ encodes and decodes.
enum class PspAdapter : std::uint8_t { sessions = 0 };

// One provider: [psp.NAME] of the configuration.
struct PspSettings {
  std::string
      name;  // 1-64 of A-Za-z0-9._-: in requests, paths, the ledger; never given to another provider
  PspAdapter adapter = PspAdapter::sessions;
  bool is_live = false;  // real money; a webhook of the other mode is for people to look at
  // Of webhooks, as text with their `whsec_`: one, or two while one replaces the other. None: every webhook is refused.
  std::vector<std::string> webhook_secrets;
};

// One row of [payments.routes]: which provider takes orders of a currency and method, where the request names none.
struct PaymentRoute {
  std::optional<Currency> currency;  // none: every currency that has no row of its own
  PaymentMethod method = PaymentMethod::hosted;
  std::string psp;
};

// What sellers of a kind pay of each payment. `fixed` is in minor units, so it is of one currency; a row without a
// currency has none, and is for those that have no row of their own.
struct SellerFee {
  AccountKind kind = AccountKind::merchant;
  std::optional<Currency> currency;
  FeePlan plan;
};

struct PaymentSettings {
  // The mark on every object at a provider (florin_cluster), 1-64 of A-Za-z0-9._-: of another cluster is what has another.
  std::string cluster;
  std::vector<PspSettings> psps;  // names differ; none: this node takes no payments
  std::vector<PaymentRoute> routes;
  std::vector<SellerFee> fees;
  // Of return_url: host names in lower case, with a port if it is not the scheme's (`shop.example`, `127.0.0.1:8081`).
  std::vector<std::string> return_url_hosts;
};

// Null: there is none of that name.
const PspSettings* psp_named(const PaymentSettings& settings, std::string_view name);
// By the rows, the one of the currency before the one of all; null: nobody takes it.
const PspSettings* psp_for(const PaymentSettings& settings, Currency currency,
                           PaymentMethod method);
// The same way; without a row nothing is paid.
FeePlan fee_plan_of(const PaymentSettings& settings, AccountKind kind, Currency currency);

}  // namespace florin
