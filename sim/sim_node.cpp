// Composition and life of a simulated node.
#include "sim/sim_node.hpp"

#include <algorithm>

#include "actors/messages/address.hpp"
#include "sim/cluster_process.hpp"
#include "sim/rewritten_log.hpp"
#include "sim/sim_process.hpp"

namespace florin::sim {
namespace {

constexpr SimTime restart_after_failure = 200 * millisecond;
constexpr std::uint32_t starts_failed_max = 1'000;  // in a row: nothing will mend it

}  // namespace

struct SimNode::Remembered {
  SimDisk::Image disk;
  std::vector<std::optional<SimStateStore>> stores;  // by partition id
  DiskSeen seen;
};

SimNode::SimNode(std::uint32_t number, const SimOptions& options, const PartitionMap& map,
                 const Placement& placement, EventQueue& events, Trace& trace, NodeOutside& outside)
    : number_(number),
      drawn_(options),
      options_(options),
      map_(map),
      placement_(placement),
      events_(events),
      trace_(trace),
      outside_(outside),
      random_(mix(options.seed, number), "node"),
      configuration_(mix(options.seed, number), "configuration"),
      versions_(mix(options.seed, number), "versions"),
      clock_(events, options.begins_us),
      disk_(mix(options.seed, number)),
      cores_(options.costs.cores) {
  if (options.upgraded_permille != 0) reads_ = format_level_own - 1;
  clock_.jump(random_.between(-options.clock_skew_max, options.clock_skew_max));
  for (std::uint32_t p = 0; p < options.partitions; ++p)
    stores_.push_back(hosts(static_cast<PartitionId>(p)) ? std::make_unique<SimStateStore>()
                                                         : nullptr);
}

SimNode::~SimNode() = default;

// --- life ------------------------------------------------------------------------------------------------

void SimNode::start() {
  if (process_ || lost_) return;
  ++incarnation_;
  upgrade();
  reconfigure();
  outside_.started(number_, reads_);
  auto started = SimProcess::start(*this);
  if (!started) return start_failed(started.error());
  starts_failed_ = 0;
  process_ = std::move(*started);
  look_at_disk();
  if (std::exchange(damaged_, false))
    disk_.undo_damage();  // not read, so not found: mended by a person
  trace_.step(Step::node_started, events_.now(), number_);
  if (trace_.text()) trace_.line(events_.now(), "node " + std::to_string(number_) + " started");
}

// When nothing goes wrong any more, every start does: the upgrade comes to its end.
void SimNode::upgrade() {
  if (!was_started_ || reads_ == format_level_own) return;
  if (!healed_ && !versions_.permille(drawn_.upgraded_permille)) return;
  reads_ = format_level_own;
  if (trace_.text())
    trace_.line(events_.now(), "node " + std::to_string(number_) + " is of the new version");
}

void SimNode::reconfigure() {
  if (!std::exchange(was_started_, true)) return;
  if (!configuration_.permille(drawn_.reconfigured_permille)) return;
  options_ = restarted_options(drawn_, configuration_);
  had_reserve_ = false;  // of other segments
  if (!trace_.text()) return;
  std::string text = to_string(options_);
  std::ranges::replace(text, '\n', ' ');
  trace_.line(events_.now(), "node " + std::to_string(number_) + " is configured anew: " + text);
}

void SimNode::start_failed(const Error& error) {
  trace_.step(Step::start_failed, events_.now(), number_, static_cast<std::uint64_t>(error.code));
  if (trace_.text())
    trace_.line(events_.now(),
                "node " + std::to_string(number_) + " does not start: " + error.context);
  ++incarnation_;
  const bool died = disk_.dead();
  if (died) {
    ++crashes_;
    disk_.lose_power();
  }
  const bool full = error.code == Errc::disk_full && (full_ || disk_.is_bounded());
  const bool fsync_failed = error.code == Errc::io;
  // It refuses damaged bytes, as it must: a person restores the file.
  if (std::exchange(damaged_, false))
    disk_.undo_damage();
  else if ((!died && !full && !fsync_failed) || ++starts_failed_ > starts_failed_max)
    return outside_.cannot_start(number_, error);
  restart_after(restart_after_failure);
}

void SimNode::crash(bool power_lost) {
  if (process_) {
    ++crashes_;
    trace_.step(Step::node_crashed, events_.now(), number_, power_lost ? 1 : 0);
    if (trace_.text())
      trace_.line(events_.now(),
                  "node " + std::to_string(number_) + (power_lost ? " loses power" : " crashes"));
  }
  process_.reset();
  ++incarnation_;
  if (power_lost)
    disk_.lose_power();
  else
    disk_.lose_process();
}

void SimNode::lose() {
  crash(true);
  lost_ = true;
}

void SimNode::crash_and_restart(bool power_lost, SimTime down) {
  crash(power_lost);
  restart_after(down);
}

void SimNode::restart_after(SimTime down) {
  events_.after(healed_ ? 0 : down, [this, incarnation = incarnation_] {
    if (incarnation == incarnation_) start();
  });
}

void SimNode::pause_until(SimTime time) { paused_until_ = std::max(paused_until_, time); }

void SimNode::heal() {
  healed_ = true;
  disk_.stop_faults();
  set_full(false);
  set_room(std::nullopt);
  extra_fsync_ = 0;
  paused_until_ = 0;
  if (std::exchange(damaged_, false)) disk_.undo_damage();
  for (const auto& store : stores_)
    if (store) store->undo_damage();
  clock_.heal();
  clock_was_set();
  // Whoever came to a cluster that writes more than it reads waits for this for ever.
  if (process_ && reads_ != format_level_own) crash(false);
  start();
}

// --- faults ------------------------------------------------------------------------------------------------

void SimNode::lose_checkpoints(std::size_t writes) {
  for (const auto& store : stores_)
    if (store) store->go_back_to(store->version() - std::min(writes, store->version()));
}

void SimNode::tell_rebuilding(PartitionId partition, const RebuildNews& news,
                              const CheckedStateStore& store) {
  trace_.step(Step::rebuild, events_.now(), partition, news.last);
  if (!trace_.text()) return;
  const auto damage = store.damage();
  trace_.line(events_.now(), "node " + std::to_string(number_) +
                                 (damage ? " makes p" : " has made p") + std::to_string(partition) +
                                 " again from the log, " + std::to_string(news.last) + " entries" +
                                 (damage ? ": " + damage->context : ""));
}

void SimNode::lose_disk() {
  disk_.wipe();
  remembered_.reset();
  for (auto& store : stores_) store.reset();
  damaged_ = false;
  outside_.disk_wiped(number_);
}

bool SimNode::remember_disk() {
  if (!process_ || damaged_) return false;
  remembered_ = std::make_unique<Remembered>(Remembered{disk_.image(), {}, process_->disk_seen()});
  for (const auto& store : stores_)
    remembered_->stores.push_back(store ? std::optional(*store) : std::nullopt);
  return true;
}

void SimNode::put_back_disk() {
  disk_.put_back(remembered_->disk);
  for (std::size_t p = 0; p < stores_.size(); ++p) {
    const auto& store = remembered_->stores[p];
    stores_[p] = store ? std::make_unique<SimStateStore>(*store) : nullptr;
    if (store) stores_[p]->set_full(full_);
  }
  damaged_ = false;
  if (trace_.text())
    trace_.line(events_.now(), "node " + std::to_string(number_) + " has an older disk");
}

bool SimNode::is_known_better_by(const SimNode& other) const {
  if (!remembered_) return false;
  const DiskSeen& seen = remembered_->seen;
  const auto kept = ClusterProcess::kept_of(other.disk_, static_cast<NodeNumber>(number_ + 1));
  if (!kept || kept->run.life != seen.start.life || kept->run.directory != seen.start.data_id)
    return false;
  if (kept->run.starts > seen.start.starts) return true;  // it has met a later run
  return std::ranges::any_of(kept->committed, [&](const auto& group) {
    const auto reach = std::ranges::find(seen.reaches, group.first, &GroupReach::group);
    return reach == seen.reaches.end() ? group.second > 0 : group.second > reach->last;
  });
}

void SimNode::start_anew() {
  if (process_) return;
  lose_disk();
  rejoins_ = true;
  start();
}

void SimNode::rewrite_log(PartitionId partition) {
  const auto done = sim::rewrite_log(ClusterProcess::journal_options(*this), partition);
  if (!done) return outside_.cannot_start(number_, done.error());
  delete_store(partition);
}

void SimNode::damage_rows(bool lose, std::uint64_t dice) {
  const std::size_t count = stores_.size();
  auto& store = stores_[dice % count];
  dice /= count;
  if (!store) return;
  if (!lose) return store->flip_a_value(dice);
  if (dice % 2 == 0) return store->lose_a_row(dice / 2);
  store->flip_a_key(dice / 2);
}

void SimNode::damage_disk() { damaged_ = disk_.damage() || damaged_; }

void SimNode::set_full(bool full) {
  full_ = full;
  disk_.set_full(full);
  for (const auto& store : stores_)
    if (store) store->set_full(full);
  look_at_disk();
}

void SimNode::set_room(std::optional<std::uint64_t> bytes) {
  disk_.set_room(bytes);
  look_at_disk();
  had_reserve_ = bytes && process_ && intake_.level() != DiskLevel::reserve;
}

// Stores are not on this disk, so checkpoints need nothing of it.
void SimNode::look_at_disk() {
  if (!process_) return;
  DiskNeeds needs{.segment_bytes = options_.segment_bytes,
                  .partitions = options_.partitions,
                  .checkpoint_bytes = 0};
  process_->count_open(needs);
  const DiskLevel before = intake_.level();
  const DiskLevel level = disk_level(disk_.free_bytes(), disk_levels(needs, {}), before);
  intake_.set(level);
  if (level != before && trace_.text())
    trace_.line(events_.now(),
                "node " + std::to_string(number_) + ": disk " + std::string(to_string(level)));
}

void SimNode::clock_was_set() {
  if (process_) process_->clock_was_set();
}

void SimNode::die_at_operation(std::uint64_t n, SimTime down) {
  down_after_death_ = down;
  disk_.die_at_operation(n);
}

// --- what arrives ----------------------------------------------------------------------------------------

void SimNode::receive(PartitionId to, std::vector<Message> messages) {
  if (process_) process_->receive(to, std::move(messages));
}

void SimNode::call_outside(const OutsideCall& call) {
  outside_.call(call, [this, incarnation = incarnation_](const CallAnswer& answer) {
    auto message = answer_message(answer);
    if (!message) return outside_.alarm({"an answer to a kind that never calls", {}});
    run(incarnation, [to = answer.to.partition, message = std::move(*message)](
                         SimProcess& process) { process.receive_answer(to, message); });
  });
}

void SimNode::receive_peer(std::uint32_t from_node, std::string frame) {
  if (process_) process_->receive_peer(from_node, std::move(frame));
}

void SimNode::receive_request(PartitionId to, Message message, RequestId request) {
  if (!process_) return;
  if (const auto why = process_->receive_request(to, std::move(message), request))
    outside_.answer(number_, Reply{request, {}, NotAccepted{*why}});
}

void SimNode::receive_frame(std::uint32_t from_node, std::string frame) {
  if (process_) process_->receive_frame(from_node, std::move(frame));
}

void SimNode::receive_facts(std::uint32_t from_node, std::string frame) {
  if (process_) process_->receive_facts(from_node, std::move(frame));
}

void SimNode::receive_clock_frame(std::uint32_t from_node, const std::string& frame) {
  if (process_) process_->receive_clock_frame(from_node, frame);
}

void SimNode::receive_command(ClusterCommand command, std::uint64_t number) {
  if (process_) process_->receive_command(std::move(command), number);
}

bool SimNode::knows_node(std::uint32_t node) const {
  return process_ && process_->knows_node(node);
}

void SimNode::let_in(std::uint32_t by) {
  if (process_) process_->let_in(static_cast<NodeNumber>(by + 1));
}

void SimNode::told_removed(std::uint32_t by, LogIndex map_version) {
  if (process_) process_->told_removed(static_cast<NodeNumber>(by + 1), map_version);
}

Standing SimNode::standing() const { return process_ ? process_->standing() : Standing::outside; }

std::vector<ReplicatedLog::Status> SimNode::groups() const {
  return process_ ? process_->groups() : std::vector<ReplicatedLog::Status>();
}
std::vector<QueuesSeen> SimNode::queues() const {
  if (!process_) return {};
  std::vector<QueuesSeen> all = process_->queues();
  for (QueuesSeen& seen : all) seen.options = &options_;
  return all;
}

std::optional<StoreSeen> SimNode::stored(PartitionId id) {
  Partition* has = partition(id);
  if (has == nullptr || !has->state().is_stored()) return std::nullopt;
  StoreSeen seen{number_, id, {}, &has->state()};
  for (std::size_t t = 0; t < table_count; ++t)
    seen.rows.at(t) = stores_.at(id)->rows(static_cast<Table>(t));
  return seen;
}

std::size_t from_clients(const Inbox& inbox) {
  return inbox.count_if([](const Message& message) { return request_of(message) != 0; });
}

FormatLevel SimNode::written() const { return process_ ? process_->written() : FormatLevel{0}; }

void SimNode::heard_reads(std::uint32_t node, FormatLevel level) {
  if (process_) process_->heard_reads(static_cast<NodeNumber>(node + 1), level);
}

MembersSeen SimNode::members() const { return process_ ? process_->members() : MembersSeen(); }

SimStateStore& SimNode::store_of(PartitionId partition) {
  auto& store = stores_.at(partition);
  if (store) return *store;
  store = std::make_unique<SimStateStore>();
  store->set_full(full_);
  return *store;
}

std::unique_ptr<SimStateStore> SimNode::delete_store(PartitionId partition) {
  return std::exchange(stores_.at(partition), nullptr);
}

bool SimNode::hosts(PartitionId partition) const {
  const auto& replicas = placement_.at(partition);
  return std::ranges::find(replicas, number_ + 1) != replicas.end();
}

Partition* SimNode::partition(PartitionId id) {
  return process_ ? process_->partition(id) : nullptr;
}

void SimNode::give_leadership(PartitionId partition, std::uint32_t to_node) {
  if (process_) process_->give_leadership(partition, to_node);
}

bool SimNode::leads(PartitionId id) const { return process_ && process_->leads(id); }

bool SimNode::is_quiet() const { return process_ && process_->is_quiet(); }

// --- tasks -------------------------------------------------------------------------------------------------

void SimNode::later(SimTime delay, std::function<void(SimProcess&)> task) {
  events_.after(delay, [this, incarnation = incarnation_, task = std::move(task)]() mutable {
    run(incarnation, std::move(task));
  });
}

void SimNode::run(std::uint64_t incarnation, std::function<void(SimProcess&)> task) {
  if (incarnation != incarnation_ || !process_) return;
  if (events_.now() < paused_until_) {
    events_.at(paused_until_, [this, incarnation, task = std::move(task)]() mutable {
      run(incarnation, std::move(task));
    });
    return;
  }
  task(*process_);
  look_for_death();
}

// Power is gone, or the log or a store has failed: then a real node ends its process.
void SimNode::look_for_death() {
  if (disk_.dead()) return crash_and_restart(true, down_after_death_);
  if (!process_->fatal()) return;
  // Alone, nobody else makes it write: what was taken before the reserve was reached must fit into it.
  if (process_->fatal()->code == Errc::disk_full && !full_ && had_reserve_ && options_.nodes == 1)
    outside_.alarm({"the log has no room for what was taken while there was enough", {}});
  if (trace_.text()) trace_.line(events_.now(), "fatal: " + process_->fatal()->context);
  if (const Error error = *process_->fatal(); error.code == Errc::disk_lost) {
    crash(false);
    return outside_.disk_is_lost(number_, error);
  }
  crash_and_restart(false, restart_after_failure);
}

}  // namespace florin::sim
