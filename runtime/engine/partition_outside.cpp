// What logs and metrics hear of a partition's turns.
#include "runtime/engine/partition_outside.hpp"

#include "actors/messages/address.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

void PartitionOutside::call(std::vector<OutsideCall> calls) {
  if (ports_.call) return ports_.call(std::move(calls));
  for (const OutsideCall& call : calls)
    log_error(
        "a call to the outside was not made: this node has nobody who makes it",
        {{"port", call.port}, {"call", call.id.to_string()}, {"actor", to_string(call.from)}});
}

void PartitionOutside::alarm(const Alarm& alarm) {
  log_error("invariant alarm", {{"what", alarm.what},
                                {"transfer", alarm.leg.transfer.to_string()},
                                {"leg", std::int64_t{alarm.leg.leg}}});
}

void PartitionOutside::ended(const EndedTransfers& transfers) {
  if (ports_.metrics == nullptr) return;
  for (const Protocol protocol : {Protocol::local, Protocol::tcc, Protocol::saga}) {
    const auto at = static_cast<std::size_t>(protocol);
    if (transfers.completed[at] != 0)
      ports_.metrics->transfers_finished(protocol, TransferEnd::completed, transfers.completed[at]);
    if (transfers.refused[at] != 0)
      ports_.metrics->transfers_finished(protocol, TransferEnd::refused, transfers.refused[at]);
  }
}

void PartitionOutside::turn_ended(std::size_t messages) {
  if (ports_.metrics != nullptr)
    ports_.metrics->turn_finished(messages, std::chrono::steady_clock::now() - turn_began_);
}

}  // namespace florin
