// What a partition's no to a question about payments is to a client.
#pragma once

#include "actors/messages/messages.hpp"
#include "api/problem/problem_details.hpp"

namespace florin {

EdgeCode code_of(PaymentRefusal refusal);

// With the position at which it was said.
Problem problem_of(const PaymentRefused& refused, const Position& position);

}  // namespace florin
