// From the configuration of a node to what its parts are given of payments; secrets are read from their files here, and go no
// further than to who needs them: never into a log, an event or a message.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "domain/payment/order/order_policy.hpp"
#include "runtime/config/node_config.hpp"

namespace florin {

// The mark of this cluster on every object at a provider: payments.cluster, or the cluster's id. Empty: neither is given, which
// find_payment_faults takes without a provider only.
std::string payment_mark(const NodeConfig& config);

// What the edge accepts orders by. Reads the files of webhook secrets: `invalid`, with setting, path and what to do.
Result<PaymentSettings, Error> payment_settings(const NodeConfig& config);

// How long orders wait, and where.
OrderPolicy order_policy(const NodeConfig& config);

// The secrets in a file, one in each line: 1 to `lines_max` of 1-255 visible ASCII characters. `setting`: for the message.
Result<std::vector<std::string>, Error> read_secrets(const std::string& setting,
                                                     const std::string& path,
                                                     std::size_t lines_max);

}  // namespace florin
