// Double entry inside one partition, move by move.
#include "domain/wallet/step_postings.hpp"

namespace florin {

static_assert(Postings::capacity >= 2 * step_moves_max, "an event of a step fits");

Postings postings_of_step(const MoneyStepDone& event) {
  Postings postings;
  for (const PostedMove& posted : event.moves) {
    postings.add({.account = &posted.move.from,
                  .side = LegRole::debit,
                  .amount = posted.move.amount,
                  .currency = event.step.currency,
                  .counterparty = &posted.move.to,
                  .step = &event.step.name,
                  .trail = &posted.debit});
    postings.add({.account = &posted.move.to,
                  .side = LegRole::credit,
                  .amount = posted.move.amount,
                  .currency = event.step.currency,
                  .counterparty = &posted.move.from,
                  .step = &event.step.name,
                  .trail = &posted.credit});
  }
  return postings;
}

}  // namespace florin
