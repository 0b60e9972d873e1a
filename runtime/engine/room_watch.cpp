// One look at a time; what a look has found holds until the next.
#include "runtime/engine/room_watch.hpp"

#include <chrono>

#include "runtime/config/node_config.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

// A log that is written as fast as a disk takes it uses less than a segment between two looks.
constexpr std::chrono::milliseconds between_looks{250};

}  // namespace

RoomWatch::RoomWatch(DiskLevels chosen, Ports ports, IntakeGate& gate, Metrics& metrics)
    : chosen_(chosen), ports_(std::move(ports)), gate_(gate), metrics_(metrics) {}

RoomWatch::~RoomWatch() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  condition_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RoomWatch::start() {
  look();
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!condition_.wait_for(lock, between_looks, [this] { return stops_; })) look();
  });
}

// A file system that does not answer changes nothing: the next write will say what is wrong.
void RoomWatch::look() {
  const auto free_bytes = ports_.free_bytes();
  if (!free_bytes) return;
  const DiskLevels levels = disk_levels(ports_.needs(), chosen_);
  const DiskLevel before = gate_.level();
  const DiskLevel level = disk_level(*free_bytes, levels, before);
  gate_.set(level);
  metrics_.disk(*free_bytes, level);
  if (level != before) say(level, *free_bytes, levels);
}

void RoomWatch::say(DiskLevel level, std::uint64_t free_bytes, const DiskLevels& levels) const {
  const auto mib = [](std::uint64_t bytes) { return static_cast<std::int64_t>(bytes >> 20); };
  switch (level) {
    case DiskLevel::enough:
      return log_info("the disk has room again: everything is taken",
                      {{"free_mib", mib(free_bytes)}});
    case DiskLevel::low:
      return log_warning("the disk is getting full: batches are refused (overloaded)",
                         {{"free_mib", mib(free_bytes)},
                          {"low_mib", mib(levels.low)},
                          {"to_do", "free or add space for the data directory"}});
    case DiskLevel::reserve:
      return log_error(
          "the disk is nearly full: only what ends open transfers is written, all else is refused "
          "(overloaded)",
          {{"free_mib", mib(free_bytes)},
           {"reserve_mib", mib(levels.reserve)},
           {"to_do", "free or add space for the data directory"}});
  }
}

std::unique_ptr<RoomWatch> make_room_watch(const NodeConfig& config, IntakeGate& gate,
                                           Metrics& metrics) {
  RoomWatch::Ports ports;
  ports.free_bytes = [directory = config.node.data_dir] { return free_bytes_of(directory); };
  ports.needs = [&metrics, segment_mib = config.journal.segment_mib,
                 partitions = config.node.partitions] {
    return DiskNeeds{.segment_bytes = std::uint64_t{segment_mib} << 20,
                     .open_postings = metrics.postings_open(),
                     .waiting_messages = metrics.messages_waiting(),
                     .partitions = partitions};
  };
  const DiskLevels chosen{std::uint64_t{config.node.disk_low_mib} << 20,
                          std::uint64_t{config.node.disk_reserve_mib} << 20};
  auto watch = std::make_unique<RoomWatch>(chosen, std::move(ports), gate, metrics);
  watch->start();
  return watch;
}

}  // namespace florin
