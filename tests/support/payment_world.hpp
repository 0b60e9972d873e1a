// PaymentWorld: a small cluster (PartitionKit) with a shop, a seller and a provider in the test's hands: one step at a time, so that a test can
// disturb any of them. What is wrong with money at its end, it says itself.
#pragma once

#include <string>

#include "tests/support/hand_psp.hpp"
#include "tests/support/partition_kit.hpp"

namespace florin {

class PaymentWorld {
 public:
  static constexpr std::uint32_t partitions = 3;
  static constexpr Minor gross = 1'000;
  static constexpr Minor fee = 59;

  PaymentWorld();

  static PartitionOptions options();
  static PaymentId id(std::string_view text) { return PaymentId::from_trusted(text); }
  static PartitionId place_of(const PaymentId& id) {
    return partition_of(id, PartitionMap(partitions));
  }
  // The complete terms of an order of the shop, as the edge makes them.
  [[nodiscard]] OrderTerms terms() const;
  [[nodiscard]] StartCheckout checkout(std::string_view id, std::vector<std::string> orders,
                                       RequestId request = 1) const;
  void start(const StartCheckout& message) { kit.send(place_of(message.checkout), message); }
  void send(const GetPayment& message) { kit.send(place_of(message.order), message); }
  void send(const CancelPayment& message) { kit.send(place_of(message.order), message); }
  void send(const TakeHint& message) { kit.send(place_of(message.order), message); }
  [[nodiscard]] static TakeHint hint(std::string_view order, std::string_view event);

  // The next thing that happens: a sync, a message, a call, else the payer pays what can be paid, else time passes. False: nothing
  // will ever happen any more.
  bool step();
  void run();
  // The oldest call is answered by the provider, and the answer is heard.
  void answer_call();
  void hear(const CallAnswer& answer);
  bool is_paying = true;  // the payer is there

  [[nodiscard]] OrderState order(std::string_view id);
  [[nodiscard]] CheckoutState checkout_state(std::string_view id);
  // Done, once: paid once at the provider, credited once, entered once, and nothing is owed to anybody.
  void expect_done(std::string_view order);
  [[nodiscard]] WideMinor ledger(LedgerKind kind, const std::string& name);

  PartitionKit kit;
  HandPsp psp;
  AccountId seller;

 private:
  bool pay();
  bool pass_time();
};

}  // namespace florin
