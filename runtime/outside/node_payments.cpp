// Start, raw bytes, stop.
#include "runtime/outside/node_payments.hpp"

#include <sys/stat.h>

#include "runtime/logging/log.hpp"

namespace florin {

NodePayments::NodePayments(const NodeConfig& config, NodeControls& controls, Metrics& metrics,
                           const Clock& clock, std::string directory)
    : clock_(clock),
      directory_(std::move(directory)),
      raw_({.directory = directory_ + "/raw",
            .days_kept = static_cast<std::int32_t>(config.payments.raw_days),
            .day_bytes_max = std::uint64_t{config.payments.raw_day_mib} << 20}),
      outside_(controls, metrics) {}

Status<Error> NodePayments::start(std::vector<outside::OutsideParty> parties, TellHere tell) {
  for (const outside::OutsideParty& party : parties)
    log_info("payment provider", {{"name", party.port}, {"address", party.base_url}});
  NodeOutside::Ports ports;
  ports.tell = [tell = std::move(tell)](PartitionId to, std::vector<Message> messages) {
    if (!tell(to, std::move(messages)))
      log_debug("an answer from outside came too late: its partition is led elsewhere",
                {{"partition", std::int64_t{to}}});
  };
  ports.keep_raw = [this](std::string_view bytes) { keep_raw(bytes); };
  return outside_.start(std::move(parties), std::move(ports));
}

void NodePayments::keep_raw(std::string_view bytes) {
  ::mkdir(directory_.c_str(), 0700);  // whether it is there, keep() finds out
  const auto kept = raw_.keep(clock_.now(), bytes);
  if (kept) {
    raw_fails_ = false;
    return;
  }
  if (raw_fails_.exchange(true)) return;
  log_warning("what a payment provider said is not kept: its hash is in the log all the same",
              {{"reason", kept.error().context}});
}

void NodePayments::drain(std::chrono::milliseconds time_max) {
  if (outside_.is_running()) outside_.drain(time_max);
}

}  // namespace florin
