// Which events change an account, and how.
#pragma once

#include <span>

#include "actors/entity/event_sides.hpp"
#include "actors/entity/neighbour_questions.hpp"
#include "base/assert.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/events.hpp"
#include "domain/wallet/step_evolve.hpp"

namespace florin {

struct AccountSides {
  static void evolve(auto& accounts, const AccountOpened& event, const EventStamp&) {
    accounts.open(evolve_opened(event));
  }
  static void evolve(auto& accounts, const AccountFrozen& event, const EventStamp&) {
    evolve_terms(accounts, event);
  }
  static void evolve(auto& accounts, const AccountUnfrozen& event, const EventStamp&) {
    evolve_terms(accounts, event);
  }
  static void evolve(auto& accounts, const AccountClosed& event, const EventStamp&) {
    evolve_terms(accounts, event);
  }
  static void evolve(auto& accounts, const AccountMetadataChanged& event, const EventStamp&) {
    accounts.resize(event.account, [&](AccountState& account) { florin::evolve(account, event); });
  }

  // The payer's side, and the payee's.
  static void evolve(auto& accounts, const TransferPosted& event, const EventStamp& stamp) {
    accounts.change(event.from, [&](AccountState& from) {
      evolve_debited(from, event.amount, stamp.day(), stamp.at);
    });
    accounts.change(event.to,
                    [&](AccountState& to) { evolve_credited(to, event.amount, stamp.at); });
  }
  // A transfer lives where its debits are.
  static void evolve(auto& accounts, const TransferCompleted& event, const EventStamp&) {
    const std::span<const LegPhase> legs = accounts.ask(event.transfer, LegsToKeep{});
    for (const LegPhase& leg : legs)
      if (leg.spec.role == LegRole::debit)
        accounts.change(leg.spec.account, [&](AccountState& account) {
          evolve_debit_kept(account, leg.spec.amount);
        });
  }

  static void evolve(auto& accounts, const LegTried& event, const EventStamp& stamp) {
    accounts.change(event.content.account, [&](AccountState& account) {
      evolve_tried(account, event.content, stamp.day());
    });
  }
  // transfer path 11/13: confirmed: the posting against this partition's clearing account.
  static void evolve(auto& accounts, const LegConfirmed& event, const EventStamp& stamp) {
    accounts.change(event.content.account, [&](AccountState& account) {
      evolve_confirmed(account, event.content, stamp.at);
    });
  }
  static void evolve(auto& accounts, const LegCancelled& event, const EventStamp&) {
    const Leg& leg = known(accounts, event.leg);
    accounts.change(leg.content.account, [&](AccountState& account) {
      evolve_released(account, leg.content, leg.debit_day);
    });
  }
  static void evolve(auto& accounts, const StepApplied& event, const EventStamp& stamp) {
    accounts.change(event.content.account, [&](AccountState& account) {
      if (event.content.role == LegRole::debit)
        evolve_step_debited(account, event.content.amount, stamp.day(), stamp.at);
      else
        evolve_credited(account, event.content.amount, stamp.at);
    });
  }
  static void evolve(auto& accounts, const StepCompensated& event, const EventStamp& stamp) {
    const Leg& leg = known(accounts, event.leg);
    accounts.change(event.content.account, [&](AccountState& account) {
      evolve_debit_returned(account, event.content.amount, leg.debit_day, stamp.at);
    });
  }

  // The client's account, and the system accounts beside it.
  static void evolve(auto& accounts, const MoneyStepDone& event, const EventStamp& stamp) {
    evolve_accounts(event, stamp.day(), stamp.at,
                    [&](const AccountId& id, auto&& how) { accounts.change(id, how); });
  }

 private:
  static void evolve_terms(auto& accounts, const auto& event) {
    accounts.change(event.account, [&](AccountState& account) { florin::evolve(account, event); });
  }
  static const Leg& known(auto& accounts, const LegKey& key) {
    const Leg* leg = accounts.ask(key, KnownLeg{});
    FLORIN_ASSERT(leg != nullptr, "an event's leg exists");
    return *leg;
  }
};

}  // namespace florin
