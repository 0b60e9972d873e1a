// Which accounts a message or an event is going to need (entity/memory_hints.hpp).
#pragma once

#include "actors/messages/messages.hpp"
#include "domain/events.hpp"

namespace florin {

template <class E>
concept EventWithContent = LegEvent<E> && requires(const E& event) {
  event.content.account;
};

struct AccountHints {
  static void want(const auto& accounts, const StartTransfer& message) {
    accounts.known(message.from);
    if (message.from.is_system()) accounts.known(message.to);
  }
  static void want(const auto& accounts, const StartTransaction& message) {
    accounts.known(owner_of(message));
  }
  static void want(const auto& accounts, const TryLeg& message) {
    accounts.known(message.content.account);
  }
  static void want(const auto& accounts, const ConfirmLeg& message) {
    accounts.known(message.account);
  }
  // Its owner's account, beside which its own leg is.
  static void want_beyond(const auto& accounts, const LegAnswered& message) {
    if (message.answered != LegMessage::try_) return;
    if (const AccountId* owner = accounts.likely_owner(message.leg.transfer))
      accounts.known(*owner);
  }

  static void want(const auto& accounts, const TransferPosted& event) {
    accounts.known(event.from);
    accounts.known(event.to);
  }
  static void want(const auto& accounts, const EventWithContent auto& event) {
    accounts.known(event.content.account);
  }
};

}  // namespace florin
