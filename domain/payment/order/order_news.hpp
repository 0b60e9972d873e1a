// What can happen to a payment order: the inputs of decide. Each may come twice, late, never, or
// before its predecessor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/ids.hpp"
#include "domain/payment/order/order_state.hpp"

namespace florin {

// --- from its checkout (rule 7) ----------------------------------------

struct OrderReserveAsked {
  OrderClaim claim;
  Sha256 content{};  // of what it is to be reserved for
};
struct OrderReleaseAsked {
  OrderClaim claim;
};
struct OrderBeginAsked {
  OrderClaim claim;
  OrderTerms terms;
};
struct OrderWordHeard {  // what it was told, it has recorded
  OrderWord word = OrderWord::nothing;
};

// --- from outside ----------------------------------------

enum class RiskVerdict : std::uint8_t { approve, deny, review };

// The bytes of the call that was owed to be prepared (OrderStep::prepare_call), from the adapter.
struct OrderCallPrepared {
  OrderOperation operation = OrderOperation::none;
  std::uint32_t number = 0;
  std::string request;
};
struct OrderCallAnswered {
  OrderOperation operation = OrderOperation::none;
  std::uint32_t number = 0;
  // Which of its sends: that an earlier one was not executed says nothing of a later one.
  std::uint32_t send = 0;
  PspAnswerSeen answer;
  std::optional<RiskVerdict> verdict;  // with `ok` of the risk service
};
struct OrderReadAnswered {
  std::uint32_t number = 0;
  PspAnswerSeen answer;
};
// A webhook whose signature is right, about this order, of our cluster and livemode.
struct OrderHint {
  std::string hint;  // its id at the provider
  std::string type;
  std::string object;   // of the registration, if it names it
  std::string payment;  // of the payment below, if it names it
  Timestamp time;
  Sha256 raw_sha256{};
  // What it says; believed only of a provider that cannot be read, and only an end.
  PspReport report;
};

// --- from wallets and the ledger ----------------------------------------

// What is written into the ledger for an order, beside its wallet move.
enum class LedgerFlow : std::uint8_t {
  sale,             // card success: psp +G; wallet:seller -(G-F); fees -F
  top_up,           // the seller is the buyer
  suspense,         // psp +G; suspense -G
  out_of_suspense,  // suspense +G, wallet:seller -(G-F), fees -F
};

// Of one attempt at the credit, by the flow and the number of its step: a late answer to an earlier one is no answer.
struct OrderCreditAnswered {
  std::optional<Rejection> refusal;  // none: the seller has it
  LedgerFlow flow = LedgerFlow::sale;
  std::uint32_t number = 1;
};
struct OrderLedgerAnswered {
  LedgerFlow flow = LedgerFlow::sale;
};

// --- people and time ----------------------------------------

struct OrderCancelAsked {};
// Not built yet: whoever asks one raises an alarm.
enum class OrderOperatorAct : std::uint8_t {
  retry,
  discard_not_charged,
  discard_charged,
  discard_refunded,
  accept,
  refund,
};
struct OrderOperatorAsked {
  OrderOperatorAct act = OrderOperatorAct::retry;
};
struct OrderTimePassed {};

using OrderNews =
    std::variant<OrderReserveAsked, OrderReleaseAsked, OrderBeginAsked, OrderWordHeard,
                 OrderCallPrepared, OrderCallAnswered, OrderReadAnswered, OrderHint,
                 OrderCreditAnswered, OrderLedgerAnswered, OrderCancelAsked, OrderOperatorAsked,
                 OrderTimePassed>;

}  // namespace florin
