// The page of GET /metrics: every metric's name, help and unit. The only file that knows
// prometheus-cpp, of which it uses the data model and the text format; counting is ours
// (instruments.hpp).
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <sstream>

#include "actors/partition/entity_kinds.hpp"
#include "runtime/config/build_info.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/metrics/process_stats.hpp"

namespace florin {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr double plain = 1;
constexpr double ns_as_seconds = 1e-9;

}  // namespace

// Grows the page one family at a time; samples belong to the family opened last.
class MetricsPage {
 public:
  MetricsPage& family(std::string name, std::string help, MetricType type) {
    families_.push_back({std::move(name), std::move(help), type, {}});
    return *this;
  }
  MetricsPage& counter(double value, Labels labels = {}) {
    add(std::move(labels)).counter.value = value;
    return *this;
  }
  MetricsPage& gauge(double value, Labels labels = {}) {
    add(std::move(labels)).gauge.value = value;
    return *this;
  }
  MetricsPage& histogram(const Histogram& histogram, double unit, Labels labels = {}) {
    auto& out = add(std::move(labels)).histogram;
    const auto bounds = histogram.bounds();
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      out.sample_count += histogram.count(i);
      out.bucket.push_back({out.sample_count, static_cast<double>(bounds[i]) * unit});
    }
    out.sample_count += histogram.count(bounds.size());
    out.sample_sum = static_cast<double>(histogram.sum()) * unit;
    return *this;
  }

  void one_counter(std::string name, std::string help, double value) {
    family(std::move(name), std::move(help), MetricType::Counter).counter(value);
  }
  void one_counter(std::string name, std::string help, const Counter& counter) {
    one_counter(std::move(name), std::move(help), static_cast<double>(counter.value()));
  }
  void one_gauge(std::string name, std::string help, double value) {
    family(std::move(name), std::move(help), MetricType::Gauge).gauge(value);
  }
  void one_gauge(std::string name, std::string help, const Gauge& gauge, double unit = plain) {
    one_gauge(std::move(name), std::move(help), static_cast<double>(gauge.value()) * unit);
  }
  void one_histogram(std::string name, std::string help, const Histogram& of, double unit) {
    family(std::move(name), std::move(help), MetricType::Histogram).histogram(of, unit);
  }

  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families_);
    return std::move(out).str();
  }

 private:
  ClientMetric& add(Labels labels) {
    auto& metric = families_.back().metric.emplace_back();
    metric.label = std::move(labels);
    return metric;
  }
  std::vector<prometheus::MetricFamily> families_;
};

namespace {

void add_process(MetricsPage& page) {
  const auto stats = read_process_stats();
  const auto bytes = [](std::uint64_t n) { return static_cast<double>(n); };
  page.one_counter("process_cpu_seconds_total", "User and system CPU time of all threads",
                   stats.cpu_seconds);
  page.one_gauge("process_resident_memory_bytes", "Memory in RAM", bytes(stats.resident_bytes));
  page.one_gauge("process_virtual_memory_bytes", "Address space", bytes(stats.virtual_bytes));
  page.one_gauge("process_open_fds", "Open file descriptors", bytes(stats.open_fds));
  page.one_gauge("process_max_fds", "Limit of open file descriptors", bytes(stats.max_fds));
  page.one_gauge("process_start_time_seconds", "Start of the process, seconds since 1970",
                 stats.start_time_seconds);
}

void add_build(MetricsPage& page) {
  const auto& info = build_info();
  page.family("florin_build_info", "Always 1; the labels name the program", MetricType::Gauge)
      .gauge(1, {{"version", std::string(info.version)},
                 {"commit", std::string(info.git_commit)},
                 {"build_type", std::string(info.build_type)}});
}

}  // namespace

std::string Metrics::render() const {
  MetricsPage page;
  add_build(page);
  add_node(page);
  add_parts(page);
  add_transfers(page);
  add_partitions(page);
  add_journal(page);
  add_state(page);
  add_http(page);
  add_cluster(page);
  add_outside(page);
  page.one_counter("florin_log_lines_dropped_total", "Log lines lost because the queue was full",
                   static_cast<double>(log_lines_dropped()));
  add_process(page);
  return page.text();
}

void Metrics::add_cluster(MetricsPage& page) const {
  ClusterView view;
  {
    const std::lock_guard lock(cluster_mutex_);
    if (!cluster_view_) return;
    view = cluster_view_();
  }
  const auto by_replica = [&](const char* name, const char* help, MetricType type, auto value) {
    page.family(name, help, type);
    for (const ReplicaView& replica : view.replicas) {
      const auto number = static_cast<double>(value(replica));
      Labels labels{{"partition", std::to_string(replica.group)}};
      if (type == MetricType::Counter)
        page.counter(number, std::move(labels));
      else
        page.gauge(number, std::move(labels));
    }
  };
  constexpr auto gauge = MetricType::Gauge;
  by_replica("florin_raft_leader", "1 where this node's replica leads", gauge,
             [](const ReplicaView& r) { return r.role == "leader" ? 1 : 0; });
  by_replica("florin_raft_has_leader", "1 where this node's replica knows a leader", gauge,
             [](const ReplicaView& r) { return r.leader != 0 ? 1 : 0; });
  by_replica("florin_raft_term", "Term of the replica", gauge,
             [](const ReplicaView& r) { return r.term; });
  by_replica("florin_raft_commit_index", "Last entry known to be agreed", gauge,
             [](const ReplicaView& r) { return r.commit; });
  by_replica("florin_raft_last_index", "Last entry of the replica's log", gauge,
             [](const ReplicaView& r) { return r.last; });
  by_replica("florin_raft_catching_up",
             "1 where the replica gets missing entries out of the leader's log", gauge,
             [](const ReplicaView& r) { return r.is_fetching ? 1 : 0; });
  by_replica("florin_raft_elections_total", "Leaders seen since the start of the node",
             MetricType::Counter, [](const ReplicaView& r) { return r.elections; });
  const auto by_peer = [&](const char* name, const char* help, MetricType type, auto value) {
    page.family(name, help, type);
    for (const PeerView& peer : view.peers) {
      const auto number = static_cast<double>(value(peer));
      Labels labels{{"node", std::to_string(peer.node)}};
      if (type == MetricType::Counter)
        page.counter(number, std::move(labels));
      else
        page.gauge(number, std::move(labels));
    }
  };
  const bool agrees = view.clock.standing == "right" || view.clock.standing == "alone";
  page.one_gauge("florin_clock_agrees",
                 "1 while this node's clock agrees with most others, or there is none",
                 agrees ? 1 : 0);
  if (view.clock.ahead_us)
    page.one_gauge("florin_clock_ahead_seconds",
                   "How far this node's clock is ahead of most others; absent while not known",
                   static_cast<double>(*view.clock.ahead_us) / 1e6);
  by_peer("florin_link_up", "1 when frames can be sent to the node", gauge,
          [](const PeerView& p) { return p.is_up ? 1 : 0; });
  by_peer("florin_link_sent_bytes_total", "Bytes of frames sent to the node", MetricType::Counter,
          [](const PeerView& p) { return p.sent_bytes; });
  by_peer("florin_link_received_bytes_total", "Bytes of frames received from the node",
          MetricType::Counter, [](const PeerView& p) { return p.received_bytes; });
  by_peer("florin_link_dropped_frames_total", "Frames for the node that were not sent",
          MetricType::Counter, [](const PeerView& p) { return p.dropped_frames; });
  page.one_counter("florin_chain_differs_total",
                   "Entries at which another replica has another history than the one here",
                   chain_differs_);
  page.family("florin_peer_refused_total", "What peers sent and no honest peer sends",
              MetricType::Counter);
  for (std::uint8_t fault = 1; fault <= peer_faults; ++fault)
    page.counter(static_cast<double>(peer_refused_[fault - 1].value()),
                 {{"why", std::string(to_string(static_cast<PeerFault>(fault)))}});
}

void Metrics::add_node(MetricsPage& page) const {
  const bool is_ready = ready_.value() != 0 && stands_still_.value() == 0;
  page.one_gauge("florin_ready",
                 "1 when the node answers requests, 0 while it recovers or drains, or stands still",
                 is_ready ? 1 : 0);
  page.one_gauge("florin_format_level", "Format level of what is written (docs/OPERATIONS.md)",
                 format_level_);
  page.one_gauge("florin_format_level_read", "Format level up to which this process reads",
                 format_level_read_);
  page.one_gauge("florin_recovery_duration_seconds", "Time from start to readiness",
                 recovery_duration_, ns_as_seconds);
  page.one_gauge("florin_recovery_replayed_entries", "Log entries replayed at start",
                 recovery_entries_);
}

void Metrics::add_outside(MetricsPage& page) const {
  const std::lock_guard lock(outside_mutex_);
  if (outside_ == nullptr) return;
  const auto by_party = [&](const char* name, const char* help, MetricType type, auto value) {
    page.family(name, help, type);
    for (const OutsideMetrics& one : *outside_) {
      const auto number = static_cast<double>(value(one).value());
      Labels labels{{"party", one.party}};
      if (type == MetricType::Counter)
        page.counter(number, std::move(labels));
      else
        page.gauge(number, std::move(labels));
    }
  };
  page.family("florin_outside_calls_total", "Calls to the outside by how far they came",
              MetricType::Counter);
  for (const OutsideMetrics& one : *outside_)
    for (std::size_t end = 0; end < OutsideMetrics::ends; ++end)
      page.counter(static_cast<double>(one.ended[end].value()),
                   {{"party", one.party},
                    {"end", std::string(psp::to_string(static_cast<psp::HttpEnd>(end)))}});
  page.family("florin_outside_faults_total", "Calls to the outside that did not come to their end",
              MetricType::Counter);
  for (const OutsideMetrics& one : *outside_)
    for (std::size_t fault = 1; fault < OutsideMetrics::faults; ++fault)
      page.counter(static_cast<double>(one.failed[fault].value()),
                   {{"party", one.party},
                    {"fault", std::string(psp::to_string(static_cast<psp::HttpFault>(fault)))}});
  constexpr std::array classes{"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
  page.family("florin_outside_answers_total", "Calls to the outside by class of their status",
              MetricType::Counter);
  for (const OutsideMetrics& one : *outside_)
    for (std::size_t c = 0; c < classes.size(); ++c)
      page.counter(static_cast<double>(one.by_status_class[c].value()),
                   {{"party", one.party}, {"status", classes[c]}});
  constexpr auto counter = MetricType::Counter;
  constexpr auto gauge = MetricType::Gauge;
  by_party(
      "florin_outside_sent_twice_total", "Requests that left twice under one call", counter,
      [](const OutsideMetrics& one) -> auto& { return one.sent_twice; });
  by_party(
      "florin_outside_repeated_total", "Calls asked for while they were under way", counter,
      [](const OutsideMetrics& one) -> auto& { return one.repeated; });
  by_party(
      "florin_outside_breaker_opened_total", "Times that calls were held back", counter,
      [](const OutsideMetrics& one) -> auto& { return one.breaker_opened; });
  by_party(
      "florin_outside_breaker", "0 called, 1 held back, 2 one call finds out", gauge,
      [](const OutsideMetrics& one) -> auto& { return one.breaker; });
  by_party(
      "florin_outside_under_way", "Calls that are under way", gauge,
      [](const OutsideMetrics& one) -> auto& { return one.under_way; });
  by_party(
      "florin_outside_under_way_limit", "Calls that may be under way", gauge,
      [](const OutsideMetrics& one) -> auto& { return one.under_way_limit; });
  by_party(
      "florin_outside_waiting", "Calls that wait for their turn", gauge,
      [](const OutsideMetrics& one) -> auto& { return one.waiting; });
  page.family("florin_outside_duration_seconds", "From the begin of a call to its end",
              MetricType::Histogram);
  for (const OutsideMetrics& one : *outside_)
    page.histogram(one.duration, ns_as_seconds, {{"party", one.party}});
}

void Metrics::add_parts(MetricsPage& page) const {
  const auto labels = [](NodePart part) -> Labels {
    return {{"part", std::string(to_string(part))}};
  };
  const auto gauges = [this](NodePart part) -> const PartGauges& {
    return parts_[static_cast<std::size_t>(part)];
  };
  page.family("florin_parts_silent", "Parts of the node that do not answer its supervisor",
              MetricType::Gauge);
  for (const NodePart part : node_parts)
    page.gauge(static_cast<double>(gauges(part).silent.value()), labels(part));
  page.family("florin_part_restarts_total", "Actors that ended unasked and were made again",
              MetricType::Counter);
  for (const NodePart part : node_parts)
    page.counter(static_cast<double>(gauges(part).restarts.value()), labels(part));
}

void Metrics::add_transfers(MetricsPage& page) const {
  page.family("florin_transfers_finished_total", "Transfers by protocol and outcome",
              MetricType::Counter);
  constexpr std::array protocols{"local", "tcc", "saga"};
  constexpr std::array outcomes{"completed", "refused"};
  for (std::size_t p = 0; p < protocols.size(); ++p) {
    for (std::size_t o = 0; o < outcomes.size(); ++o) {
      page.counter(static_cast<double>(finished_[p][o].value()),
                   {{"protocol", protocols[p]}, {"outcome", outcomes[o]}});
    }
  }
}

void Metrics::add_partitions(MetricsPage& page) const {
  const auto by_partition = [&](const char* name, const char* help, auto member) {
    page.family(name, help, MetricType::Gauge);
    for (std::size_t p = 0; p < partitions_.size(); ++p) {
      page.gauge(static_cast<double>((partitions_[p].*member).value()),
                 {{"partition", std::to_string(p)}});
    }
  };
  by_partition("florin_transfers_in_flight", "Open transfers by the partition of their coordinator",
               &PartitionGauges::in_flight);
  by_partition("florin_inbox_messages", "Messages waiting for a partition",
               &PartitionGauges::inbox);
  by_partition("florin_state_rebuilding", "1: the stored state was damaged and is being made again",
               &PartitionGauges::rebuilding);
  by_partition("florin_state_rebuild_entries_left", "Log entries that it still has to replay",
               &PartitionGauges::rebuild_left);
  by_partition(
      "florin_books_difference",
      "What payments have added to wallets, less what the ledger says of it and what it owes; 0",
      &PartitionGauges::books_difference);
  static_assert(EntityTables::count <= kinds_max);
  page.family("florin_entities_resident", "Entities in memory by kind", MetricType::Gauge);
  for (std::size_t p = 0; p < partitions_.size(); ++p)
    for (std::size_t kind = 0; kind < EntityTables::count; ++kind)
      page.gauge(
          static_cast<double>(partitions_[p].resident[kind].value()),
          {{"partition", std::to_string(p)}, {"kind", std::string(EntityTables::names[kind])}});
  page.family("florin_state_scrubbed_timestamp_seconds",
              "When all stored rows were last looked at and agreed with the sums; 0 = not yet",
              MetricType::Gauge);
  for (std::size_t p = 0; p < partitions_.size(); ++p)
    page.gauge(static_cast<double>(partitions_[p].scrubbed_at.value()) / 1e6,
               {{"partition", std::to_string(p)}});
  page.family("florin_partition_time_ahead_seconds",
              "How far the time of the partition's entries is ahead of the clock",
              MetricType::Gauge);
  for (std::size_t p = 0; p < partitions_.size(); ++p)
    page.gauge(static_cast<double>(partitions_[p].time_ahead.value()) * ns_as_seconds,
               {{"partition", std::to_string(p)}});
  page.one_counter("florin_overloaded_total", "Requests answered overloaded, nothing was executed",
                   overloaded_);
  page.family("florin_answers_dropped_total", "Answers that came and that nobody heard",
              MetricType::Counter);
  constexpr std::array reasons{"other_incarnation", "unfit"};
  for (std::size_t why = 0; why < reasons.size(); ++why)
    page.counter(static_cast<double>(answers_dropped_[why].value()), {{"reason", reasons[why]}});
  page.one_histogram("florin_turn_messages", "Messages handled in one turn of a partition",
                     turn_messages_, plain);
  page.one_histogram("florin_turn_duration_seconds", "Time of one turn of a partition",
                     turn_duration_, ns_as_seconds);
}

void Metrics::add_journal(MetricsPage& page) const {
  page.one_histogram("florin_journal_commit_duration_seconds",
                     "Write and fdatasync of one batch of the journal", journal_latency_,
                     ns_as_seconds);
  page.one_histogram("florin_journal_batch_entries", "Log entries in one batch",
                     journal_batch_entries_, plain);
  page.one_histogram("florin_journal_batch_bytes", "Bytes in one batch", journal_batch_bytes_,
                     plain);
  page.one_gauge("florin_journal_queue_entries", "Log entries waiting for the disk",
                 journal_queue_);
}

void Metrics::add_state(MetricsPage& page) const {
  page.one_counter("florin_entity_cache_hits_total", "Messages whose account was in memory",
                   cache_hits_);
  page.one_counter("florin_entity_cache_misses_total", "Accounts read from the state store",
                   cache_misses_);
  page.one_counter("florin_entity_cache_evictions_total", "Idle accounts put away",
                   cache_evictions_);
  page.one_histogram("florin_checkpoint_duration_seconds", "Time of one checkpoint of a partition",
                     checkpoint_duration_, ns_as_seconds);
  page.one_counter("florin_checkpoint_rows_total", "Rows written by checkpoints", checkpoint_rows_);
  page.one_counter("florin_state_scrub_rows_total", "Stored rows looked at by the scrub",
                   scrub_rows_);
  page.one_counter("florin_state_damaged_total", "Times a stored state was found damaged",
                   state_damaged_);
  page.one_gauge("florin_disk_free_bytes", "Room left for the data directory", disk_free_);
  page.one_gauge("florin_disk_level",
                 "0: enough room, 1: no batches, 2: only what ends open transfers", disk_level_);
  page.one_counter("florin_checkpoints_refused_total",
                   "Checkpoints that found no room; each is tried again", checkpoints_refused_);
}

void Metrics::add_http(MetricsPage& page) const {
  page.one_gauge("florin_http_connections", "Open HTTP connections", http_connections_);
  const std::scoped_lock lock(routes_mutex_);
  constexpr std::array classes{"1xx", "2xx", "3xx", "4xx", "5xx"};
  page.family("florin_http_requests_total", "HTTP requests by route and status class",
              MetricType::Counter);
  for (const auto& route : routes_) {
    for (std::size_t c = 1; c < classes.size(); ++c) {  // 1xx is never a final answer
      page.counter(static_cast<double>(route.by_status_class_[c].value()),
                   {{"route", route.name_}, {"status", classes[c]}});
    }
  }
  page.family("florin_http_request_duration_seconds",
              "From the first byte of a request to its answer", MetricType::Histogram);
  for (const auto& route : routes_) {
    page.histogram(route.duration_, ns_as_seconds, {{"route", route.name_}});
  }
  page.family("florin_psp_webhooks_total", "Webhooks of payment providers by what became of them",
              MetricType::Counter);
  for (std::size_t end = 0; end < webhooks_.size(); ++end)
    page.counter(static_cast<double>(webhooks_[end].value()),
                 {{"end", std::string(webhook_end_names[end])}});
}

}  // namespace florin
