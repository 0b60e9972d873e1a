// OrderTerms: what a payment order is about. Fixed when its checkout is accepted, and never
// changed: who pays whom how much, by which provider and with which fee (PAYMENTS.md, rule 13).
// Nothing of a person stands here but the names of accounts (rule 12).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <tuple>

#include "base/ids.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"

namespace florin {

// Stored: only appended to. Token and wallet are not built yet.
enum class PaymentMethod : std::uint8_t { hosted = 0, token = 1, wallet = 2 };

struct OrderTerms {
  static constexpr std::array field_names{"buyer",  "seller",     "amount",     "currency",
                                          "method", "psp",        "psp_amount", "livemode",
                                          "fee",    "return_url", "expires_at"};
  static auto fields(auto& self) {
    return std::tie(self.buyer, self.seller, self.amount, self.currency, self.method, self.psp,
                    self.psp_amount, self.livemode, self.fee, self.return_url, self.expires_at);
  }
  AccountId buyer;  // empty: the shop did not name one
  AccountId seller;
  Minor amount = 0;  // minor units of ISO 4217; above 0
  Currency currency;
  PaymentMethod method = PaymentMethod::hosted;
  std::string psp;  // by the name under which this cluster knows it
  Minor psp_amount =
      0;  // the same amount as the provider counts it, by the exponents of acceptance
  bool livemode = false;
  Minor fee = 0;  // 0 to amount
  std::string return_url;
  Timestamp expires_at;  // from then on we close it
  bool operator==(const OrderTerms&) const = default;
};

// What can be carried out at all: whoever accepts a checkout has checked more. False is a fault of ours or of a peer.
inline bool is_sound(const OrderTerms& terms) {
  return !terms.seller.empty() && terms.amount > 0 && terms.psp_amount > 0 && terms.fee >= 0 &&
         terms.fee <= terms.amount && !terms.currency.is_none() && !terms.expires_at.is_none();
}

}  // namespace florin
