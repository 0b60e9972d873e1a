// What configuration, clock and the sellers' accounts have against a request for payments that is right by itself, and the terms by
// which it is accepted. Pure: settings, time and accounts come in.
//
// None of it says anything about a request that was accepted before: a repeat is answered by its checkout, whatever is
// configured by then. So these are asked only of a checkout that nobody knows.
#pragma once

#include <optional>
#include <vector>

#include "actors/messages/messages.hpp"
#include "api/problem/problem_details.hpp"
#include "api/requests/payment_request.hpp"
#include "domain/payment/checkout/checkout_events.hpp"
#include "domain/payment/payment_settings.hpp"

namespace florin {

// All at once; a value that could not be read has nothing against it here.
std::vector<ProblemPart> against_settings(const PaymentRequest& request,
                                          const PaymentSettings& settings, Timestamp now);

// What is wrong with the seller's account of an order, by its place; null: there is no such account. A frozen one is taken: its
// money waits until it is free.
std::optional<ProblemPart> against_seller(const PaymentRequest& request, std::size_t order,
                                          const AccountView* seller);

// Of a request that nothing is against. `sellers`: their accounts, by the place of the order.
std::vector<CheckoutOrderAsked> accepted_orders(const PaymentRequest& request,
                                                const std::vector<const AccountView*>& sellers,
                                                const PaymentSettings& settings, Timestamp now);

}  // namespace florin
