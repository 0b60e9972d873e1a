// What a money step posts: a line of postings_of() (domain/postings.hpp).
#pragma once

#include "domain/postings.hpp"
#include "domain/wallet/wallet_events.hpp"

namespace florin {

// Both sides of each move, in order; the pointers lead into the event. No clearing account: all are of one partition.
Postings postings_of_step(const MoneyStepDone& event);
Postings postings_of_step(MoneyStepDone&& event) = delete;  // its parts would be gone

}  // namespace florin
