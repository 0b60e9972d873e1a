// A cluster's node: start, its replicas, stop. See cluster_node_parts.hpp.
#include <algorithm>
#include <filesystem>

#include "actors/peer_rights.hpp"
#include "base/limits.hpp"
#include "cluster/consensus/etcd_raft_engine.hpp"
#include "cluster/disk/group_reaches.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/engine/engine_options.hpp"
#include "runtime/engine/incarnation.hpp"
#include "runtime/engine/stored_state.hpp"
#include "runtime/engine/supervisor.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds ask_again_for{4000};
constexpr milliseconds command_patience{5000};
constexpr milliseconds hand_over_time_max{1000};

}  // namespace

ClusterNode::ClusterNode(const NodeConfig& config, Metrics& metrics, OnFatal on_fatal,
                         DataDirectory directory, const StartRecord& start, DiskBook book,
                         std::unique_ptr<Journal> journal)
    : config_(config),
      metrics_(metrics),
      on_fatal_(std::move(on_fatal)),
      directory_(std::move(directory)),
      journal_(std::move(journal)),
      self_(static_cast<NodeNumber>(config.cluster.self)),
      streams_{config.node.partitions},
      process_(random_incarnation()),
      router_(PartitionMap(config.node.partitions), self_, process_),
      levels_(config.cluster.reads()),
      asks_(router_, process_, milliseconds(2 * config.http.request_patience_ms), levels_.reads()),
      commands_(command_patience),
      hosted_(config.node.partitions),
      log_reader_(*journal_, remote_entries_, [this](PartitionId p) { return committed_of(p); }),
      log_writer_(*journal_, config_.node.partitions),
      meta_(
          LogStreams::entries(config.node.partitions),
          [this](std::uint64_t epoch, LogIndex index, std::string entry) {
            log_->propose(meta_group(), epoch, index, std::move(entry));
          },
          levels_.reads()),
      standing_(self_, config.cluster.join, configured_nodes()),
      balance_(self_, config.node.partitions),
      clocks_(
          {.offset_max_us = host_options(config).clock_offset_max_us, .first_number = process_}),
      clock_duty_(self_),
      disks_({.self = self_,
              .run = {start.life, start.starts, process_, start.data_id},
              .is_new = config.cluster.join && group_reaches(*journal_, streams_, {}).empty()},
             std::move(book)),
      life_(start.life),
      book_file_(directory_.disks_path(), [](const Error& error) {
        log_error("what the other nodes have on their disks could not be kept",
                  {{"reason", error.context}});
      }) {}

NodeServices ClusterNode::services() {
  NodeServices services{*desk_,
                        log_reader_,
                        router_.map(),
                        metrics_,
                        [this] { return is_ready(); },
                        [this] { return view(); },
                        [this](PartitionId p) { return leader_address(p); }};
  services.chains = [this] { return chains(); };
  services.why_not_ready = [this] { return why_not_ready(); };
  services.change_cluster = [this](ClusterCommand command, CommandDone done) {
    change_cluster(std::move(command), std::move(done));
  };
  return services;
}

void ClusterNode::begin_drain() {
  stage_ = Stage::draining;
  metrics_.ready(false);
  desk_->close();
}

// --- start -------------------------------------------------------------------------------------------------

KeeperOptions ClusterNode::keeper_options() const {
  KeeperOptions options;
  options.self = self_;
  options.streams = streams_;
  options.joins = config_.cluster.join;
  options.life = life_;
  options.reads = levels_.reads();
  options.birth.replication = config_.cluster.replication;
  options.birth.partitions = config_.node.partitions;
  for (const auto& node : config_.cluster.nodes)
    options.birth.nodes.push_back({node.id, node.peer, node.http});
  return options;
}

// Out of its store and the log, as far as both are known to be committed.
Result<Hosted*, Error> ClusterNode::open_replica(const HostedGroup& group, bool later) {
  auto hosted = std::make_unique<Hosted>(config_.engine.inbox_messages_max);
  hosted->group = group;
  hosted->inbox.set_gate(intake_);
  FLORIN_TRY(store, open_stored_state(directory_.state_path(hosted->id()), hosted->id()));
  hosted->store = std::move(store);
  FLORIN_TRY(state, read_group_state(*journal_, streams_.state(group.group)));
  hosted->group_state = std::move(state);
  hosted->shell = std::make_shared<ReplicaShell>(ports_for(*hosted));
  Replica& replica = hosted->shell->replica();
  const LogIndex committed = ReplicatedLog::committed_index(hosted->group_state, 0);
  if (later)
    replica.recover_later(committed);
  else
    FLORIN_TRY_VOID(replica.recover(committed));
  hosted->committed = replica.committed();
  recovery_.entries_replayed += replica.entries_replayed();
  return &hosted_.add(std::move(hosted));
}

Status<Error> ClusterNode::recover() {
  const auto begin = steady_clock::now();
  FLORIN_TRY(meta_state, read_group_state(*journal_, streams_.state(meta_group())));
  FLORIN_TRY_VOID(meta_.recover(*journal_, ReplicatedLog::committed_index(meta_state, 0)));
  FLORIN_TRY(groups, replicas_at_start(meta_.map(), keeper_options(), *journal_));
  for (const HostedGroup& group : groups) {
    if (group.group == meta_group())
      meta_at_start_ = group;
    else
      FLORIN_TRY_VOID(open_replica(group, false));
  }
  {
    const std::lock_guard lock(view_mutex_);
    map_ = std::make_shared<const ClusterMap>(meta_.map());
    note_membership();
  }
  recovery_.torn_bytes_cut = journal_->report().cut_bytes;
  recovery_.duration = steady_clock::now() - begin;
  metrics_.recovery_finished(recovery_.entries_replayed, recovery_.duration);
  return Unit{};
}

ReplicaManagerPorts ClusterNode::ports_for(Hosted& hosted) {
  ReplicaManagerPorts ports;
  const PartitionId id = hosted.id();
  ports.partition = id;
  ports.map = &router_.map();
  ports.clock = &clock_;
  ports.read_clock = [this] { return shared_clock_.read(); };
  ports.store = hosted.store.get();
  ports.log = journal_.get();
  ports.inbox = &hosted.inbox;
  ports.news = &hosted.news;
  ports.metrics = &metrics_;
  ports.partition_options = partition_options(config_, table_secret_, &levels_);
  ports.host_options = host_options(config_);
  ports.propose = [this, id](std::uint64_t epoch, LogEntry entry) {
    consensus_->propose(id, epoch, entry.index, std::move(entry.bytes));
  };
  ports.confirm = [this, id](std::uint64_t epoch, std::uint64_t ticket) {
    consensus_->confirm(id, epoch, ticket);
  };
  ports.deliver = [this](std::vector<Reply> replies) { asks_.deliver(std::move(replies)); };
  ports.tell = [this](PartitionId to, std::vector<Message> messages) {
    router_.tell(to, std::move(messages));
  };
  ports.write_checkpoint = [this](CheckpointThread::Job job) {
    checkpoints_->submit(std::move(job));
  };
  ports.stopped = [this] { manager_stopped(); };
  ports.chain_differs = [this, id](const ChainHeads::Difference& difference) {
    chain_differs(id, difference);
  };
  // Behind the checkpoints that were handed out before: then nobody has the store.
  ports.emptied = [this, &hosted] {
    CheckpointThread::Job job;
    job.written = [&hosted](LogIndex) { hosted.store.reset(); };
    checkpoints_->submit(std::move(job));
  };
  ports.give_up_leadership = [this, id] { give_up_leadership(id); };
  ports.failed = on_fatal_;
  return ports;
}

Status<Error> ClusterNode::start_shells() {
  desk_ = std::make_unique<RequestDesk>(
      router_, [this](std::size_t n) { metrics_.overloaded(n); },
      [this](const Reply& reply) { note_unfit(metrics_, reply); }, PeerProcess{self_, process_},
      ask_again_for);
  asks_.set_rights([this](std::span<const Message> messages, PartitionId to, NodeNumber from) {
    return fault_in(messages, to, from, *map(), router_.map());
  });
  asks_.set_ports(
      [this](NodeNumber to, std::string frame) {
        return links_->send(to, links::Channel::messages, std::move(frame));
      },
      [this](std::vector<Reply> replies) { desk_->deliver(std::move(replies)); });
  checkpoints_ = std::make_unique<CheckpointThread>(CheckpointThread::Observer{
      .finished = [this](std::size_t rows, auto time) { metrics_.checkpoint_finished(rows, time); },
      .refused = [this](const Error& error) { report_refused_checkpoint(error, metrics_); },
      .failed = on_fatal_});
  engine_ = consensus::make_etcd_raft_engine({.on_panic = [](std::string_view what) {
    log_error("consensus", {{"panic", std::string(what)}});
  }});
  if (!engine_)
    return Err{Error{Errc::invalid,
                     "this florind was built without FLORIN_CLUSTER: it can only be one node"}};
  ReplicatedLogOptions log_options;
  log_options.self = self_;
  log_options.streams = {config_.node.partitions};
  log_options.limits.election_ticks =
      std::max(2U, config_.cluster.election_ms / std::max(1U, config_.cluster.heartbeat_ms));
  ReplicatedLogPorts& ports = *this;
  log_ = std::make_unique<ReplicatedLog>(log_options, *engine_, log_writer_, *journal_, ports);
  if (meta_at_start_) {
    FLORIN_TRY(state, read_group_state(*journal_, streams_.state(meta_group())));
    FLORIN_TRY_VOID(log_->open(*meta_at_start_, state, meta_.committed_index()));
  }
  for (const auto& hosted : hosted_.all()) FLORIN_TRY_VOID(open_in_log(*hosted));
  MembershipPorts& membership_ports = *this;
  keeper_ = std::make_unique<MembershipKeeper>(keeper_options(), meta_, *log_, *journal_,
                                               membership_ports);
  router_.set_send([this](NodeNumber to, std::string frame) {
    return links_->send(to, links::Channel::messages, std::move(frame));
  });
  router_.set_reachable([this](PartitionId p) { return reachable_replicas(p); });
  remote_entries_.set_peers(
      [this](PartitionId p) { return router_.holders(p); },
      [this](NodeNumber to, std::uint64_t number, PartitionId partition, LogIndex index) {
        return links_->send(to, links::Channel::messages,
                            encode_read({process_, number, partition, index}));
      });
  consensus_ = std::make_unique<ConsensusThread>(
      *log_, log_writer_, milliseconds(config_.cluster.heartbeat_ms),
      ConsensusThread::Observer{
          .synced = [this](std::size_t entries, std::size_t bytes,
                           auto time) { metrics_.journal_committed(entries, bytes, time); },
          .failed = on_fatal_,
          .looked = [this](Groups groups) { looked(std::move(groups)); }});

  actors_config_ = std::make_unique<EngineConfig>(config_.engine.scheduler_threads);
  actors_ = std::make_unique<caf::actor_system>(*actors_config_);
  supervisor_ = actors_->spawn<Supervisor>(std::vector<caf::actor>(), [this](std::string reason) {
    on_fatal_(Error{Errc::unavailable, "a replica's manager has ended: " + reason});
  });
  for (const auto& hosted : hosted_.all()) start_manager(*hosted);

  links::PeerLinksOptions link_options;
  link_options.self = self_;
  link_options.cluster = config_.cluster.id;
  link_options.partitions = config_.node.partitions;
  link_options.insecure = config_.cluster.insecure;
  link_options.reads = levels_.reads();
  link_options.listen = config_.self()->peer;
  if (!config_.cluster.certificate.empty())
    link_options.tls =
        links::Tls{config_.cluster.ca, config_.cluster.certificate, config_.cluster.key};
  for (const auto& node : config_.cluster.nodes) {
    if (node.id == self_ || meta_.map().is(node.id, NodeState::removed)) continue;
    FLORIN_TRY(address, ListenAddress::parse(node.peer));
    link_options.peers.push_back({node.id, address.host, address.port});
  }
  FLORIN_TRY(links, links::PeerLinks::start(std::move(link_options), *this));
  links_ = std::move(links);
  map_changed(meta_.map());
  consensus_->start();
  room_watch_ = make_room_watch(config_, intake_, metrics_);
  metrics_.cluster([this] { return view(); });
  return Unit{};
}

// --- replicas that come and go -------------------------------------------------------------------------

Status<Error> ClusterNode::open_in_log(Hosted& hosted) {
  FLORIN_TRY_VOID(log_->open(hosted.group, hosted.group_state, hosted.committed));
  router_.attach(hosted.id(), hosted.inbox);
  return Unit{};
}

void ClusterNode::start_manager(Hosted& hosted) {
  start_replica_manager(*actors_, hosted.shell, HostOptions{}.tick, hosted.inbox, supervisor_,
                        hosted.manager);
}

Status<Error> ClusterNode::host(const HostedGroup& group) {
  log_info("a replica is made here", {{"partition", std::int64_t{group.group}},
                                      {"replica", static_cast<std::int64_t>(group.replica)}});
  FLORIN_TRY(hosted, open_replica(group, true));
  start_manager(*hosted);
  return open_in_log(*hosted);
}

// Its state goes, its log stays: the journal is of all partitions. A checkpoint under way writes into files that
// nobody can open any more.
void ClusterNode::drop(PartitionId partition) {
  log_info("a replica goes", {{"partition", std::int64_t{partition}}});
  Hosted* const hosted = hosted_.find(partition);
  router_.detach(partition);
  hosted_.remove(partition);
  tell_replica(*hosted, ReplicaDropped{});
  std::error_code error;
  std::filesystem::remove_all(directory_.state_path(partition), error);
  if (error)
    log_warning("the state of a replica that went could not be deleted",
                {{"reason", error.message()}});
}

// --- news of the log -----------------------------------------------------------------------------------

void ClusterNode::tell_replica(Hosted& hosted, ReplicaNews news) {
  hosted.news.push(std::move(news));
  hosted.inbox.wake();
}

void ClusterNode::tell_replica(GroupNumber group, ReplicaNews news) {
  tell_replica(*hosted_.find(static_cast<PartitionId>(group)), std::move(news));
}

void ClusterNode::committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) {
  if (group == meta_group()) {
    if (auto done = keeper_->committed(first, entries); !done) on_fatal_(done.error());
    return;
  }
  EntriesCommitted news{first, std::move(entries)};
  hosted_.find(static_cast<PartitionId>(group))
      ->committed.store(news.last(), std::memory_order_release);
  tell_replica(group, std::move(news));
}

void ClusterNode::leading(GroupNumber group, Epoch epoch, consensus::Term term) {
  if (group == meta_group())
    keeper_->leading(epoch, term);
  else
    tell_replica(group, LeadershipBegins{epoch, term});
}

void ClusterNode::following(GroupNumber group) {
  if (group == meta_group())
    keeper_->following();
  else
    tell_replica(group, LeadershipEnds{});
}

void ClusterNode::confirmed(GroupNumber group, Epoch epoch, std::uint64_t ticket) {
  if (group != meta_group()) tell_replica(group, LeadershipConfirmed{epoch, ticket});
}

void ClusterNode::leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) {
  if (group == meta_group())
    meta_leader_ = leader;
  else
    note_leader(static_cast<PartitionId>(group), term, leader);
  log_debug("leader", {{"partition", std::int64_t{group}},
                       {"term", static_cast<std::int64_t>(term)},
                       {"node", std::int64_t{leader}}});
}

void ClusterNode::note_leader(PartitionId partition, consensus::Term term, NodeNumber leader) {
  if (router_.leader_seen(partition, term, leader)) partner_returned(partition);
}

// For those that are led here. Others send everything again when they begin to lead. Any thread.
void ClusterNode::partner_returned(PartitionId partition) {
  for (std::uint32_t p = 0; p < hosted_.partitions(); ++p) {
    const auto coordinator = static_cast<PartitionId>(p);
    if (coordinator == partition || router_.leader(coordinator) != self_) continue;
    if (Hosted* const hosted = hosted_.find(coordinator))
      tell_replica(*hosted, PartnerReturned{partition});
  }
}

std::optional<LogIndex> ClusterNode::committed_of(PartitionId partition) const {
  const Hosted* hosted = hosted_.find(partition);
  if (hosted == nullptr) return std::nullopt;
  return hosted->committed.load(std::memory_order_acquire);
}

std::shared_ptr<const ClusterMap> ClusterNode::map() const {
  const std::lock_guard lock(view_mutex_);
  return map_;
}

std::string ClusterNode::leader_address(PartitionId partition) const {
  const NodeNumber leader = router_.leader(partition);
  if (const auto* configured = config_.cluster.find(leader)) return configured->http;
  const auto map = this->map();
  const MapNode* node = map->find(leader);
  return node == nullptr ? std::string() : node->member.http;
}

std::vector<NodeNumber> ClusterNode::reachable_replicas(PartitionId partition) const {
  std::vector<NodeNumber> nodes;
  const auto map = this->map();
  if (!map->is_formed()) return nodes;
  for (const ReplicaId replica : map->partitions.at(partition).wanted)
    if (is_up(node_of(replica))) nodes.push_back(node_of(replica));
  return nodes;
}

// --- stop ------------------------------------------------------------------------------------------------

// Others lead before this node stops: nobody has to wait for an election, and what is asked here goes to them.
void ClusterNode::hand_over(milliseconds time_max) {
  const auto deadline = steady_clock::now() + time_max;
  std::unique_lock lock(view_mutex_);
  for (;;) {
    bool leads = false;
    for (const auto& one : groups_) {
      if (one.leader != self_) continue;
      for (const auto replica : one.conf.voters) {
        const NodeNumber node = node_of(replica);
        const auto up = up_.find(node);
        if (node == self_ || up == up_.end() || !up->second || map_->is(node, NodeState::drained))
          continue;
        leads = true;
        consensus_->transfer_leader(one.group, node);
        break;
      }
    }
    if (!leads || steady_clock::now() >= deadline) return;
    lock.unlock();
    {
      std::unique_lock stop_lock(stop_mutex_);
      stop_condition_.wait_for(stop_lock, milliseconds(config_.cluster.heartbeat_ms));
    }
    lock.lock();
  }
}

void ClusterNode::manager_stopped() {
  const std::lock_guard lock(stop_mutex_);
  ++managers_stopped_;
  stop_condition_.notify_all();
}

bool ClusterNode::stop(milliseconds time_max) {
  const auto deadline = steady_clock::now() + time_max;
  begin_drain();
  hand_over(std::min(hand_over_time_max, time_max / 2));
  {
    const std::lock_guard lock(hosting_mutex_);
    stops_hosting_ = true;
  }
  std::size_t managers = 0;
  for (const auto& hosted : hosted_.all()) {
    hosted->inbox.close_to_clients();
    caf::anon_send(hosted->manager, StopAtom::value);
    ++managers;
  }
  bool all = false;
  {
    std::unique_lock lock(stop_mutex_);
    all = stop_condition_.wait_until(lock, deadline, [&] { return managers_stopped_ == managers; });
  }
  shut_down();
  return all;
}

// Order: nobody hears of anything any more, nobody decides, nothing is written, then the log is closed. What
// was not committed is dropped as in a crash: nobody has heard of it.
void ClusterNode::shut_down() {
  if (std::exchange(shut_down_, true)) return;
  metrics_.cluster({});
  if (links_) links_->stop();
  if (consensus_) consensus_->stop();
  book_file_.stop();
  if (actors_) {
    for (const auto& hosted : hosted_.all())
      if (hosted->manager) caf::anon_send_exit(hosted->manager, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(supervisor_, caf::exit_reason::user_shutdown);
    actors_->await_all_actors_done();
  }
  if (checkpoints_) checkpoints_->stop();
  if (desk_) desk_->answer_all();
  commands_.end_all();
  for (const auto& hosted : hosted_.all()) hosted->manager = nullptr;
  supervisor_ = nullptr;
  actors_.reset();
  if (auto status = journal_->close_cleanly(); !status)
    log_error("the log could not be closed", {{"reason", status.error().context}});
}

Result<std::unique_ptr<Node>, Error> start_cluster_node(const NodeConfig& config, Metrics& metrics,
                                                        Node::OnFatal on_fatal) {
  FLORIN_TRY(directory,
             DataDirectory::open(config.node.data_dir, config.node.partitions,
                                 {config.cluster.id, static_cast<NodeNumber>(config.cluster.self)},
                                 config.cluster.reads()));
  FLORIN_TRY(begun, directory.begin_start());
  FLORIN_TRY(book, read_disk_book(posix_file_system(), directory.disks_path()));
  JournalOptions journal_options;
  journal_options.directory = directory.log_path();
  journal_options.end_file = directory.log_end_path();
  journal_options.data_id = directory.identity().id;
  journal_options.partitions = LogStreams{config.node.partitions}.count();
  journal_options.replaceable = true;
  journal_options.segment_bytes = std::uint64_t{config.journal.segment_mib} << 20;
  FLORIN_TRY(journal, Journal::open(journal_options));
  auto node =
      std::make_unique<ClusterNode>(config, metrics, std::move(on_fatal), std::move(directory),
                                    begun.record, std::move(book), std::move(journal));
  FLORIN_TRY_VOID(node->recover());
  FLORIN_TRY_VOID(node->start_shells());
  return std::unique_ptr<Node>(std::move(node));
}

}  // namespace florin
