// Composition of a cluster's node. Who calls whom, and on which thread:
//   links       frames of peers -> consensus thread, or a partition's inbox, or the request desk
//   consensus   raft, journal; tells each replica by its news queue and wakes it
//   CAF         replicas: turns, replay; propose to the consensus thread, deliver to the desk or to a peer
#include "runtime/cluster/cluster_node.hpp"

#include <algorithm>
#include <atomic>
#include <caf/all.hpp>
#include <condition_variable>
#include <mutex>

#include "cluster/consensus/etcd_raft_engine.hpp"
#include "cluster/links/peer_links.hpp"
#include "cluster/placement/placement.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/lmdb/lmdb_state_store.hpp"
#include "runtime/cluster/cluster_log_reader.hpp"
#include "runtime/cluster/cluster_router.hpp"
#include "runtime/cluster/consensus_thread.hpp"
#include "runtime/cluster/forwarded_asks.hpp"
#include "runtime/cluster/peer_messages.hpp"
#include "runtime/cluster/replica_manager.hpp"
#include "actors/message_codec.hpp"
#include "runtime/engine/engine_config.hpp"
#include "runtime/engine/engine_options.hpp"
#include "runtime/engine/request_desk.hpp"
#include "runtime/engine/supervisor.hpp"
#include "runtime/engine/system_clock.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds ask_again_for{4000};
constexpr milliseconds hand_over_time_max{1000};
constexpr std::uint32_t ticks_between_balancing = 30;

// One replica of this node.
struct Hosted {
  explicit Hosted(std::size_t inbox_max) : inbox(inbox_max) {}
  PartitionId id = 0;
  GroupState group_state;
  std::unique_ptr<LmdbStateStore> store;
  Inbox inbox;
  ReplicaNewsQueue news;
  std::atomic<LogIndex> committed{0};
  std::shared_ptr<ReplicaShell> shell;
  caf::actor manager;
};

class ClusterNode final : public Node, private links::Receiver, private ReplicatedLogPorts {
 public:
  ClusterNode(const NodeConfig& config, Metrics& metrics, OnFatal on_fatal, DataDirectory directory,
              std::unique_ptr<Journal> journal)
      : config_(config),
        metrics_(metrics),
        on_fatal_(std::move(on_fatal)),
        directory_(std::move(directory)),
        journal_(std::move(journal)),
        self_(static_cast<NodeNumber>(config.cluster.self)),
        router_(PartitionMap(config.node.partitions), self_),
        asks_(milliseconds(2 * config.http.request_patience_ms)),
        hosted_(config.node.partitions),
        log_reader_(*journal_, remote_entries_, [this](PartitionId p) { return committed_of(p); }) {
    for (const auto& node : config.cluster.nodes) nodes_.push_back(node.id);
    placement_ = place(config.node.partitions, nodes_, config.cluster.replication);
    preferred_leaders_ = preferred_leaders(placement_);
  }
  ~ClusterNode() override { shut_down(); }

  Status<Error> recover();
  Status<Error> start_shells();

  NodeServices services() override {
    return {*desk_, log_reader_, router_.map(), metrics_, [this] { return ready_.load(); },
            [this] { return view(); }, [this](PartitionId p) { return leader_address(p); }};
  }
  const RecoverySummary& recovery() const override { return recovery_; }
  void begin_drain() override {
    ready_ = false;
    metrics_.ready(false);
    desk_->close();
  }
  bool stop(milliseconds time_max) override;

 private:
  // links::Receiver, on the links' thread
  void on_frame(NodeNumber from, links::Channel channel, std::string bytes) override;
  void on_link(NodeNumber node, const links::LinkChange& change) override;
  void on_refused(const links::RefusedPeer& refused) override;
  void on_peer_message(NodeNumber from, std::string_view bytes);
  void on_peer_ask(NodeNumber from, std::string_view body);
  void on_peer_read(NodeNumber from, const ReadQuestion& question);

  // ReplicatedLogPorts, on the consensus thread
  bool send(NodeNumber to, bool bulk, std::string frame) override {
    return links_->send(to, bulk ? links::Channel::bulk : links::Channel::consensus, std::move(frame));
  }
  void committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) override;
  void leading(GroupNumber group, Epoch epoch, consensus::Term term) override;
  void following(GroupNumber group) override { tell_replica(group, LeadershipEnds{}); }
  void confirmed(GroupNumber group, Epoch epoch, std::uint64_t ticket) override {
    tell_replica(group, LeadershipConfirmed{epoch, ticket});
  }
  void leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) override;

  void tell_replica(GroupNumber group, ReplicaNews news);
  void looked(std::vector<ReplicatedLog::Status> status);
  void balance_leaders(const std::vector<ReplicatedLog::Status>& status);
  void tell_leaders(const std::vector<ReplicatedLog::Status>& status);
  Status<Error> open_replica(PartitionId id);
  ReplicaManagerPorts ports_for(Hosted& hosted);
  void deliver(std::vector<Reply> replies);
  [[nodiscard]] std::string leader_address(PartitionId partition) const;
  [[nodiscard]] NodeNumber replica_elsewhere(PartitionId partition) const;
  [[nodiscard]] std::optional<LogIndex> committed_of(PartitionId partition) const;
  [[nodiscard]] bool is_up(NodeNumber node) const;
  [[nodiscard]] ClusterView view() const;
  void hand_over(milliseconds time_max);
  void manager_stopped();
  void shut_down();

  NodeConfig config_;
  Metrics& metrics_;
  OnFatal on_fatal_;
  DataDirectory directory_;
  std::unique_ptr<Journal> journal_;
  SystemClock clock_;
  NodeNumber self_;
  std::vector<NodeNumber> nodes_;
  Placement placement_;  // of a new cluster
  std::vector<NodeNumber> preferred_leaders_;
  ClusterRouter router_;
  ForwardedAsks asks_;
  std::vector<std::unique_ptr<Hosted>> hosted_;  // by partition; null = elsewhere
  RemoteEntries remote_entries_{milliseconds(2000)};
  ClusterLogReader log_reader_;
  RecoverySummary recovery_;
  std::atomic<bool> ready_{false};

  CountingWriter log_writer_{*journal_, config_.node.partitions};
  std::unique_ptr<RequestDesk> desk_;
  std::unique_ptr<CheckpointThread> checkpoints_;
  std::unique_ptr<consensus::ConsensusEngine> engine_;
  std::unique_ptr<ReplicatedLog> log_;
  std::unique_ptr<links::PeerLinks> links_;
  std::unique_ptr<ConsensusThread> consensus_;
  std::unique_ptr<EngineConfig> actors_config_;
  std::unique_ptr<caf::actor_system> actors_;
  caf::actor supervisor_;

  mutable std::mutex view_mutex_;
  std::vector<ReplicatedLog::Status> status_;
  std::map<NodeNumber, bool> up_;
  std::uint32_t ticks_to_balancing_ = ticks_between_balancing;

  std::mutex stop_mutex_;
  std::condition_variable stop_condition_;
  std::size_t managers_stopped_ = 0;
  bool shut_down_ = false;
};

// --- start -------------------------------------------------------------------------------------------------

Status<Error> ClusterNode::open_replica(PartitionId id) {
  const LogStreams streams{config_.node.partitions};
  auto hosted = std::make_unique<Hosted>(config_.engine.inbox_messages_max);
  hosted->id = id;
  FLORIN_TRY(store, LmdbStateStore::open(directory_.state_path(id)));
  hosted->store = std::move(store);
  FLORIN_TRY(state, read_group_state(*journal_, streams.state(id)));
  hosted->group_state = std::move(state);
  hosted->shell = std::make_shared<ReplicaShell>(ports_for(*hosted));
  Replica& replica = hosted->shell->replica();
  FLORIN_TRY_VOID(replica.recover(ReplicatedLog::committed_index(hosted->group_state, 0)));
  hosted->committed = replica.committed();
  recovery_.entries_replayed += replica.entries_replayed();
  hosted_[id] = std::move(hosted);
  return Unit{};
}

Status<Error> ClusterNode::recover() {
  const auto begin = steady_clock::now();
  for (std::uint32_t p = 0; p < config_.node.partitions; ++p) {
    const auto id = static_cast<PartitionId>(p);
    const auto& members = placement_[id];
    if (std::find(members.begin(), members.end(), self_) == members.end()) continue;
    FLORIN_TRY_VOID(open_replica(id));
  }
  recovery_.torn_bytes_cut = journal_->report().cut_bytes;
  recovery_.duration = steady_clock::now() - begin;
  metrics_.recovery_finished(recovery_.entries_replayed, recovery_.duration);
  return Unit{};
}

ReplicaManagerPorts ClusterNode::ports_for(Hosted& hosted) {
  ReplicaManagerPorts ports;
  const PartitionId id = hosted.id;
  ports.partition = id;
  ports.map = &router_.map();
  ports.clock = &clock_;
  ports.store = hosted.store.get();
  ports.log = journal_.get();
  ports.inbox = &hosted.inbox;
  ports.news = &hosted.news;
  ports.metrics = &metrics_;
  ports.partition_options = partition_options(config_);
  ports.host_options = host_options(config_);
  ports.propose = [this, id](std::uint64_t epoch, LogEntry entry) {
    consensus_->propose(id, epoch, entry.index, std::move(entry.bytes));
  };
  ports.confirm = [this, id](std::uint64_t epoch, std::uint64_t ticket) {
    consensus_->confirm(id, epoch, ticket);
  };
  ports.deliver = [this](std::vector<Reply> replies) { deliver(std::move(replies)); };
  ports.tell = [this](PartitionId to, std::vector<Message> messages) { router_.tell(to, std::move(messages)); };
  ports.write_checkpoint = [this](CheckpointThread::Job job) { checkpoints_->submit(std::move(job)); };
  ports.stopped = [this] { manager_stopped(); };
  ports.failed = on_fatal_;
  return ports;
}

Status<Error> ClusterNode::start_shells() {
  desk_ = std::make_unique<RequestDesk>(router_, [this](std::size_t n) { metrics_.overloaded(n); },
                                        ask_again_for);
  checkpoints_ = std::make_unique<CheckpointThread>(CheckpointThread::Observer{
      .finished = [this](std::size_t rows, auto time) { metrics_.checkpoint_finished(rows, time); },
      .failed = on_fatal_});
  engine_ = consensus::make_etcd_raft_engine(
      {.on_panic = [](std::string_view what) { log_error("consensus", {{"panic", std::string(what)}}); }});
  if (!engine_)
    return Err{Error{Errc::invalid, "this florind was built without FLORIN_CLUSTER: it can only be one node"}};
  ReplicatedLogOptions log_options;
  log_options.self = self_;
  log_options.streams = {config_.node.partitions};
  log_options.limits.election_ticks =
      std::max(2U, config_.cluster.election_ms / std::max(1U, config_.cluster.heartbeat_ms));
  ReplicatedLogPorts& ports = *this;
  log_ = std::make_unique<ReplicatedLog>(log_options, *engine_, log_writer_, *journal_, ports);
  for (const auto& hosted : hosted_) {
    if (!hosted) continue;
    HostedGroup group{hosted->id, replica_id(self_, 0), {}};
    for (const NodeNumber node : placement_[hosted->id])
      group.first_conf.voters.push_back(replica_id(node, 0));
    std::sort(group.first_conf.voters.begin(), group.first_conf.voters.end());
    FLORIN_TRY_VOID(log_->open(group, hosted->group_state, hosted->committed));
    router_.attach(hosted->id, hosted->inbox);
  }
  router_.set_send([this](NodeNumber to, std::string frame) {
    return links_->send(to, links::Channel::messages, std::move(frame));
  });
  router_.set_elsewhere([this](PartitionId p) { return replica_elsewhere(p); });
  remote_entries_.set_ask([this](std::uint64_t number, PartitionId partition, LogIndex index) {
    const NodeNumber leader = router_.leader(partition);
    return leader != 0 &&
           links_->send(leader, links::Channel::messages, encode_read({number, partition, index}));
  });
  consensus_ = std::make_unique<ConsensusThread>(
      *log_, log_writer_, milliseconds(config_.cluster.heartbeat_ms),
      ConsensusThread::Observer{
          .synced = [this](std::size_t entries, std::size_t bytes,
                           auto time) { metrics_.journal_committed(entries, bytes, time); },
          .failed = on_fatal_,
          .looked = [this](std::vector<ReplicatedLog::Status> status) { looked(std::move(status)); }});

  actors_config_ = std::make_unique<EngineConfig>(config_.engine.scheduler_threads);
  actors_ = std::make_unique<caf::actor_system>(*actors_config_);
  std::vector<caf::actor> managers;
  for (const auto& hosted : hosted_) {
    if (!hosted) continue;
    Hosted& one = *hosted;
    one.inbox.set_wake([&one] { caf::anon_send(one.manager, WakeAtom::value); });
    one.manager = actors_->spawn<ReplicaManager>(one.shell, HostOptions{}.tick);
    managers.push_back(one.manager);
  }
  supervisor_ = actors_->spawn<Supervisor>(std::move(managers), [this](std::string reason) {
    on_fatal_(Error{Errc::unavailable, "a replica's manager has ended: " + reason});
  });

  links::PeerLinksOptions link_options;
  link_options.self = self_;
  link_options.cluster = config_.cluster.id;
  link_options.partitions = config_.node.partitions;
  link_options.insecure = config_.cluster.insecure;
  link_options.listen = config_.self()->peer;
  if (!config_.cluster.certificate.empty())
    link_options.tls = links::Tls{config_.cluster.ca, config_.cluster.certificate, config_.cluster.key};
  for (const auto& node : config_.cluster.nodes) {
    if (node.id == self_) continue;
    FLORIN_TRY(address, ListenAddress::parse(node.peer));
    link_options.peers.push_back({node.id, address.host, address.port});
  }
  FLORIN_TRY(links, links::PeerLinks::start(std::move(link_options), *this));
  links_ = std::move(links);
  consensus_->start();
  metrics_.cluster([this] { return view(); });
  ready_ = true;
  metrics_.ready(true);
  return Unit{};
}

// --- news of the log -----------------------------------------------------------------------------------

void ClusterNode::tell_replica(GroupNumber group, ReplicaNews news) {
  Hosted& hosted = *hosted_.at(group);
  hosted.news.push(std::move(news));
  hosted.inbox.wake();
}

void ClusterNode::committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) {
  hosted_.at(group)->committed.store(first + entries.size() - 1, std::memory_order_release);
  tell_replica(group, EntriesCommitted{first, std::move(entries)});
}

void ClusterNode::leading(GroupNumber group, Epoch epoch, consensus::Term term) {
  tell_replica(group, LeadershipBegins{epoch, term});
}

void ClusterNode::leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) {
  router_.leader_seen(static_cast<PartitionId>(group), term, leader);
  log_debug("leader", {{"partition", std::int64_t{group}},
                       {"term", static_cast<std::int64_t>(term)},
                       {"node", std::int64_t{leader}}});
}

std::optional<LogIndex> ClusterNode::committed_of(PartitionId partition) const {
  const auto& hosted = hosted_.at(partition);
  if (!hosted) return std::nullopt;
  return hosted->committed.load(std::memory_order_acquire);
}

void ClusterNode::deliver(std::vector<Reply> replies) {
  for (auto& [node, theirs] : asks_.give_back(replies))
    links_->send(node, links::Channel::messages, encode_peer_replies(theirs));
  if (!replies.empty()) desk_->deliver(std::move(replies));
}

std::string ClusterNode::leader_address(PartitionId partition) const {
  const auto* node = config_.cluster.find(router_.leader(partition));
  return node == nullptr ? std::string() : node->http;
}

NodeNumber ClusterNode::replica_elsewhere(PartitionId partition) const {
  for (const NodeNumber node : placement_[partition])
    if (node != self_ && is_up(node)) return node;
  return 0;
}

// --- frames of peers -----------------------------------------------------------------------------------

void ClusterNode::on_frame(NodeNumber from, links::Channel channel, std::string bytes) {
  if (channel == links::Channel::messages) on_peer_message(from, bytes);
  else consensus_->receive(from, std::move(bytes));
}

void ClusterNode::on_peer_message(NodeNumber from, std::string_view bytes) {
  const auto opened = open_peer_message(bytes);
  const auto refuse = [&](const std::string& why) {
    log_warning("a peer's message cannot be read", {{"node", std::int64_t{from}}, {"reason", why}});
  };
  if (!opened) return refuse("unknown kind");
  switch (opened->first) {
    case PeerMessage::tell: {
      auto batch = decode_messages(opened->second);
      if (!batch) return refuse(batch.error().context);
      router_.push_here(batch->to, std::move(batch->messages));
      return;
    }
    case PeerMessage::ask: return on_peer_ask(from, opened->second);
    case PeerMessage::replies: {
      auto replies = decode_replies(opened->second);
      if (!replies) return refuse(replies.error().context);
      desk_->deliver(std::move(*replies));
      return;
    }
    case PeerMessage::leaders: {
      const auto led = decode_leaders(opened->second);
      if (!led) return refuse("leaders");
      for (const LedPartition& one : *led)
        if (one.partition < hosted_.size() && !hosted_[one.partition])
          router_.leader_seen(one.partition, one.term, from);
      return;
    }
    case PeerMessage::read: {
      const auto question = decode_read(opened->second);
      if (!question || question->partition >= hosted_.size()) return refuse("question for an entry");
      return on_peer_read(from, *question);
    }
    case PeerMessage::entry: {
      auto answer = decode_entry_answer(opened->second);
      if (!answer) return refuse("entry");
      remote_entries_.answered(answer->number, std::move(answer->entry));
      return;
    }
  }
}

// Committed entries only. An entry is in the page cache or one read away: not worth a thread.
void ClusterNode::on_peer_read(NodeNumber from, const ReadQuestion& question) {
  ReadAnswer answer{question.number, std::nullopt};
  const auto committed = committed_of(question.partition);
  if (committed && question.index <= *committed)
    if (auto entry = journal_->read(question.partition, question.index)) answer.entry = std::move(*entry);
  links_->send(from, links::Channel::messages, encode_entry_answer(answer));
}

void ClusterNode::on_peer_ask(NodeNumber from, std::string_view body) {
  auto batch = decode_messages(body);
  if (!batch || batch->to >= hosted_.size()) {
    log_warning("a peer's question cannot be read", {{"node", std::int64_t{from}}});
    return;
  }
  if (std::any_of(batch->messages.begin(), batch->messages.end(),
                  [](const Message& message) { return request_of(message) == 0; })) {
    log_warning("a peer asks what is no client's message", {{"node", std::int64_t{from}}});
    return;
  }
  asks_.take(from, batch->messages, steady_clock::now());
  const auto taken = router_.ask_here(batch->to, batch->messages);
  if (taken.count != 0 && batch->messages.empty()) return;
  std::vector<Reply> refused;
  for (const Message& left : batch->messages) refused.push_back({request_of(left), {}, NotAccepted{taken.why}});
  deliver(std::move(refused));
}

void ClusterNode::on_link(NodeNumber node, const links::LinkChange& change) {
  if (change.direction != links::Direction::outgoing) return;
  log_info(change.up ? "link up" : "link down",
           {{"node", std::int64_t{node}}, {"reason", change.reason.text}});
  {
    const std::lock_guard lock(view_mutex_);
    up_[node] = change.up;
  }
  if (change.up) return;
  router_.lost_node(node);
  consensus_->unreachable(node);
}

void ClusterNode::on_refused(const links::RefusedPeer& refused) {
  log_warning("peer refused", {{"address", refused.address},
                            {"node", std::int64_t{refused.node}},
                            {"why", std::string(links::to_string(refused.reason.why))},
                            {"reason", refused.reason.text}});
}

// --- each tick -----------------------------------------------------------------------------------------

void ClusterNode::looked(std::vector<ReplicatedLog::Status> status) {
  tell_leaders(status);
  if (--ticks_to_balancing_ == 0) {
    ticks_to_balancing_ = ticks_between_balancing;
    balance_leaders(status);
  }
  const std::lock_guard lock(view_mutex_);
  status_ = std::move(status);
}

// Nodes without a replica of a partition hear from its leader where to ask.
void ClusterNode::tell_leaders(const std::vector<ReplicatedLog::Status>& status) {
  if (nodes_.size() <= config_.cluster.replication) return;
  std::vector<LedPartition> led;
  for (const auto& one : status)
    if (one.leader == self_) led.push_back({static_cast<PartitionId>(one.group), one.term});
  for (const NodeNumber node : nodes_)
    if (node != self_) links_->send(node, links::Channel::messages, encode_leaders(led));
}

// One at a time, and only to a node that has everything: a leader that moves costs its clients a moment.
void ClusterNode::balance_leaders(const std::vector<ReplicatedLog::Status>& status) {
  for (const auto& one : status) {
    if (one.leader != self_ || one.commit != one.last) continue;
    const NodeNumber better = preferred_leaders_.at(one.group);
    if (better == self_ || !is_up(better)) continue;
    consensus_->transfer_leader(one.group, better);
    return;
  }
}

bool ClusterNode::is_up(NodeNumber node) const {
  const std::lock_guard lock(view_mutex_);
  const auto found = up_.find(node);
  return found != up_.end() && found->second;
}

ClusterView ClusterNode::view() const {
  ClusterView view;
  view.id = config_.cluster.id;
  view.node = self_;
  const auto nodes_of = [](const std::vector<consensus::ReplicaId>& replicas) {
    std::vector<NodeNumber> nodes;
    for (const auto replica : replicas) nodes.push_back(node_of(replica));
    return nodes;
  };
  {
    const std::lock_guard lock(view_mutex_);
    for (const auto& one : status_) {
      const char* role = one.role == consensus::Role::leader     ? "leader"
                         : one.role == consensus::Role::follower ? "follower"
                                                                 : "candidate";
      view.replicas.push_back({one.group, role, one.term, one.leader, one.commit, one.last, one.elections,
                               nodes_of(one.conf.voters), nodes_of(one.conf.learners), one.is_fetching});
    }
  }
  for (const auto& peer : links_->status().peers) {
    PeerView seen{peer.address.node, peer.address.host + ":" + std::to_string(peer.address.port),
                  peer.outgoing_up, 0, 0, 0};
    for (const auto& channel : peer.channels) {
      seen.sent_bytes += channel.sent_bytes;
      seen.received_bytes += channel.received_bytes;
      seen.dropped_frames += channel.dropped_frames;
    }
    view.peers.push_back(std::move(seen));
  }
  return view;
}

// --- stop ------------------------------------------------------------------------------------------------

// Others lead before this node stops: nobody has to wait for an election, and what is asked here goes to them.
void ClusterNode::hand_over(milliseconds time_max) {
  const auto deadline = steady_clock::now() + time_max;
  std::unique_lock lock(view_mutex_);
  for (;;) {
    bool leads = false;
    for (const auto& one : status_) {
      if (one.leader != self_) continue;
      for (const auto replica : one.conf.voters) {
        const NodeNumber node = node_of(replica);
        const auto up = up_.find(node);
        if (node == self_ || up == up_.end() || !up->second) continue;
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
  std::size_t managers = 0;
  for (const auto& hosted : hosted_) {
    if (!hosted) continue;
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
  if (actors_) {
    for (const auto& hosted : hosted_)
      if (hosted && hosted->manager) caf::anon_send_exit(hosted->manager, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(supervisor_, caf::exit_reason::user_shutdown);
    actors_->await_all_actors_done();
  }
  if (checkpoints_) checkpoints_->stop();
  if (desk_) desk_->answer_all();
  for (const auto& hosted : hosted_)
    if (hosted) hosted->manager = nullptr;
  supervisor_ = nullptr;
  actors_.reset();
  if (auto status = journal_->close_cleanly(); !status)
    log_error("the log could not be closed", {{"reason", status.error().context}});
}

}  // namespace

Result<std::unique_ptr<Node>, Error> start_cluster_node(const NodeConfig& config, Metrics& metrics,
                                                        Node::OnFatal on_fatal) {
  FLORIN_TRY(directory, DataDirectory::open(config.node.data_dir, config.node.partitions,
                                            {config.cluster.id, static_cast<NodeNumber>(config.cluster.self)}));
  JournalOptions journal_options;
  journal_options.directory = directory.log_path();
  journal_options.data_id = directory.identity().id;
  journal_options.partitions = LogStreams{config.node.partitions}.count();
  journal_options.replaceable = true;
  journal_options.segment_bytes = std::uint64_t{config.journal.segment_mib} << 20;
  FLORIN_TRY(journal, Journal::open(journal_options));
  auto node = std::make_unique<ClusterNode>(config, metrics, std::move(on_fatal), std::move(directory),
                                            std::move(journal));
  FLORIN_TRY_VOID(node->recover());
  FLORIN_TRY_VOID(node->start_shells());
  return std::unique_ptr<Node>(std::move(node));
}

}  // namespace florin
