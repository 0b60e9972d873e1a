// What the server said about transfers, reduced to what the load generator acts on.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "apps/client/http_message.hpp"

namespace florin::load {

enum class Verdict {
  success,
  refused,  // final: the server will say the same again
  pending,  // executed or unknown: ask again with the same id
  retry,    // nothing executed, or unknown (5xx): repeat with the same id
};

struct TransferAnswer {
  Verdict verdict = Verdict::retry;
  std::string_view id;    // Transaction_id, empty when absent
  std::string_view code;  // of a refusal
};

// The answer to POST /v1/wallet/balance_transfer, or of a whole request that was refused.
TransferAnswer read_transfer_answer(const client::HttpAnswer& answer) noexcept;

// The 200 answer to POST /v1/wallet/balance_transfers: calls `each` with 0, 1, 2, ... in request order.
// False: not such a body, or not exactly `expected` results; `each` may have been called for some.
bool read_batch_answer(std::string_view body, std::size_t expected,
                       const std::function<void(std::size_t, const TransferAnswer&)>& each);

}  // namespace florin::load
