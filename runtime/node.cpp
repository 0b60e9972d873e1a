// Composition of the real node: recovery, shells and stop, in the order that each needs.
#include "runtime/node.hpp"

#include <atomic>
#include <caf/all.hpp>

#include "actors/asks/router.hpp"
#include "actors/hosting/partition_recovery.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "runtime/cluster/cluster_node.hpp"
#include "runtime/engine/engine_options.hpp"
#include "runtime/engine/incarnation.hpp"
#include "runtime/engine/journal_thread.hpp"
#include "runtime/engine/node_engine.hpp"
#include "runtime/engine/partition_manager.hpp"
#include "runtime/engine/stop_order.hpp"
#include "runtime/engine/stored_state.hpp"
#include "runtime/engine/system_clock.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/outside/node_payments.hpp"
#include "runtime/outside/psp_parties.hpp"

namespace florin {
namespace {

// One hosted partition: its store, inbox and manager.
struct HostedPartition {
  HostedPartition(std::size_t inbox_max) : inbox(inbox_max) {}
  std::unique_ptr<CheckedStateStore> store;
  std::shared_ptr<Partition> partition;
  Inbox inbox;
  ManagerActor manager;
};

class NodeImpl final : public Node {
 public:
  NodeImpl(const NodeConfig& config, Metrics& metrics, OnFatal on_fatal, DataDirectory directory,
           std::unique_ptr<Journal> journal)
      : config_(config),
        metrics_(metrics),
        on_fatal_(std::move(on_fatal)),
        directory_(std::move(directory)),
        journal_(std::move(journal)),
        router_(PartitionMap(config.node.partitions)),
        marks_(config.node.partitions),
        engine_(config_, metrics_, on_fatal_),
        payments_(config_, engine_.controls(), metrics_, clock_, directory_.payments_path()),
        levels_(config.cluster.reads()) {}

  ~NodeImpl() override { shut_down(); }

  Status<Error> recover();
  Status<Error> start_shells(std::vector<outside::OutsideParty> parties);

  NodeServices services() override {
    NodeServices services{engine_.desk(),
                          *journal_,
                          router_.map(),
                          metrics_,
                          [this] { return ready_ && engine_.controls().can_serve(); },
                          {}};
    services.why_not_ready = [this] { return engine_.controls().why_not(); };
    services.keep_raw = [this](std::string_view bytes) { payments_.keep_raw(bytes); };
    return services;
  }
  const RecoverySummary& recovery() const override { return recovery_; }
  void begin_drain() override {
    ready_ = false;
    engine_.begin_drain();
  }
  bool stop(std::chrono::milliseconds time_max) override { return stop_in_order(*this, time_max); }

  // Steps of the stop.
  // There is nobody else; but what was asked outside may still be answered.
  void hand_over(std::chrono::milliseconds time_max) { payments_.drain(time_max); }
  std::size_t ask_to_stop();
  bool wait_for(std::size_t managers, std::chrono::steady_clock::time_point deadline) {
    return engine_.wait_for_managers(managers, deadline);
  }
  void shut_down();

 private:
  Status<Error> raise_format_level();
  Status<Error> open_partition(PartitionId id);
  PartitionPorts ports_for(HostedPartition& hosted, PartitionId id);
  void start_journal();
  void start_managers();

  NodeConfig config_;
  Metrics& metrics_;
  OnFatal on_fatal_;
  DataDirectory directory_;
  std::unique_ptr<Journal> journal_;
  SystemClock clock_;
  LocalRouter router_;
  std::vector<DurableMark> marks_;
  std::vector<std::unique_ptr<HostedPartition>> hosted_;
  RecoverySummary recovery_;
  std::atomic<bool> ready_{false};

  NodeEngine engine_;
  NodePayments payments_;
  std::unique_ptr<JournalThread> journal_thread_;
  bool shut_down_ = false;
  const std::uint64_t table_secret_ = random_incarnation();
  FormatLevels levels_;
};

// Nobody else has to read what is written here: only a program that is started on this directory later.
Status<Error> NodeImpl::raise_format_level() {
  FLORIN_TRY_VOID(directory_.raise_level(levels_.reads()));
  levels_.raise(levels_.reads());
  metrics_.format_levels(levels_.written(), levels_.reads());
  return Unit{};
}

Status<Error> NodeImpl::open_partition(PartitionId id) {
  auto hosted = std::make_unique<HostedPartition>(config_.engine.inbox_messages_max);
  FLORIN_TRY(store, open_stored_state(directory_.state_path(id), id));
  hosted->store = std::move(store);
  hosted->partition = std::make_shared<Partition>(
      id, router_.map(), *hosted->store, partition_options(config_, table_secret_, &levels_));
  hosted_.push_back(std::move(hosted));
  return Unit{};
}

Status<Error> NodeImpl::recover() {
  const auto begin = std::chrono::steady_clock::now();
  FLORIN_TRY_VOID(raise_format_level());
  std::vector<Partition*> partitions;
  for (std::uint32_t p = 0; p < config_.node.partitions; ++p) {
    FLORIN_TRY_VOID(open_partition(static_cast<PartitionId>(p)));
    partitions.push_back(hosted_.back()->partition.get());
  }
  auto next_report = begin + std::chrono::seconds(2);
  FLORIN_TRY(recovered, recover_partitions(
                            partitions, *journal_, directory_.log_path(),
                            [&](std::uint64_t done, std::uint64_t all) {
                              if (std::chrono::steady_clock::now() < next_report) return;
                              next_report += std::chrono::seconds(2);
                              log_info("replaying the log", {{"bytes_done", done}, {"bytes", all}});
                            }));
  // Before anybody is told that this node is ready: whoever waits for whole partitions must not see none.
  for (const PartitionId damaged : recovered.damaged)
    metrics_.state_rebuilding(damaged, true, journal_->last_index(damaged));
  recovery_.entries_replayed = recovered.entries_replayed;
  recovery_.open_transfers = recovered.open_transfers;
  recovery_.torn_bytes_cut = journal_->report().cut_bytes;
  recovery_.duration = std::chrono::steady_clock::now() - begin;
  metrics_.recovery_finished(recovery_.entries_replayed, recovery_.duration);
  return Unit{};
}

PartitionPorts NodeImpl::ports_for(HostedPartition& hosted, PartitionId id) {
  PartitionPorts ports;
  ports.clock = &clock_;
  ports.inbox = &hosted.inbox;
  ports.durable = &marks_[id];
  ports.store = hosted.store.get();
  ports.log = journal_.get();
  ports.metrics = &metrics_;
  ports.append = [this](LogEntry entry) { journal_thread_->submit(std::move(entry)); };
  ports.deliver = [this](std::vector<Reply> replies) {
    engine_.desk().deliver(std::move(replies));
  };
  ports.tell = [this](PartitionId to, std::vector<Message> messages) {
    router_.tell(to, std::move(messages));
  };
  ports.call = [this](std::vector<OutsideCall> calls) { payments_.call(std::move(calls)); };
  ports.write_checkpoint = [this](CheckpointThread::Job job) {
    engine_.write_checkpoint(std::move(job));
  };
  ports.stopped = [this] { engine_.manager_stopped(); };
  ports.failed = on_fatal_;
  return ports;
}

Status<Error> NodeImpl::start_shells(std::vector<outside::OutsideParty> parties) {
  engine_.start_desk(router_, PeerProcess{0, random_incarnation()});
  for (std::uint32_t p = 0; p < hosted_.size(); ++p) {
    const auto id = static_cast<PartitionId>(p);
    router_.attach(id, hosted_[p]->inbox);
    marks_[p].begin(hosted_[p]->inbox, journal_->last_index(id));
  }
  engine_.start_actors();
  FLORIN_TRY_VOID(
      payments_.start(std::move(parties), [this](PartitionId to, std::vector<Message> messages) {
        router_.tell(to, std::move(messages));
        return true;
      }));
  start_journal();
  start_managers();
  engine_.watch_room();
  ready_ = true;
  metrics_.ready(true);
  return Unit{};
}

void NodeImpl::start_journal() {
  journal_thread_ = std::make_unique<JournalThread>(
      *journal_, marks_,
      JournalThread::Observer{
          .committed =
              [this](std::size_t entries, std::size_t bytes, auto time, std::size_t queued) {
                metrics_.journal_committed(entries, bytes, time);
                metrics_.journal_queue_depth(queued);
              },
          .failed = on_fatal_});
  engine_.controls().put_before(
      NodePart::journal, "the journal's thread",
      {.pass = [this](ThreadPorts::Told passed) { journal_thread_->pass(std::move(passed)); },
       .end = [this](ThreadPorts::Told ended) { journal_thread_->end(std::move(ended)); }});
}

void NodeImpl::start_managers() {
  const ManagerOptions options = host_options(config_);
  for (std::uint32_t p = 0; p < hosted_.size(); ++p) {
    HostedPartition& hosted = *hosted_[p];
    // The wake-up must be in place before the actor can be reached.
    hosted.inbox.set_gate(engine_.intake());
    hosted.inbox.set_wake([&hosted] { caf::anon_send(hosted.manager, WakeAtom::value); });
    hosted.manager = engine_.actors().spawn<PartitionManager>(
        hosted.partition, ports_for(hosted, static_cast<PartitionId>(p)), options);
    caf::anon_send(engine_.controls().supervisor(), WatchAtom::value,
                   Watched{NodePart::partition, manager_name(p), hosted.manager});
  }
}

std::size_t NodeImpl::ask_to_stop() {
  for (const auto& hosted : hosted_) hosted->inbox.close_to_clients();
  for (const auto& hosted : hosted_) caf::anon_send(hosted->manager, StopAtom::value);
  return hosted_.size();
}

// At the very end the log is closed. One that did not start leaves it as a crash does.
void NodeImpl::shut_down() {
  if (std::exchange(shut_down_, true) || !engine_.has_actors()) return;
  std::vector<ManagerActor*> managers;
  for (const auto& hosted : hosted_) managers.push_back(&hosted->manager);
  engine_.controls().stop_watching();  // a thread that was stopped does not answer
  payments_.stop();                    // what it tells at last finds its inbox
  engine_.stop(managers, [this] {
    if (!journal_thread_) return;
    engine_.controls().checkpoint(NodePart::journal);
    engine_.controls().stop(NodePart::journal);
    journal_thread_->stop();
  });
  close_journal(*journal_);
}

}  // namespace

Result<std::unique_ptr<Node>, Error> Node::start(const NodeConfig& config, Metrics& metrics,
                                                 OnFatal on_fatal) {
  // First of all: a secret that is missing is said before the log is replayed.
  FLORIN_TRY(parties, outside::psp_parties(config));
  if (config.is_cluster())
    return start_cluster_node(config, metrics, std::move(on_fatal), std::move(parties));
  FLORIN_TRY(directory, DataDirectory::open(config.node.data_dir, config.node.partitions, {},
                                            config.cluster.reads()));
  FLORIN_TRY(begun, directory.begin_start());
  if (begun.was_copied)
    log_warning("this directory is a copy: what was acknowledged after it was made is not in it",
                {{"data_dir", config.node.data_dir},
                 {"to_do", "never run it beside the directory that was copied"}});
  JournalOptions options = journal_options(config, directory);
  options.partitions = config.node.partitions;
  FLORIN_TRY(journal, Journal::open(options));
  auto node = std::make_unique<NodeImpl>(config, metrics, std::move(on_fatal), std::move(directory),
                                         std::move(journal));
  FLORIN_TRY_VOID(node->recover());
  FLORIN_TRY_VOID(node->start_shells(std::move(parties)));
  return std::unique_ptr<Node>(std::move(node));
}

}  // namespace florin
