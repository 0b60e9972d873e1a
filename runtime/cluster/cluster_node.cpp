// A cluster's node: start and stop. See cluster_node_parts.hpp.
#include "runtime/cluster/cluster_node.hpp"

#include <algorithm>

#include "actors/messages/peer_rights.hpp"
#include "cluster/consensus/etcd_raft_engine.hpp"
#include "cluster/disk/group_reaches.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/engine/engine_options.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

ClusterNode::ClusterNode(const NodeConfig& config, Metrics& metrics, OnFatal on_fatal,
                         DataDirectory directory, DirectoryStart start, DiskBook book,
                         std::unique_ptr<Journal> journal)
    : config_(config),
      metrics_(metrics),
      on_fatal_(std::move(on_fatal)),
      directory_(std::move(directory)),
      journal_(std::move(journal)),
      self_(static_cast<NodeNumber>(config.cluster.self)),
      streams_{config.node.partitions},
      life_at_start_(start.record.life),
      process_(random_incarnation()),
      router_(PartitionMap(config.node.partitions), self_, process_),
      news_(*this, router_, self_, config.node.partitions),
      levels_(config.cluster.reads()),
      asks_(router_, process_, milliseconds(2 * config.http.request_patience_ms), levels_.reads()),
      engine_(config_, metrics_, on_fatal_),
      payments_(config_, engine_.controls(), metrics_, clock_, directory_.payments_path()),
      replicas_(config_, directory_, *journal_, router_, engine_, replica_ports()),
      log_reader_(*journal_, remote_entries_,
                  [this](PartitionId p) { return replicas_.committed_of(p); }),
      log_writer_(*journal_, config_.node.partitions),
      meta_(
          LogStreams::entries(config.node.partitions),
          [this](std::uint64_t reign, LogIndex index, std::string entry) {
            log_->propose(meta_group(), reign, index, std::move(entry));
          },
          levels_.reads()),
      standing_(config_, metrics_),
      map_follower_(config_, levels_, directory_, metrics_),
      commands_(self_, process_, cluster_command_patience, command_ports()),
      refusals_(metrics_),
      balance_(self_, config.node.partitions),
      node_clock_(
          self_, clock_,
          {.offset_max_us = host_options(config).clock_offset_max_us, .first_number = process_},
          clock_ports()),
      disks_({.self = self_,
              .run = {start.record.life, start.record.starts, process_, start.record.data_id},
              .runs = std::move(start.runs),
              .is_new = config.cluster.join && group_reaches(*journal_, streams_, {}).empty()},
             std::move(book), clock_, *journal_, streams_, directory_, disk_ports()),
      chains_(self_, replicas_.replicas()) {}

NodeServices ClusterNode::services() {
  NodeServices services{
      engine_.desk(),
      log_reader_,
      router_.map(),
      metrics_,
      [this] { return standing_.is_ready() && engine_.controls().can_serve(); },
      [this] { return view(); },
      [this](PartitionId p) { return http_address(router_.leader(p), config_, *standing_.map()); }};
  services.chains = [this] { return chains_.view(); };
  services.why_not_ready = [this] {
    std::string why = standing_.why_not_ready();
    return why.empty() ? engine_.controls().why_not() : why;
  };
  services.keep_raw = [this](std::string_view bytes) { payments_.keep_raw(bytes); };
  services.change_cluster = [this](ClusterCommand command, CommandDone done) {
    commands_.add(std::move(command), std::move(done), steady_now());
  };
  return services;
}

void ClusterNode::begin_drain() {
  standing_.begin_drain();
  engine_.begin_drain();
}

// --- what the parts need -----------------------------------------------------------------------------------

ReplicaHost::Ports ClusterNode::replica_ports() {
  return {[this](PartitionId id) { return common_ports(id); },
          [this](PartitionId id, const ChainHeads::Difference& difference) {
            chain_differs(id, difference);
          },
          [this](PartitionId id) { give_up_leadership(id); }};
}

ReplicaManagerPorts ClusterNode::common_ports(PartitionId id) {
  ReplicaManagerPorts ports;
  ports.clock = &clock_;
  ports.read_clock = [this] { return node_clock_.read(); };
  ports.metrics = &metrics_;
  ports.partition_options = partition_options(config_, table_secret_, &levels_);
  ports.host_options = host_options(config_);
  ports.propose = [this, id](std::uint64_t reign, LogEntry entry) {
    consensus_->propose(id, reign, entry.index, std::move(entry.bytes));
  };
  ports.confirm = [this, id](std::uint64_t reign, std::uint64_t ticket) {
    consensus_->confirm(id, reign, ticket);
  };
  ports.deliver = [this](std::vector<Reply> replies) { asks_.deliver(std::move(replies)); };
  ports.call = [this](std::vector<OutsideCall> calls) { payments_.call(std::move(calls)); };
  ports.failed = on_fatal_;
  return ports;
}

NodeClock::Ports ClusterNode::clock_ports() {
  NodeClock::Ports ports;
  ports.send = [this](NodeNumber to, const std::string& frame) {
    send_message(to, frame_of(PeerMessage::clock, frame));
  };
  ports.is_up = [this](NodeNumber node) { return standing_.is_up(node); };
  ports.is_disk_low = [this] { return engine_.intake().level() != DiskLevel::enough; };
  ports.set_reluctant = [this](bool yes) { log_->set_reluctant(yes); };
  ports.hand_over = [this](GroupNumber group, NodeNumber to) { consensus_->hand_over(group, to); };
  ports.on_consensus_thread = [this](std::function<void()> task) {
    consensus_->run(std::move(task));
  };
  return ports;
}

NodeDisks::Ports ClusterNode::disk_ports() {
  NodeDisks::Ports ports;
  ports.send = [this](NodeNumber to, const std::string& frame) {
    send_message(to, frame_of(PeerMessage::disk, frame));
  };
  ports.refused = [this](NodeNumber from, PeerFault fault) { refused(from, fault); };
  ports.life_begins = [this](std::uint32_t life) { keeper_->set_life(life); };
  ports.failed = on_fatal_;
  return ports;
}

CommandDesk::Ports ClusterNode::command_ports() {
  return {
      [this](NodeNumber to, std::string frame) { return send_message(to, std::move(frame)); },
      [this](NodeNumber to, std::string frame) { send_message(to, std::move(frame)); },
      [this](ClusterCommand command, CommandDone done, CommandId id) {
        consensus_->run([this, command = std::move(command), id, done = std::move(done)]() mutable {
          keeper_->command(std::move(command), std::move(done), id);
        });
      }};
}

// --- start -------------------------------------------------------------------------------------------------

KeeperOptions ClusterNode::keeper_options() const {
  KeeperOptions options;
  options.self = self_;
  options.streams = streams_;
  options.joins = config_.cluster.join;
  options.life = life_at_start_;
  options.reads = levels_.reads();
  options.birth.replication = config_.cluster.replication;
  options.birth.partitions = config_.node.partitions;
  for (const auto& node : config_.cluster.nodes)
    options.birth.nodes.push_back({node.id, node.peer, node.http});
  return options;
}

Status<Error> ClusterNode::recover() {
  const auto begin = steady_clock::now();
  FLORIN_TRY(meta, ReplicaStart::of({meta_group(), 0, {}}, *journal_, streams_));
  FLORIN_TRY_VOID(meta.recover(meta_, *journal_));
  FLORIN_TRY(groups, replicas_at_start(meta_.map(), keeper_options(), *journal_));
  for (const ReplicaHere& group : groups) {
    if (group.group == meta_group())
      meta_at_start_ = group;
    else
      FLORIN_TRY_VOID(replicas_.recover(group));
  }
  standing_.set_map(meta_.map());
  recovery_.entries_replayed = replicas_.entries_replayed();
  recovery_.torn_bytes_cut = journal_->report().cut_bytes;
  recovery_.duration = steady_clock::now() - begin;
  metrics_.recovery_finished(recovery_.entries_replayed, recovery_.duration);
  return Unit{};
}

Status<Error> ClusterNode::start_shells(std::vector<outside::OutsideParty> parties) {
  start_asks();
  FLORIN_TRY_VOID(start_log());
  start_consensus();
  engine_.start_actors();
  FLORIN_TRY_VOID(
      payments_.start(std::move(parties), [this](PartitionId to, std::vector<Message> messages) {
        return router_.push_here(to, std::move(messages));
      }));
  replicas_.start_managers();
  FLORIN_TRY_VOID(start_links());
  map_changed(meta_.map());
  consensus_->start();
  put_controls();
  engine_.watch_room();
  metrics_.cluster([this] { return view(); });
  return Unit{};
}

void ClusterNode::start_asks() {
  engine_.start_desk(router_, PeerProcess{self_, process_}, cluster_asks_again_for);
  asks_.set_rights([this](std::span<const Message> messages, PartitionId to, NodeNumber from) {
    return fault_in(messages, to, from, *standing_.map(), router_.map());
  });
  const auto send = [this](NodeNumber to, std::string frame) {
    return send_message(to, std::move(frame));
  };
  asks_.set_ports(
      send, [this](std::vector<Reply> replies) { engine_.desk().deliver(std::move(replies)); });
  router_.set_levels(levels_);
  router_.set_send(send);
  router_.set_reachable([this](PartitionId p) { return standing_.reachable_replicas(p); });
  remote_entries_.set_peers(
      [this](PartitionId p) { return router_.holders(p); },
      [this](NodeNumber to, std::uint64_t number, PartitionId partition, LogIndex index) {
        return send_message(to, encode_read({process_, number, partition, index}));
      });
}

Status<Error> ClusterNode::start_log() {
  raft_ = consensus::make_etcd_raft_engine({.on_panic = [](std::string_view what) {
    log_error("consensus", {{"panic", std::string(what)}});
  }});
  if (!raft_)
    return Err{Error{Errc::invalid,
                     "this florind was built without FLORIN_CLUSTER: it can only be one node"}};
  ReplicatedLogOptions options;
  options.self = self_;
  options.streams = streams_;
  options.limits.election_ticks =
      std::max(2U, config_.cluster.election_ms / std::max(1U, config_.cluster.heartbeat_ms));
  ReplicatedLogPorts& ports = *this;
  log_ = std::make_unique<ReplicatedLog>(options, *raft_, log_writer_, *journal_, ports);
  if (meta_at_start_) {
    FLORIN_TRY(start, ReplicaStart::of(*meta_at_start_, *journal_, streams_));
    FLORIN_TRY_VOID(start.open_in(*log_, meta_.committed_index()));
  }
  return replicas_.open_in(*log_);
}

void ClusterNode::start_consensus() {
  MembershipPorts& ports = *this;
  keeper_ = std::make_unique<MembershipKeeper>(keeper_options(), meta_, *log_, *journal_, ports);
  consensus_ = std::make_unique<ConsensusThread>(
      *log_, log_writer_, milliseconds(config_.cluster.heartbeat_ms),
      ConsensusThread::Observer{
          .synced = [this](std::size_t entries, std::size_t bytes,
                           auto time) { metrics_.journal_committed(entries, bytes, time); },
          .failed = on_fatal_,
          .looked = [this](Groups groups) { looked(std::move(groups)); }});
}

Status<Error> ClusterNode::start_links() {
  links::PeerLinksOptions options;
  options.self = self_;
  options.cluster = config_.cluster.id;
  options.partitions = config_.node.partitions;
  options.insecure = config_.cluster.insecure;
  options.reads = levels_.reads();
  options.listen = config_.self()->peer;
  if (!config_.cluster.certificate.empty())
    options.tls = links::Tls{config_.cluster.ca, config_.cluster.certificate, config_.cluster.key};
  for (const auto& node : config_.cluster.nodes) {
    if (node.id == self_ || meta_.map().is(node.id, NodeState::removed)) continue;
    FLORIN_TRY(address, ListenAddress::parse(node.peer));
    options.peers.push_back({node.id, address.host, address.port});
  }
  FLORIN_TRY(links, links::PeerLinks::make(std::move(options), *this));
  links_ = std::move(links);
  links_->begin();  // behind the line above: what is told of a link is answered through it, at once
  return Unit{};
}

void ClusterNode::put_controls() {
  engine_.controls().put_before(
      NodePart::consensus, "the consensus thread",
      {.pass = [this](ThreadPorts::Told passed) { consensus_->run(std::move(passed)); },
       .end = [this](ThreadPorts::Told ended) { consensus_->end(std::move(ended)); },
       .is_drained = [this] { return leads_nothing(); },
       .drain_every = milliseconds(config_.cluster.heartbeat_ms)});
  // Whoever has come by there and is told so may stop the links without waiting.
  const auto through_links = [this](ThreadPorts::Told told) { links_->post(std::move(told)); };
  engine_.controls().put_before(NodePart::links, "the thread of the links",
                                {.pass = through_links, .end = through_links});
}

// --- stop ------------------------------------------------------------------------------------------------

// Of a group that is led here, somebody else who may lead. False: there is nobody, or it is not led here.
bool ClusterNode::ask_to_lead(const ReplicatedLog::Status& group) {
  if (group.leader != self_) return false;
  const auto map = standing_.map();
  for (const auto replica : group.conf.voters) {
    const NodeNumber node = node_of(replica);
    if (node == self_ || !standing_.is_up(node) || map->is(node, NodeState::drained)) continue;
    consensus_->hand_over(group.group, node);
    return true;
  }
  return false;
}

// Others lead before this node stops: nobody has to wait for an election, and what is asked here goes to them. Any thread.
bool ClusterNode::leads_nothing() {
  bool leads = false;
  const auto groups = viewer_.groups();
  for (const auto& group : *groups) leads |= ask_to_lead(group);
  return !leads;
}

// What was asked outside is answered first, while its partition is still led here: afterwards whoever leads it would ask again.
void ClusterNode::hand_over(milliseconds time_max) {
  const auto ends = steady_clock::now() + time_max;
  payments_.drain(time_max / 2);
  const auto left = std::chrono::duration_cast<milliseconds>(ends - steady_clock::now());
  engine_.controls().drain(NodePart::consensus, left);
}

std::size_t ClusterNode::ask_to_stop() {
  replicas_.stop_hosting();
  return replicas_.ask_to_stop();
}

// Order: nobody hears of anything any more, nobody decides, nothing is written, then the log is closed. What
// was not committed is dropped as in a crash: nobody has heard of it.
void ClusterNode::shut_down() {
  if (std::exchange(shut_down_, true)) return;
  metrics_.cluster({});
  engine_.controls().stop_watching();  // a thread that was stopped does not answer
  payments_.stop();
  stop_threads();
  disks_.stop();
  engine_.stop(replicas_.managers());
  commands_.end_all();
  close_journal(*journal_);
}

// A start that failed has no controls yet, and perhaps no threads.
void ClusterNode::stop_threads() {
  engine_.controls().stop(NodePart::links);
  if (links_) links_->stop();
  engine_.controls().stop(NodePart::consensus);
  if (consensus_) consensus_->stop();
}

Result<std::unique_ptr<Node>, Error> start_cluster_node(
    const NodeConfig& config, Metrics& metrics, Node::OnFatal on_fatal,
    std::vector<outside::OutsideParty> parties) {
  FLORIN_TRY(directory,
             DataDirectory::open(config.node.data_dir, config.node.partitions,
                                 {config.cluster.id, static_cast<NodeNumber>(config.cluster.self)},
                                 config.cluster.reads()));
  FLORIN_TRY(begun, directory.begin_start());
  FLORIN_TRY(book, read_disk_book(posix_file_system(), directory.disks_path()));
  JournalOptions options = journal_options(config, directory);
  options.partitions = LogStreams{config.node.partitions}.count();
  options.replaceable = true;
  FLORIN_TRY(journal, Journal::open(options));
  auto node =
      std::make_unique<ClusterNode>(config, metrics, std::move(on_fatal), std::move(directory),
                                    std::move(begun), std::move(book), std::move(journal));
  FLORIN_TRY_VOID(node->recover());
  FLORIN_TRY_VOID(node->start_shells(std::move(parties)));
  return std::unique_ptr<Node>(std::move(node));
}

}  // namespace florin
