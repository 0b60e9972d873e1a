// The buckets of the histograms, and the bounded list of routes.
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

constexpr std::uint64_t us = 1'000;
constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t s = 1'000'000'000;
constexpr std::uint64_t kib = 1024;

constexpr std::size_t routes_max = 64;  // labels stay few, whatever the caller does

// From a turn of one message (some microseconds) to one that is much too long.
constexpr std::initializer_list<std::uint64_t> turn_bounds = {
    10 * us, 25 * us, 50 * us, 100 * us, 250 * us, 500 * us, 1 * ms, 2'500 * us,
    5 * ms,  10 * ms, 25 * ms, 50 * ms,  100 * ms, 250 * ms, 1 * s};
// From a fast disk, or an answer from memory, to the longest patience.
constexpr std::initializer_list<std::uint64_t> latency_bounds = {
    100 * us, 250 * us, 500 * us, 1 * ms, 2'500 * us, 5 * ms, 10 * ms, 25 * ms, 50 * ms,
    100 * ms, 250 * ms, 500 * ms, 1 * s,  2'500 * ms, 5 * s,  10 * s,  30 * s};
constexpr std::initializer_list<std::uint64_t> checkpoint_bounds = {
    1 * ms,   5 * ms, 10 * ms,    25 * ms, 50 * ms, 100 * ms, 250 * ms,
    500 * ms, 1 * s,  2'500 * ms, 5 * s,   10 * s,  30 * s,   60 * s};
constexpr std::initializer_list<std::uint64_t> count_bounds = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};
constexpr std::initializer_list<std::uint64_t> byte_bounds = {
    kib, 4 * kib, 16 * kib, 64 * kib, 256 * kib, 1024 * kib, 4096 * kib, 16384 * kib, 65536 * kib};

}  // namespace

Metrics::HttpRoute::HttpRoute(std::string_view name) : name_(name), duration_(latency_bounds) {}

Metrics::Metrics(std::size_t partitions)
    : partitions_(partitions),
      turn_messages_(count_bounds),
      turn_duration_(turn_bounds),
      journal_latency_(latency_bounds),
      journal_batch_entries_(count_bounds),
      journal_batch_bytes_(byte_bounds),
      checkpoint_duration_(checkpoint_bounds) {}

Metrics::HttpRoute& Metrics::http_route(std::string_view name) {
  const std::scoped_lock lock(routes_mutex_);
  for (auto& route : routes_) {
    if (route.name_ == name) return route;
  }
  if (routes_.size() > routes_max) return routes_.back();  // "other"
  return routes_.emplace_back(routes_.size() == routes_max ? "other" : name);
}

std::uint64_t Metrics::postings_open() const noexcept {
  std::uint64_t sum = 0;
  for (const PartitionGauges& partition : partitions_) sum += partition.open_postings.value();
  return sum;
}

std::uint64_t Metrics::messages_waiting() const noexcept {
  std::uint64_t sum = 0;
  for (const PartitionGauges& partition : partitions_) sum += partition.inbox.value();
  return sum;
}

void Metrics::http_request(HttpRoute& route, int status, Duration duration) noexcept {
  const int status_class = status >= 100 && status < 600 ? status / 100 : 5;
  route.by_status_class_[static_cast<std::size_t>(status_class) - 1].add();
  route.duration_.observe(ns(duration));
}

}  // namespace florin
