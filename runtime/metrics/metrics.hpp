// Metrics: what a node tells Prometheus. One object for each node, shared by all its threads; every
// method may be called from any thread. Those called for each turn, commit or request cost a few
// relaxed atomics. Names, help texts and units are in metrics_render.cpp and explained in
// docs/OPERATIONS.md.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/format_level.hpp"
#include "base/ids.hpp"
#include "cluster/cluster_view.hpp"
#include "cluster/replication/peer_fault.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "persistence/disk_space.hpp"
#include "runtime/metrics/instruments.hpp"
#include "runtime/metrics/node_part.hpp"
#include "runtime/metrics/outside_metrics.hpp"
#include "runtime/metrics/webhook_end.hpp"

namespace florin {

// Why nobody heard an answer that came.
enum class AnswerDropped : std::uint8_t {
  other_incarnation =
      0,      // it was for an earlier process of this node, or the question came from one of a peer
  unfit = 1,  // it answers another question than the one of its number
};
enum class TransferEnd : std::uint8_t { completed = 0, refused = 1 };

class MetricsPage;  // metrics_render.cpp

class Metrics {
 public:
  using Duration = std::chrono::nanoseconds;

  // One HTTP route; get it once with http_route(), valid as long as the Metrics.
  class HttpRoute {
   public:
    explicit HttpRoute(std::string_view name);

   private:
    friend class Metrics;
    std::string name_;
    std::array<Counter, 5> by_status_class_;  // 1xx to 5xx
    Histogram duration_;
  };

  explicit Metrics(std::size_t partitions);

  // A partition finished a turn: messages handled in it, and how long it held its thread.
  void turn_finished(std::size_t messages, Duration duration) noexcept {
    turn_messages_.observe(messages);
    turn_duration_.observe(ns(duration));
  }
  // Messages waiting for this partition, refused ones not counted.
  void inbox_depth(PartitionId partition, std::size_t messages) noexcept {
    partitions_[partition].inbox.set(messages);
  }
  // Requests answered `overloaded` because an inbox was full.
  void overloaded(std::size_t requests = 1) noexcept { overloaded_.add(requests); }
  void answer_dropped(AnswerDropped why) noexcept {
    answers_dropped_[static_cast<std::size_t>(why)].add(1);
  }

  // The journal made a batch durable: time from taking it to the return of fdatasync.
  void journal_committed(std::size_t entries, std::size_t bytes, Duration latency) noexcept {
    journal_latency_.observe(ns(latency));
    journal_batch_entries_.observe(entries);
    journal_batch_bytes_.observe(bytes);
  }
  // Entries handed to the journal and not yet durable.
  void journal_queue_depth(std::size_t entries) noexcept { journal_queue_.set(entries); }

  void transfers_finished(Protocol protocol, TransferEnd outcome,
                          std::size_t transfers = 1) noexcept {
    finished_[static_cast<std::size_t>(protocol)][static_cast<std::size_t>(outcome)].add(transfers);
  }
  // Open transfers whose coordinator is in this partition.
  void transfers_in_flight(PartitionId partition, std::size_t transfers,
                           std::size_t postings) noexcept {
    partitions_[partition].in_flight.set(transfers);
    partitions_[partition].open_postings.set(postings);
  }

  // By how much its wallets and its ledger of payments differ, in minor units; 0.
  void books_difference(PartitionId partition, std::uint64_t minor) noexcept {
    partitions_[partition].books_difference.set(minor);
  }
  // How far the partition's time is ahead of the clock.
  void time_ahead(PartitionId partition, Duration ahead) noexcept {
    partitions_[partition].time_ahead.set(ns(ahead));
  }
  // Entities in memory, of each kind (EntityTables::names).
  static constexpr std::size_t kinds_max = 16;
  void entities_resident(PartitionId partition, std::span<const std::size_t> by_kind) noexcept {
    for (std::size_t kind = 0; kind < std::min(by_kind.size(), kinds_max); ++kind)
      partitions_[partition].resident[kind].set(by_kind[kind]);
  }
  // What became of look-ups since the last call.
  void entity_cache_used(std::size_t hits, std::size_t misses, std::size_t evictions) noexcept {
    cache_hits_.add(hits);
    cache_misses_.add(misses);
    cache_evictions_.add(evictions);
  }

  // The handle for a route such as "POST /v1/accounts"; the same name gives the same handle. Not
  // for hot paths.
  HttpRoute& http_route(std::string_view name);
  void http_request(HttpRoute& route, int status, Duration duration) noexcept;
  void http_connection_opened() noexcept { http_connections_.add(1); }
  void http_connection_closed() noexcept { http_connections_.subtract(1); }

  void checkpoint_finished(std::size_t rows, Duration duration) noexcept {
    checkpoint_duration_.observe(ns(duration));
    checkpoint_rows_.add(rows);
  }
  // The partition is being made again from the log, and how many entries it still has to replay.
  void state_rebuilding(PartitionId partition, bool yes, std::uint64_t entries_left) noexcept {
    partitions_[partition].rebuilding.set(yes ? 1 : 0);
    partitions_[partition].rebuild_left.set(entries_left);
  }
  // Rows that the scrub has looked at; the round it is in is over.
  void state_scrubbed(PartitionId partition, std::uint64_t rows, bool is_over,
                      Timestamp now) noexcept {
    scrub_rows_.add(rows);
    if (is_over) partitions_[partition].scrubbed_at.set(static_cast<std::uint64_t>(now.us));
  }
  void state_damaged() noexcept { state_damaged_.add(1); }
  void disk(std::uint64_t free_bytes, DiskLevel level) noexcept {
    disk_free_.set(free_bytes);
    disk_level_.set(static_cast<std::uint64_t>(level));
  }
  // Over all partitions, as they last said.
  [[nodiscard]] std::uint64_t postings_open() const noexcept;
  [[nodiscard]] std::uint64_t messages_waiting() const noexcept;
  void checkpoint_refused() noexcept { checkpoints_refused_.add(1); }  // no room
  // Start to readiness: reading the state store and replaying the journal.
  void recovery_finished(std::size_t entries_replayed, Duration duration) noexcept {
    recovery_entries_.set(entries_replayed);
    recovery_duration_.set(ns(duration));
  }
  // Where render() finds out about replicas and links; empty: none of that on the page. Returns when no
  // render() uses the last one any more.
  void cluster(std::function<ClusterView()> view) {
    const std::lock_guard lock(cluster_mutex_);
    cluster_view_ = std::move(view);
  }
  // Of those whom this node calls; null: none any more. Returns when no render() uses the last ones.
  void outside(const std::deque<OutsideMetrics>* parties) {
    const std::lock_guard lock(outside_mutex_);
    outside_ = parties;
  }
  // What became of one from a payment provider.
  void psp_webhook(WebhookEnd end) noexcept { webhooks_[static_cast<std::size_t>(end)].add(1); }
  // A peer has sent what no honest peer sends.
  void peer_refused(PeerFault fault) noexcept {
    peer_refused_[static_cast<std::size_t>(fault) - 1].add(1);
  }
  // Another node has another history of a partition, as one of both must.
  void chain_differs() noexcept { chain_differs_.add(1); }
  void ready(bool yes) noexcept { ready_.set(yes ? 1 : 0); }
  // A thread that the node cannot serve without does not answer: not ready, whatever ready() was told.
  void stands_still(bool yes) noexcept { stands_still_.set(yes ? 1 : 0); }
  // How many of these do not answer the supervisor.
  void parts_silent(NodePart part, std::size_t count) noexcept { at(part).silent.set(count); }
  void part_restarted(NodePart part) noexcept { at(part).restarts.add(1); }
  // What is written, and what this process reads (base/format_level.hpp).
  void format_levels(FormatLevel written, FormatLevel reads) noexcept {
    format_level_.set(written);
    format_level_read_.set(reads);
  }

  // The page of GET /metrics: text format 0.0.4, content type below. Takes some 300 us for 16
  // partitions.
  [[nodiscard]] std::string render() const;
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  // Cache lines of its own for each partition: managers run on different cores.
  struct alignas(64) PartitionGauges {
    Gauge inbox;
    Gauge in_flight;
    Gauge open_postings;  // of those; for the reserve of the disk
    std::array<Gauge, kinds_max> resident;
    Gauge time_ahead;
    Gauge books_difference;
    Gauge rebuilding;
    Gauge rebuild_left;
    Gauge scrubbed_at;  // microseconds; 0 = not yet
  };
  struct PartGauges {
    Gauge silent;
    Counter restarts;
  };
  PartGauges& at(NodePart part) noexcept { return parts_[static_cast<std::size_t>(part)]; }
  void add_node(MetricsPage& page) const;
  void add_parts(MetricsPage& page) const;
  void add_transfers(MetricsPage& page) const;
  void add_partitions(MetricsPage& page) const;
  void add_journal(MetricsPage& page) const;
  void add_state(MetricsPage& page) const;
  void add_http(MetricsPage& page) const;
  void add_cluster(MetricsPage& page) const;
  void add_outside(MetricsPage& page) const;

  static std::uint64_t ns(Duration duration) noexcept {
    return duration.count() < 0 ? 0 : static_cast<std::uint64_t>(duration.count());
  }

  std::vector<PartitionGauges> partitions_;
  Histogram turn_messages_;
  Histogram turn_duration_;
  Counter overloaded_;
  std::array<Counter, 2> answers_dropped_;  // [AnswerDropped]
  Histogram journal_latency_;
  Histogram journal_batch_entries_;
  Histogram journal_batch_bytes_;
  Gauge journal_queue_;
  std::array<std::array<Counter, 2>, 3> finished_;  // [Protocol][TransferEnd]
  Counter cache_hits_;
  Counter cache_misses_;
  Counter cache_evictions_;
  Gauge http_connections_;
  Histogram checkpoint_duration_;
  Counter checkpoint_rows_;
  Counter state_damaged_;
  Counter scrub_rows_;
  Counter checkpoints_refused_;
  Gauge disk_free_;
  Gauge disk_level_;
  Gauge recovery_entries_;
  Gauge recovery_duration_;
  Gauge ready_;
  Gauge stands_still_;
  std::array<PartGauges, node_parts.size()> parts_;  // [NodePart]
  Gauge format_level_;
  Gauge format_level_read_;
  Counter chain_differs_;
  std::array<Counter, peer_faults> peer_refused_;           // [PeerFault - 1]
  std::array<Counter, webhook_end_names.size()> webhooks_;  // [WebhookEnd]

  mutable std::mutex cluster_mutex_;
  std::function<ClusterView()> cluster_view_;

  mutable std::mutex outside_mutex_;
  const std::deque<OutsideMetrics>* outside_ = nullptr;

  mutable std::mutex routes_mutex_;  // adding and rendering; a route itself is used without it
  std::deque<HttpRoute> routes_;     // stable addresses
};

}  // namespace florin
