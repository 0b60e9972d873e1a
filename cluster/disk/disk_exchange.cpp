// What follows from a tick, and from a frame.
#include "cluster/disk/disk_exchange.hpp"

#include <utility>

namespace florin {

bool DiskExchange::is_lost() const {
  if (watch_.lost()) ports_.failed(Error{Errc::disk_lost, *watch_.lost()});
  return watch_.lost().has_value();
}

void DiskExchange::tick(std::int64_t monotonic_us, std::uint32_t life,
                        const std::vector<NodeNumber>& others, const DiskWatch::Reaches& reaches) {
  const bool took_part = watch_.takes_part();
  const std::vector<DiskWatch::Frame> frames = watch_.tick(monotonic_us, life, others, reaches);
  if (watch_.takes_part() && !took_part)
    if (auto begun = ports_.run_begins(); !begun) return ports_.failed(begun.error());
  for (const DiskWatch::Frame& frame : frames) ports_.send(frame.to, frame.bytes);
  if (is_lost()) return;
  if (auto book = watch_.take_book(monotonic_us)) ports_.keep(std::move(*book));
}

void DiskExchange::on_frame(NodeNumber from, std::string_view frame, std::uint32_t life) {
  const auto taken = watch_.take(from, frame, life);
  if (taken.fault) ports_.refused(from, *taken.fault);
  for (const std::string& answer : taken.answers) ports_.send(from, answer);
  if (watch_.life() != life_) {
    life_ = watch_.life();
    if (auto begun = ports_.life_begins(life_); !begun) return ports_.failed(begun.error());
  }
  static_cast<void>(is_lost());
}

}  // namespace florin
