// One incarnation of a node of a cluster: start, what arrives, the consensus thread. Its membership:
// cluster_process_members.cpp.
#include "sim/cluster_process.hpp"

#include <algorithm>

#include "actors/messages/address.hpp"
#include "sim/cluster_hosted.hpp"

namespace florin::sim {
namespace {

constexpr std::uint64_t data_id = 0x53494D43;
constexpr const char* log_directory = "/sim/log";
constexpr SimTime commit_pause_max = 10 * millisecond;
constexpr SimTime clock_asked_every_ticks = 10;

bool holds(std::string_view frame, consensus::MessageType type) {
  const auto decoded = decode_node_frame(frame);
  const auto* raft = decoded ? get_if<RaftFrame>(&*decoded) : nullptr;
  return raft != nullptr && std::ranges::any_of(raft->messages, [type](const RaftMessage& message) {
           return message.view.type() == type;
         });
}

}  // namespace

// --- start -------------------------------------------------------------------------------------------------

ClusterProcess::ClusterProcess(SimNode& node)
    : node_(node),
      hosted_(node.options_.partitions),
      process_(
          std::max<Incarnation>(1, mix(mix(node.options_.seed, node.number_), node.incarnation_))),
      levels_(node.reads_),
      router_(node.map_, static_cast<NodeNumber>(node.number_ + 1), process_),
      news_(*this, router_, static_cast<NodeNumber>(node.number_ + 1), node.options_.partitions),
      asks_(router_, cluster_asks_again_for,
            [this](const Reply&) {
              node_.outside_.alarm({"an answer about something else than what was asked", {}});
            },
            {static_cast<NodeNumber>(node.number_ + 1), process_}),
      peer_asks_(router_, process_, 2 * request_patience, node.reads_),
      commands_(static_cast<NodeNumber>(node.number_ + 1), process_, cluster_command_patience,
                command_ports()),
      standing_(static_cast<NodeNumber>(node.number_ + 1),
                node.number_ >= node.options_.nodes - node.options_.spares || node.rejoins_,
                configured_nodes()),
      balance_(static_cast<NodeNumber>(node.number_ + 1), node.options_.partitions),
      clocks_({.offset_max_us = node.options_.host.clock_offset_max_us,
               .ask_every_us = clock_asked_every_ticks * node.options_.consensus_tick,
               .first_number = process_}),
      leading_duty_(static_cast<NodeNumber>(node.number_ + 1)) {
  set_up_asks();
}
ClusterProcess::~ClusterProcess() = default;

Result<std::unique_ptr<SimProcess>, Error> ClusterProcess::start(SimNode& node) {
  std::unique_ptr<ClusterProcess> process(new ClusterProcess(node));
  FLORIN_TRY_VOID(process->recover());
  return std::unique_ptr<SimProcess>(std::move(process));
}

void ClusterProcess::later(SimTime delay, std::function<void(ClusterProcess&)> task) {
  node_.later(delay, [task = std::move(task)](SimProcess& process) {
    task(static_cast<ClusterProcess&>(process));
  });
}

JournalOptions ClusterProcess::journal_options(SimNode& node) {
  const SimOptions& o = node.options_;
  JournalOptions options;
  options.directory = log_directory;
  options.data_id = data_id + node.number_;
  options.partitions = LogStreams{o.partitions}.count();
  options.replaceable = true;
  options.segment_bytes = o.segment_bytes;
  options.block_bytes = o.block_bytes_max;
  options.prepare_ahead = false;
  options.files = &node.disk_;
  return options;
}

Status<Error> ClusterProcess::recover() {
  FLORIN_TRY_VOID(begin_start());
  const SimOptions& o = node_.options_;
  FLORIN_TRY(journal, Journal::open(journal_options(node_)));
  journal_ = std::move(journal);
  node_.outside_.log_found(node_.number_, *journal_);
  writer_.emplace(*journal_, LogStreams{o.partitions}.groups(),
                  [this](const std::vector<WrittenEntry>& entries) {
                    node_.outside_.written(node_.number_, entries);
                  });
  FLORIN_TRY_VOID(begin_disks());
  engine_ = consensus::make_etcd_raft_engine();
  if (!engine_) return Err{Error{Errc::invalid, "built without FLORIN_CLUSTER"}};
  ReplicatedLogOptions log_options;
  log_options.self = static_cast<NodeNumber>(node_.number_ + 1);
  log_options.streams = {o.partitions};
  log_options.log_kept = o.log_kept;
  log_options.tail_bytes = o.tail_bytes;
  log_options.piece_bytes = o.piece_bytes;
  log_options.round_bytes_soft = o.round_bytes_soft;
  log_options.frame_bytes_full = o.frame_bytes_full;
  log_options.limits.entries_uncommitted_max = o.entries_uncommitted_max;
  log_options.limits.election_ticks = o.election_ticks;
  ReplicatedLogPorts& ports = *this;
  log_ = std::make_unique<ReplicatedLog>(log_options, *engine_, *writer_, *journal_, ports);
  round_.emplace(*log_, *writer_);
  if (has_meta()) FLORIN_TRY_VOID(recover_meta());
  FLORIN_TRY(groups, replicas_at_start(map(), keeper_options(), *journal_));
  for (const ReplicaHere& group : groups) {
    if (group.group != meta_group())
      FLORIN_TRY_VOID(host(group));
    else if (has_meta())
      FLORIN_TRY_VOID(open_meta(group));
  }
  tick_later();
  work_later();
  return Unit{};
}

// --- what arrives ----------------------------------------------------------------------------------------

// A node that has a replica, as far as is known here.
std::optional<std::uint32_t> ClusterProcess::somewhere(PartitionId partition) {
  const std::vector<NodeNumber> replicas = nodes_of(partition);
  if (replicas.empty()) return std::nullopt;
  return replicas[node_.random_.bounded(replicas.size())] - 1U;
}

void ClusterProcess::receive_frame(std::uint32_t from_node, std::string frame) {
  charge_frame(frame);
  log_->receive(static_cast<NodeNumber>(from_node + 1), std::move(frame));
  work_later();
}

void ClusterProcess::refused(NodeNumber from, PeerFault fault) {
  node_.outside_.refused(node_.number_, from - 1U, fault);
}

Partition* ClusterProcess::partition(PartitionId id) {
  return hosted_.at(id) && !hosted_[id]->replica().is_rebuilding()
             ? &hosted_[id]->replica().partition()
             : nullptr;
}

bool ClusterProcess::leads(PartitionId id) const {
  return hosted_.at(id) && hosted_[id]->replica().leads();
}

bool ClusterProcess::is_quiet() const {
  return asks_.size() == 0 && commands_.size() == 0 &&
         std::ranges::all_of(hosted_,
                             [](const auto& hosted) { return !hosted || hosted->is_quiet(); });
}

std::vector<QueuesSeen> ClusterProcess::queues() {
  std::vector<QueuesSeen> all;
  for (HostedReplica* hosted : hosted_)
    if (hosted != nullptr && !hosted->replica().is_rebuilding()) all.push_back(hosted->queues());
  return all;
}

void ClusterProcess::count_open(DiskNeeds& needs) const {
  for (const auto& hosted : hosted_) {
    if (!hosted || hosted->replica().is_dropped()) continue;
    needs.open_postings += hosted->replica().partition().state().open_posting_count();
    needs.open_postings += hosted->replica().partition().state().leg_count();
    needs.waiting_messages += hosted->inbox().size();
  }
}

void ClusterProcess::clock_was_set() {
  for (const auto& hosted : hosted_)
    if (hosted) hosted->clock_was_set();
}

// --- ReplicatedLogPorts ----------------------------------------------------------------------------------

// A link takes no frame above its cap. Of a log that is fetched: a piece, or one entry that is larger.
bool ClusterProcess::send(NodeNumber to, bool bulk, std::string frame) {
  constexpr std::size_t around_one_entry = 64;
  const SimOptions& o = node_.options_;
  if (bulk && frame.size() > std::max(o.piece_bytes, o.entry_bytes_max() + around_one_entry))
    return false;
  if (!knows(to)) return false;
  charge_frame(frame);
  if (holds(frame, consensus::MessageType::vote_reply)) lose_power_behind_a_vote();
  if (node_.options_.vote_delay_max == 0 || !holds(frame, consensus::MessageType::vote)) {
    node_.outside_.frame(node_.number_, to - 1U, std::move(frame));
    return true;
  }
  // On its way already: it arrives whatever becomes of this process.
  node_.events_.after(node_.random_.between(0, node_.options_.vote_delay_max),
                      [&node = node_, to, frame = std::move(frame)]() mutable {
                        node.outside_.frame(node.number_, to - 1U, std::move(frame));
                      });
  return true;
}

void ClusterProcess::committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) {
  const auto id = static_cast<PartitionId>(group);
  for (std::size_t i = 0; i < entries.size(); ++i)
    node_.outside_.committed(node_.number_, id, first + i, *entries[i]);
  news_.committed(group, first, std::move(entries));
}

void ClusterProcess::leading(GroupNumber group, Reign reign, consensus::Term term) {
  node_.outside_.leads(node_.number_, static_cast<PartitionId>(group), term);
  ticks_to_tell_leaders_ = 0;
  news_.leading(group, reign, term);
}

void ClusterProcess::follow(PartitionId partition, EntriesCommitted news) {
  replica_of(partition).follow_later(std::move(news));
}

void ClusterProcess::tell(PartitionId partition, ReplicaNews news) {
  replica_of(partition).tell(std::move(news));
}

void ClusterProcess::tell_if_here(PartitionId partition, ReplicaNews news) {
  if (hosted_.at(partition) != nullptr) hosted_[partition]->tell(std::move(news));
}

// --- the consensus thread --------------------------------------------------------------------------------

void ClusterProcess::tick_later() {
  const SimTime tick = node_.options_.consensus_tick;
  const SimTime skew = tick * node_.options_.tick_skew_permille / 1000;
  later(tick + (node_.number_ % 2 == 0 ? skew : -skew), [](ClusterProcess& self) {
    self.log_->tick();
    self.tick_clock();
    self.between_rounds([](ClusterProcess& then) { then.tick_disks(); });
    self.maybe_give_away();
    self.look_at_asks();
    self.tell_leaders();
    if (self.keeper_) self.between_rounds([](ClusterProcess& then) { then.tick_members(); });
    self.work_later();
    self.tick_later();
  });
}

// As before a planned stop, or to balance leaders.
void ClusterProcess::maybe_give_away() {
  if (node_.healed_ || !node_.random_.permille(node_.options_.hand_overs_permille)) return;
  const auto partition = static_cast<PartitionId>(node_.random_.bounded(node_.options_.partitions));
  if (!hosted_[partition]) return;
  if (const auto to = somewhere(partition))
    log_->hand_over(partition, static_cast<NodeNumber>(*to + 1));
}

void ClusterProcess::give_leadership(PartitionId partition, std::uint32_t to_node) {
  if (!leads(partition)) return;
  log_->hand_over(partition, static_cast<NodeNumber>(to_node + 1));
  work_later();
}

void ClusterProcess::work_later() {
  if (round_running_ || !log_->has_work()) return;
  round_running_ = true;
  later(node_.random_.between(0, 20), [](ClusterProcess& self) { self.begin_round(); });
}

bool ClusterProcess::has_failed(const Status<Error>& status) {
  if (!status) die(status.error());
  return !status;
}

// A disk that is full or fails explains an end; that what was committed does not fit together, nothing does.
void ClusterProcess::die(const Error& error) {
  fatal_ = error;
  if (error.code == Errc::corrupt || error.code == Errc::missing)
    node_.outside_.cannot_start(node_.number_, error);
}

// In a moment: between two parts of a round, or just behind it. Not inside this call: the process ends with it.
void ClusterProcess::maybe_lose_power() {
  if (node_.healed_ || !node_.random_.permille(node_.options_.round_crash_permille)) return;
  const SimTime down = node_.random_.log_between(millisecond, second);
  node_.later(node_.random_.between(0, 200), [&node = node_, down](SimProcess&) {
    node.events_.after(0, [&node, down] {
      if (node.is_up()) node.crash_and_restart(true, down);
    });
  });
}

// Back soon: the same candidates still wait for votes of the same term.
void ClusterProcess::lose_power_behind_a_vote() {
  const std::uint32_t chance = node_.options_.vote_crash_permille;
  if (chance == 0 || node_.healed_ || !node_.random_.permille(chance)) return;
  const SimTime down = node_.random_.log_between(10, 2 * millisecond);
  node_.events_.after(0, [&node = node_, down, incarnation = node_.incarnation_] {
    if (incarnation == node.incarnation_) node.crash_and_restart(true, down);
  });
}

void ClusterProcess::give_to_log(std::function<void(ReplicatedLog&)> input) {
  const SimTime handover_max = node_.options_.handover_max;
  if (handover_max == 0) {
    input(*log_);
    return work_later();
  }
  given_to_log_.push_back(std::move(input));
  later(node_.random_.between(0, handover_max), [](ClusterProcess& self) {
    std::exchange(self.given_to_log_.front(), nullptr)(*self.log_);
    self.given_to_log_.pop_front();
    self.work_later();
  });
}

void ClusterProcess::charge_frame(std::string_view frame) {
  const WorkCosts& costs = node_.options_.costs;
  frames_ns_ += costs.frame + std::uint64_t{costs.frame_kib} * frame.size() / 1024;
  if (costs.raft_message == 0) return;
  const auto decoded = decode_node_frame(frame);
  const auto* raft = decoded ? get_if<RaftFrame>(&*decoded) : nullptr;
  if (raft != nullptr) frames_ns_ += std::uint64_t{costs.raft_message} * raft->messages.size();
}

void ClusterProcess::begin_round() {
  if (has_failed(round_->take_step())) return;
  const SimTime work = node_.work(node_.options_.costs.round + std::exchange(frames_ns_, 0));
  const bool syncs = round_->next() == LogRound::Step::sync;
  if (!syncs && work == 0) return end_round();
  if (!syncs) return later(work, [](ClusterProcess& self) { self.end_round(); });
  maybe_lose_power();
  const SimTime takes = node_.random_.between(node_.options_.fsync_min, node_.options_.fsync_max);
  later(work + takes + node_.extra_fsync_, [](ClusterProcess& self) { self.sync_round(); });
}

void ClusterProcess::sync_round() {
  if (has_failed(round_->take_step())) return;
  maybe_lose_power();
  // A crash from here on leaves entries that are durable and that nobody was told about.
  later(node_.random_.between(0, 50), [](ClusterProcess& self) { self.end_round(); });
}

void ClusterProcess::end_round() {
  if (has_failed(round_->take_step())) return;
  round_running_ = false;
  node_.look_at_disk();
  for (auto& task : std::exchange(between_rounds_, {})) task(*this);
  if (fatal_) return;
  release_commits_later();
  work_later();
}

void ClusterProcess::release_commits_later() {
  if (!log_->holds_commits() || std::exchange(will_release_commits_, true)) return;
  later(node_.random_.between(0, commit_pause_max), [](ClusterProcess& self) {
    self.will_release_commits_ = false;
    self.between_rounds([](ClusterProcess& then) {
      then.log_->release_commits();
      then.release_commits_later();
    });
  });
}

}  // namespace florin::sim
