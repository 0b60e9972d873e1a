// One account's side of a posting, for statements: every event that posts carries one for each account that it names.
#pragma once

#include "base/ids.hpp"
#include "domain/money/amount.hpp"

namespace florin {

// `previous` is the same account's posting before this one (same partition; index 0 = none): a statement
// is a walk back along it. `posted_after` is the account's posted balance after it.
struct PostingTrail {
  LogIndex previous_index = 0;
  Ordinal previous_ordinal = 0;
  Minor posted_after = 0;
  bool operator==(const PostingTrail&) const = default;
};

}  // namespace florin
