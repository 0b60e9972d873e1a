// Which events make the record of a money step, and change it. What forgets it is a fence (KeptLegs).
#pragma once

#include "actors/entity/event_sides.hpp"
#include "domain/events.hpp"
#include "domain/ledger/ledger_decide.hpp"
#include "domain/wallet/step_evolve.hpp"

namespace florin {

struct MoneyStepSides {
  static void evolve(auto& steps, const MoneyStepDone& event, const EventStamp& stamp) {
    steps.begin(evolve_done(event, stamp.at));
  }
  static void evolve(auto& steps, const MoneyStepRefused& event, const EventStamp& stamp) {
    steps.begin(evolve_refused(event, stamp.at));
  }
  // Of a rule that moves no wallet the entry is all there is.
  static void evolve(auto& steps, const LedgerEntryPosted& event, const EventStamp& stamp) {
    if (moves_wallets(row_of(event.step->name.rule)))
      evolve_entered(steps.known(event.step->name), stamp.at);
    else
      steps.begin(evolve_entered_alone(event, stamp.at));
  }
};

}  // namespace florin
