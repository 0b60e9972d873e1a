// Replicas that come and go.
#include "runtime/cluster/parts/replica_host.hpp"

#include <filesystem>

#include "runtime/engine/stored_state.hpp"
#include "runtime/logging/log.hpp"

namespace florin {

// --- start -------------------------------------------------------------------------------------------------

Result<HostedReplica*, Error> ReplicaHost::open(const ReplicaHere& group, bool later) {
  auto hosted = std::make_unique<HostedReplica>(config_.engine.inbox_messages_max);
  hosted->group = group;
  hosted->inbox.set_gate(engine_.intake());
  FLORIN_TRY(store, open_stored_state(directory_.state_path(hosted->id()), hosted->id()));
  hosted->store = std::move(store);
  FLORIN_TRY(start, ReplicaStart::of(group, journal_, streams_));
  hosted->start = std::move(start);
  hosted->shell = std::make_shared<ReplicaShell>(ports_for(*hosted));
  Replica& replica = hosted->shell->replica();
  if (later)
    hosted->start->recover_later(replica);
  else
    FLORIN_TRY_VOID(hosted->start->recover(replica));
  hosted->committed = replica.committed();
  entries_replayed_ += replica.entries_replayed();
  return &replicas_.add(std::move(hosted));
}

Status<Error> ReplicaHost::recover(const ReplicaHere& group) {
  FLORIN_TRY_VOID(open(group, false));
  return Unit{};
}

Status<Error> ReplicaHost::open_in(ReplicatedLog& log) {
  for (const auto& hosted : replicas_.all()) FLORIN_TRY_VOID(open_in(log, *hosted));
  return Unit{};
}

Status<Error> ReplicaHost::open_in(ReplicatedLog& log, HostedReplica& hosted) {
  FLORIN_TRY_VOID(hosted.start->open_in(log, hosted.committed));
  router_.attach(hosted.id(), hosted.inbox);
  return Unit{};
}

void ReplicaHost::start_managers() {
  for (const auto& hosted : replicas_.all()) start_manager(*hosted);
}

void ReplicaHost::start_manager(HostedReplica& hosted) {
  start_replica_manager(engine_.actors(), hosted.shell, HostOptions{}.tick, hosted.inbox,
                        engine_.controls().supervisor(), hosted.manager);
}

ReplicaManagerPorts ReplicaHost::ports_for(HostedReplica& hosted) {
  const PartitionId id = hosted.id();
  ReplicaManagerPorts ports = ports_.common(id);
  ports.partition = id;
  ports.map = &router_.map();
  ports.store = hosted.store.get();
  ports.log = &journal_;
  ports.inbox = &hosted.inbox;
  ports.news = &hosted.news;
  ports.tell = [this](PartitionId to, std::vector<Message> messages) {
    router_.tell(to, std::move(messages));
  };
  ports.write_checkpoint = [this](CheckpointThread::Job job) {
    engine_.write_checkpoint(std::move(job));
  };
  ports.stopped = [this] { engine_.manager_stopped(); };
  ports.chain_differs = [this, id](const ChainHeads::Difference& difference) {
    ports_.chain_differs(id, difference);
  };
  // Behind the checkpoints that were handed out before: then nobody has the store.
  ports.emptied = [this, &hosted] {
    CheckpointThread::Job job;
    job.written = [&hosted](LogIndex) { hosted.store.reset(); };
    engine_.write_checkpoint(std::move(job));
  };
  ports.give_up_leadership = [this, id] { ports_.give_up_leadership(id); };
  return ports;
}

// --- while the node runs -----------------------------------------------------------------------------------

Status<Error> ReplicaHost::host(const ReplicaHere& group, ReplicatedLog& log) {
  log_info("a replica is made here", {{"partition", std::int64_t{group.group}},
                                      {"replica", static_cast<std::int64_t>(group.replica)}});
  FLORIN_TRY(hosted, open(group, true));
  start_manager(*hosted);
  return open_in(log, *hosted);
}

// Its state goes, its log stays: the journal is of all partitions. A checkpoint under way writes into files that
// nobody can open any more.
void ReplicaHost::drop(PartitionId partition) {
  log_info("a replica goes", {{"partition", std::int64_t{partition}}});
  HostedReplica* const hosted = replicas_.find(partition);
  router_.detach(partition);
  replicas_.remove(partition);
  hosted->tell(ReplicaDropped{});
  std::error_code error;
  std::filesystem::remove_all(directory_.state_path(partition), error);
  if (error)
    log_warning("the state of a replica that went could not be deleted",
                {{"reason", error.message()}});
}

void ReplicaHost::committed(PartitionId partition, EntriesCommitted news) {
  HostedReplica& hosted = *replicas_.find(partition);
  hosted.committed.store(news.last(), std::memory_order_release);
  hosted.tell(std::move(news));
}

std::optional<LogIndex> ReplicaHost::committed_of(PartitionId partition) const {
  const HostedReplica* hosted = replicas_.find(partition);
  if (hosted == nullptr) return std::nullopt;
  return hosted->committed.load(std::memory_order_acquire);
}

// --- stop --------------------------------------------------------------------------------------------------

void ReplicaHost::stop_hosting() {
  const std::lock_guard lock(mutex_);
  stops_ = true;
}

std::size_t ReplicaHost::ask_to_stop() {
  for (const auto& hosted : replicas_.all()) {
    hosted->inbox.close_to_clients();
    caf::anon_send(hosted->manager, StopAtom::value);
  }
  return replicas_.all().size();
}

std::vector<ManagerActor*> ReplicaHost::managers() {
  std::vector<ManagerActor*> all;
  for (const auto& hosted : replicas_.all()) all.push_back(&hosted->manager);
  return all;
}

}  // namespace florin
