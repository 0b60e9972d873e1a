// Wiring of the simulated world, and faults as they come.
#include "sim/sim_cluster.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "actors/asks/peer_messages.hpp"
#include "cluster/consensus/message_bounds.hpp"
#include "cluster/links/hello.hpp"
#include "sim/lies/lie.hpp"
#include "sim/sim_process.hpp"

namespace florin::sim {

namespace {

constexpr SimTime disk_looked_at_every = 50 * millisecond;

Placement placement_of(const SimOptions& options) {
  std::vector<NodeNumber> nodes;
  for (std::uint32_t n = 1; n <= options.nodes - options.spares; ++n)
    nodes.push_back(static_cast<NodeNumber>(n));
  if (options.replication > 1) return place(options.partitions, nodes, options.replication);
  Placement alone;
  for (std::uint32_t p = 0; p < options.partitions; ++p) alone.push_back({nodes[p % nodes.size()]});
  return alone;
}

bool packets_come_twice(const SimOptions& options, const FaultPlan& faults) {
  return options.network.duplicate_permille != 0 ||
         std::ranges::any_of(faults.faults, [](const Fault& fault) {
           return fault.kind == FaultKind::packet_burst;
         });
}

std::string name_of(std::uint64_t replica) {
  return "replica " + std::to_string(generation_of(replica)) + " of node " +
         std::to_string(node_of(replica) - 1);
}

}  // namespace

SimCluster::SimCluster(const SimOptions& options, const Workload& workload, const FaultPlan& faults,
                       const MemberPlan& members, Trace& trace)
    : options_(options),
      faults_(faults),
      trace_(trace),
      map_(options.partitions),
      placement_(placement_of(options)),
      run_{options, workload, packets_come_twice(options, faults)},
      network_(events_, trace, options.seed, options.nodes + 1, options.network),
      outside_world_(events_, trace, options.seed),
      checkers_(make_checkers(run_)),
      clients_(options, workload, events_, trace, checkers_,
               [this](PartitionId to, Message message, RequestId request) {
                 ask_once(asked_node(to, request),
                          [to, message = std::move(message), request](SimNode& node) {
                            node.receive_request(to, message, request);
                          });
               }),
      shop_(options, workload, events_, trace,
            [this](PartitionId to, Message message, RequestId request) {
              ask_once(asked_node(to, request),
                       [to, message = std::move(message), request](SimNode& node) {
                         node.receive_request(to, message, request);
                       });
            }),
      provider_(events_, trace, options.seed, options.begins_us, provider_ports()),
      operators_(options, members, events_, trace,
                 [this](std::uint32_t node, const ClusterCommand& command, std::uint64_t number) {
                   ask_once(node, [command, number](SimNode& asked) {
                     asked.receive_command(command, number);
                   });
                 }) {
  NodeOutside& outside = *this;
  for (std::uint32_t n = 0; n < options.nodes; ++n)
    nodes_.push_back(
        std::make_unique<SimNode>(n, options, map_, placement_, events_, trace, outside));
  PartitionOptions all_resident;
  for (std::uint32_t p = 0; p < options.partitions; ++p) {
    followers_.push_back(std::make_unique<Follower>());
    Follower& follower = *followers_.back();
    follower.partition = std::make_unique<Partition>(static_cast<PartitionId>(p), map_,
                                                     follower.store, all_resident);
  }
}

SimCluster::~SimCluster() = default;

void SimCluster::begin() {
  look_at_all();
  for (const auto& node : nodes_) node->start();
  clients_.begin();
  shop_.begin();
  operators_.begin();
  for (const Fault& fault : faults_.faults) {
    events_.at(fault.at, [this, &fault] { apply(fault); });
    if (fault.kind == FaultKind::old_disk)
      events_.at(std::max<SimTime>(0, fault.at - fault.amount),
                 [this, &fault] { remember_disk(fault); });
  }
}

void SimCluster::heal() {
  healed_ = true;
  healed_at_ = events_.now();
  trace_.step(Step::healed, events_.now());
  if (trace_.text()) trace_.line(events_.now(), "--- healed ---");
  network_.heal();
  outside_world_.heal();
  provider_.heal();
  for (const auto& node : nodes_) node->heal();
  clients_.heal();
  shop_.heal();
  payments_.accounts_stay();
}

void SimCluster::restart_all() {
  if (trace_.text()) trace_.line(events_.now(), "--- every node restarts ---");
  for (const auto& node : nodes_) {
    node->crash(true);
    node->start();
  }
}

void SimCluster::check_end() {
  for (const std::uint32_t node : old_)
    if (counts(*nodes_[node])) took_part(node, "is there at the end, and nobody has noticed");
  EndView end{clients_.operations(), {}, {}, {}, true};
  for (std::uint32_t p = 0; p < options_.partitions; ++p) {
    const auto id = static_cast<PartitionId>(p);
    Partition* live = deciding(id);
    if (live == nullptr) return wrong("end", "a node is down at the end");
    end.live.push_back(&live->state());
    end.followers.push_back(&followers_[p]->partition->state());
    end.replicas.emplace_back();
    for (const auto& node : nodes_)
      if (Partition* replica = counts(*node) ? node->partition(id) : nullptr)
        end.replicas.back().push_back(&replica->state());
    for (const auto& node : nodes_)
      if (const auto store = counts(*node) ? node->stored(id) : std::nullopt)
        end.stores.push_back(*store);
  }
  end.provider = &provider_.store();
  end.shop = &shop_.operations();
  end.is_at_rest = options_.meta_group == 0 || !waits_for_lost_node();
  for (const auto& checker : checkers_) checker->at_end(end);
}

Partition* SimCluster::deciding(PartitionId partition) const {
  for (const auto& node : nodes_)
    if (counts(*node) && node->leads(partition)) return node->partition(partition);
  return nullptr;
}

bool SimCluster::is_level(PartitionId partition) const {
  if (deciding(partition) == nullptr) return false;
  const LogIndex last = followers_[partition]->partition->state().last_index();
  return std::ranges::all_of(nodes_, [&](const auto& node) {
    Partition* replica = node->partition(partition);
    if (!counts(*node)) return true;
    if (options_.meta_group != 0 ? replica == nullptr : !node->hosts(partition)) return true;
    return replica != nullptr && replica->state().last_index() == last;
  });
}

void SimCluster::ask_once(Endpoint node, std::function<void(SimNode&)> arrive) {
  auto has_come = std::make_shared<bool>(false);
  network_.send(options_.nodes, node,
                [this, node, arrive = std::move(arrive), has_come = std::move(has_come)] {
                  if (std::exchange(*has_come, true)) return;
                  arrive(*nodes_[node]);
                  look_at(*nodes_[node], false);
                });
}

void SimCluster::look_at(SimNode& node, bool legs) {
  for (QueuesSeen seen : node.queues()) {
    seen.at = events_.now();
    seen.healed_for = healed_ ? events_.now() - healed_at_ : 0;
    if (!legs) seen.deciding = nullptr;
    for (const auto& checker : checkers_) checker->on_queues(seen);
  }
}

void SimCluster::look_at_all() {
  for (const auto& node : nodes_)
    if (counts(*node)) look_at(*node, true);
  events_.after(healed_ ? second : 100 * millisecond, [this] { look_at_all(); });
}

Endpoint SimCluster::asked_node(PartitionId partition, RequestId request) const {
  if (options_.replication == 0) return partition % options_.nodes;
  return static_cast<Endpoint>(mix(options_.seed, request) % options_.nodes);
}

// --- what is wrong -----------------------------------------------------------------------------------------

const std::optional<Violation>& SimCluster::violation() {
  if (violation_) return violation_;
  for (const auto& checker : checkers_)
    if (checker->violation()) wrong(std::string(checker->name()), *checker->violation());
  return violation_;
}

void SimCluster::wrong(std::string checker, std::string what) {
  if (!violation_) violation_ = {std::move(checker), std::move(what)};
}

bool SimCluster::is_quiet() const {
  if (clients_.unanswered() != 0 || network_.in_flight() != 0) return false;
  if (options_.checkouts != 0 && !why_payments_move().empty()) return false;
  for (const auto& node : nodes_)
    if (counts(*node) && !node->is_quiet()) return false;
  for (std::uint32_t p = 0; options_.replication > 0 && p < options_.partitions; ++p)
    if (!is_level(static_cast<PartitionId>(p))) return false;
  return options_.meta_group == 0 || (operators_.unanswered() == 0 && why_map_moves().empty());
}

std::string SimCluster::why_not_quiet() const {
  std::string why = std::to_string(clients_.unanswered()) + " requests unanswered (" +
                    clients_.oldest_unanswered() + "), " + std::to_string(network_.in_flight()) +
                    " packets under way";
  if (options_.checkouts != 0) why += why_payments_move();
  if (operators_.unanswered() != 0)
    why += ", " + std::to_string(operators_.unanswered()) + " commands unanswered";
  if (options_.meta_group != 0) why += why_map_moves();
  for (const auto& node : nodes_) {
    if (!node->is_up() && !node->is_lost())
      why += ", node " + std::to_string(node->number()) + " is down";
    for (std::uint32_t p = 0; p < options_.partitions; ++p)
      if (Partition* at = node->partition(static_cast<PartitionId>(p));
          at != nullptr && at->state().open_transfer_count() + at->state().leg_count() != 0)
        why += ", p" + std::to_string(p) + " has " +
               std::to_string(at->state().open_transfer_count()) + " open transfers and " +
               std::to_string(at->state().leg_count()) + " legs";
  }
  for (std::uint32_t p = 0; options_.replication > 0 && p < options_.partitions; ++p) {
    const auto id = static_cast<PartitionId>(p);
    if (is_level(id)) continue;
    why += ", p" + std::to_string(p) + " has " +
           (deciding(id) == nullptr ? "no leader" : "a leader") + ", entries " +
           std::to_string(followers_[p]->partition->state().last_index()) + ", replicas at";
    for (const auto& node : nodes_)
      if (Partition* at = node->partition(id))
        why += " " + std::to_string(at->state().last_index());
  }
  return why;
}

std::uint64_t SimCluster::crashes() const {
  std::uint64_t sum = 0;
  for (const auto& node : nodes_) sum += node->crashes();
  return sum;
}

// --- who is a member ---------------------------------------------------------------------------------------

bool SimCluster::are_linked(std::uint32_t from, std::uint32_t to) const {
  return options_.meta_group == 0 || nodes_[to]->knows_node(from);
}

// As the links do it: who sends is told whether it is let in, and if not, whether it was removed.
bool SimCluster::is_let_in(std::uint32_t from, std::uint32_t to) {
  if (options_.meta_group == 0) return true;
  SimNode& sender = *nodes_[from];
  const bool is_known = nodes_[to]->knows_node(from);
  if (is_known && !can_read_each_other(from, to)) return false;
  const ClusterMap* map = nodes_[to]->members().map;
  const bool is_told =
      !is_known && map != nullptr && map->is(static_cast<NodeNumber>(from + 1), NodeState::removed);
  if (is_known) {
    sender.let_in(to);
    nodes_[to]->heard_reads(from, sender.reads());
    sender.heard_reads(to, nodes_[to]->reads());
  }
  if (is_told) sender.told_removed(to, map->version);
  if (is_known || is_told)
    for (const auto& checker : checkers_)
      checker->on_link({from, sender.incarnation(), to, is_known, events_.now()});
  return is_known;
}

// As check_reads() in cluster/links/hello.hpp: each is refused by the other, when that writes what it cannot read.
bool SimCluster::can_read_each_other(std::uint32_t a, std::uint32_t b) const {
  return !links::check_reads(static_cast<NodeNumber>(a + 1), nodes_[a]->reads(),
                             nodes_[b]->written()) &&
         !links::check_reads(static_cast<NodeNumber>(b + 1), nodes_[b]->reads(),
                             nodes_[a]->written());
}

const ClusterMap* SimCluster::leaders_map() const {
  for (const auto& node : nodes_)
    if (const MembersSeen seen = node->members(); seen.leads_meta && counts(*node)) return seen.map;
  return nullptr;
}

bool SimCluster::is_removed(std::uint32_t node) const { return removed_.contains(node); }

bool SimCluster::counts(const SimNode& node) const {
  return !node.is_lost() && !is_removed(node.number());
}

// One that nobody has removed: replicas that it should have are waited for for ever.
bool SimCluster::waits_for_lost_node() const {
  const ClusterMap* map = leaders_map();
  if (map == nullptr) return false;
  const auto targets = map->targets();
  return std::ranges::any_of(nodes_, [&](const auto& node) {
    return node->is_lost() && std::ranges::count(targets, node->number() + 1U) != 0;
  });
}

std::string SimCluster::why_map_moves() const {
  const ClusterMap* map = leaders_map();
  if (map == nullptr) return ", nobody leads the meta group";
  if (!map->is_formed()) return ", the cluster is not formed";
  if (waits_for_lost_node()) return {};
  std::string why;
  if (map->rebalancing) why += ", the map is being rebalanced";
  for (std::size_t p = 0; p < map->partitions.size(); ++p)
    if (!map->partitions[p].settled) why += ", p" + std::to_string(p) + " is not settled";
  for (const auto& [number, node] : map->nodes)
    if (node.state == NodeState::leaving)
      why += ", node " + std::to_string(number - 1) + " is leaving";
  for (const auto& node : nodes_)
    if (counts(*node)) why += why_not_as_map(*node, *map);
  return why;
}

std::string SimCluster::why_not_as_map(const SimNode& node, const ClusterMap& map) const {
  const std::string name = ", node " + std::to_string(node.number());
  const auto self = static_cast<NodeNumber>(node.number() + 1);
  const MembersSeen seen = node.members();
  if (seen.map == nullptr) return name + " is down";
  const bool is_member = map.find(self) != nullptr;
  if (is_member && seen.map->version != map.version) return name + " has an old map";
  std::size_t hosted = 0;
  for (const ReplicatedLog::Status& group : seen.groups) {
    const bool is_meta = group.group == options_.partitions;
    const GroupGoal goal =
        is_meta ? goal_of_meta(map) : goal_of(map, static_cast<PartitionId>(group.group));
    if (group.conf.voters != goal.wanted || !group.conf.learners.empty())
      return name + " has another configuration of group " + std::to_string(group.group);
    if (!std::ranges::binary_search(goal.wanted, group.replica))
      return name + " has a replica of p" + std::to_string(group.group) + " that nobody wants";
    ++hosted;
  }
  std::size_t wanted_here = is_member ? 1 : 0;
  for (const MapPartition& partition : map.partitions)
    wanted_here += static_cast<std::size_t>(std::ranges::count(partition.wanted, self, node_of));
  return hosted == wanted_here ? std::string() : name + " has not all replicas that it should have";
}

// --- what nodes do ----------------------------------------------------------------------------------------

void SimCluster::tell(std::uint32_t from_node, std::uint32_t to_node, PartitionId to,
                      std::vector<Message> messages) {
  network_.send(from_node, to_node, [this, to_node, to, messages = std::move(messages)] {
    nodes_[to_node]->receive(to, messages);
  });
}

// What asks for a change is heard by the process that it was sent to or by nobody, as a stream ends with the process
// at its end. All else may come to whoever is there, which is worse than any stream.
void SimCluster::peer(std::uint32_t from_node, std::uint32_t to_node, std::string frame) {
  const auto opened = open_peer_message(frame);
  const bool ends_with_process =
      opened && (opened->first == PeerMessage::ask || opened->first == PeerMessage::command);
  network_.send(from_node, to_node,
                [this, from_node, to_node, ends_with_process,
                 process = nodes_[to_node]->incarnation(), frame = std::move(frame)] {
                  SimNode& node = *nodes_[to_node];
                  if (ends_with_process && node.incarnation() != process) return;
                  if (!is_let_in(from_node, to_node)) return;
                  node.receive_peer(from_node, frame);
                  look_at(node, false);
                });
}

// Idle nodes have some of these under way at any time, so nothing waits for them.
void SimCluster::frame(std::uint32_t from_node, std::uint32_t to_node, std::string frame) {
  network_.send_unawaited(from_node, to_node, [this, from_node, to_node, frame = std::move(frame)] {
    if (is_let_in(from_node, to_node)) nodes_[to_node]->receive_frame(from_node, frame);
  });
}

void SimCluster::facts(std::uint32_t from_node, std::uint32_t to_node, std::string frame) {
  network_.send_unawaited(from_node, to_node, [this, from_node, to_node, frame = std::move(frame)] {
    if (is_let_in(from_node, to_node)) nodes_[to_node]->receive_facts(from_node, frame);
  });
}

void SimCluster::clock_frame(std::uint32_t from_node, std::uint32_t to_node, std::string frame) {
  network_.send_aside(from_node, to_node, [this, from_node, to_node, frame = std::move(frame)] {
    if (is_let_in(from_node, to_node)) nodes_[to_node]->receive_clock_frame(from_node, frame);
  });
}

void SimCluster::aside(std::uint32_t from_node, std::uint32_t to_node, std::string frame) {
  network_.send_aside(from_node, to_node, [this, from_node, to_node, frame = std::move(frame)] {
    if (is_let_in(from_node, to_node)) nodes_[to_node]->receive_peer(from_node, frame);
  });
}

void SimCluster::command_ended(std::uint32_t from_node, std::uint64_t number,
                               CommandOutcome outcome) {
  network_.send(from_node, options_.nodes, [this, number, outcome = std::move(outcome)] {
    operators_.receive(number, outcome);
  });
}

void SimCluster::answer(std::uint32_t from_node, Reply reply) {
  if (!holds_alternative<NotAccepted>(reply.body))
    for (const auto& checker : checkers_)
      checker->on_served(from_node, nodes_[from_node]->incarnation(), events_.now());
  if (reply.request > shop_requests_begin)
    return network_.send(from_node, options_.nodes,
                         [this, answer = shop_answer_of(reply), request = reply.request] {
                           shop_.receive(answer, request);
                         });
  network_.send(from_node, options_.nodes,
                [this, answer = answer_of(reply), request = reply.request] {
                  clients_.receive(answer, request);
                  if (healed_ && clients_.unanswered() == 0) payments_.accounts_stay();
                });
}

SimProvider::Ports SimCluster::provider_ports() {
  return {.webhook = [this](const std::string& body) { shop_.webhook(body); },
          .captured =
              [this](const ProviderCapture& capture) {
                for (const auto& checker : checkers_) checker->on_captured(capture);
              },
          .made =
              [this](const ProviderSession& page) {
                for (const auto& checker : checkers_) checker->on_page_made(page);
              },
          .wrong = [this](std::string what) { wrong("keys_keep_their_bytes", std::move(what)); }};
}

std::string SimCluster::why_payments_move() const {
  if (shop_.unanswered() != 0)
    return ", " + std::to_string(shop_.unanswered()) + " requests of shops unanswered";
  if (!provider_.is_quiet()) return ", payers have not ended";
  const std::string why = payments_.why_not_at_rest(provider_.store());
  return why.empty() ? why : ", " + why;
}

void SimCluster::told(PartitionId from, PartitionId to, const std::vector<Message>& messages) {
  for (const Message& message : messages)
    for (const auto& checker : checkers_) checker->on_told(from, to, message);
}

void SimCluster::appended(const LogEntry& entry) {
  for (const auto& checker : checkers_) checker->on_appended(entry);
}

void SimCluster::turn_cost(PartitionId partition, const TurnCost& cost) {
  for (const auto& checker : checkers_) checker->on_turn_cost(partition, cost);
}

void SimCluster::decided(std::uint32_t node, const LogEntry& entry) {
  note_clocks();
  const DecidedEntry seen{entry.partition,
                          entry.index,
                          entry.bytes,
                          options_.begins_us + events_.now(),
                          nodes_[node]->clock().now().us,
                          most_clocks_are_right()};
  for (const auto& checker : checkers_) checker->on_decided(seen);
}

void SimCluster::note_clocks() {
  clock_off_max_.resize(nodes_.size());
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    const std::int64_t off = nodes_[n]->clock().now().us - options_.begins_us - events_.now();
    clock_off_max_[n] = std::max(clock_off_max_[n], off < 0 ? -off : off);
  }
}

// Members come and go: a cluster that has a meta group may have no more than three for a while.
bool SimCluster::most_clocks_are_right() const {
  const std::int64_t right_max = options_.host.clock_offset_max_us / 4;
  const auto wrong_ones =
      std::ranges::count_if(clock_off_max_, [right_max](auto off) { return off > right_max; });
  const std::size_t members = options_.meta_group != 0 ? 3 : nodes_.size();
  return 2 * static_cast<std::size_t>(wrong_ones) < members;
}

void SimCluster::durable(const LogEntry& entry) {
  follow(entry.partition, entry.index, entry.bytes);
}

void SimCluster::follow(PartitionId partition, LogIndex index, std::string_view bytes) {
  Partition& follower = *followers_[partition]->partition;
  if (index <= follower.state().last_index()) return;
  ++entries_;
  if (auto status = follower.replay(bytes); !status)
    return wrong("follower", "p" + std::to_string(partition) + ": " + status.error().context);
  std::uint64_t hash = 0;
  std::memcpy(&hash, follower.state().last_hash().data(), sizeof(hash));
  trace_.step(Step::entry_durable, events_.now(), partition, index, hash);
  for (const auto& checker : checkers_)
    checker->on_durable(partition, index, bytes, follower.state());
  const auto entry = decode_entry(bytes);
  if (!entry) return wrong("follower", entry.error().context);
  payments_.note(*entry);
  for (const auto& checker : checkers_) checker->on_events(*entry, follower.state());
}

// Entries that were durable before the crash without anybody having been told are news now.
void SimCluster::recovered(Partition& partition, EventLogReader& log) {
  const PartitionId id = partition.state().id();
  PartitionState& follower = followers_[id]->partition->state();
  for (const auto& checker : checkers_) checker->on_log_recovered(id, log);
  for (LogIndex index = follower.last_index() + 1; index <= log.last_index(id); ++index) {
    auto bytes = log.read(id, index);
    if (!bytes)
      return wrong("recovery", "p" + std::to_string(id) + " entry " + std::to_string(index) +
                                   " cannot be read: " + bytes.error().context);
    follow(id, index, *bytes);
  }
  for (const auto& checker : checkers_) checker->on_recovered(partition.state(), follower);
}

// The first replica to be told makes it known.
void SimCluster::committed(std::uint32_t node, PartitionId partition, LogIndex index,
                           std::string_view bytes) {
  if (rewritten_.contains({node, partition}))
    return;  // the product is to notice it, not the checkers
  if (old_.contains(node)) return took_part(node, "is told what is committed");
  for (const auto& checker : checkers_) checker->on_committed(node, partition, index, bytes);
  if (partition == options_.partitions) return note_removals(bytes);
  if (index > followers_[partition]->partition->state().last_index() + 1)
    return wrong("committed", "p" + std::to_string(partition) + ": entry " + std::to_string(index) +
                                  " was committed before the one before it");
  follow(partition, index, bytes);
}

void SimCluster::written(std::uint32_t node, const std::vector<WrittenEntry>& entries) {
  for (const auto& checker : checkers_) checker->on_written(node, entries);
}

void SimCluster::log_found(std::uint32_t node, EventLogReader& log) {
  for (const auto& checker : checkers_) checker->on_log_found(node, log);
}

void SimCluster::leads(std::uint32_t node, PartitionId partition, std::uint64_t term) {
  trace_.step(Step::leads, events_.now(), node, partition, term);
  if (trace_.text())
    trace_.line(events_.now(), "node " + std::to_string(node) + " leads p" +
                                   std::to_string(partition) + " in term " + std::to_string(term));
  if (old_.contains(node)) return took_part(node, "leads p" + std::to_string(partition));
  for (const auto& checker : checkers_) checker->on_leads(node, partition, term);
}

// A replica may know less than others do; what it knows is what they know. It may also be the first to know: what
// its log held as committed, when power failed before anybody was told.
void SimCluster::replica_recovered(std::uint32_t node, PartitionId id, LogIndex committed,
                                   Partition* partition, EventLogReader& log) {
  if (rewritten_.contains({node, id}) || old_.contains(node)) return;
  for (const auto& checker : checkers_) checker->on_replica_recovered(node, id, committed, log);
  for (LogIndex index = followers_[id]->partition->state().last_index() + 1; index <= committed;
       ++index) {
    const auto bytes = log.read(id, index);
    if (!bytes) return wrong("recovery", bytes.error().context);
    follow(id, index, *bytes);
    if (violation_) return;
  }
  if (partition != nullptr) replica_rebuilt(*partition);
}

void SimCluster::replica_rebuilt(Partition& partition) {
  PartitionState& follower = followers_[partition.state().id()]->partition->state();
  if (partition.state().last_index() != follower.last_index()) return;
  for (const auto& checker : checkers_) checker->on_recovered(partition.state(), follower);
}

void SimCluster::note_removals(std::string_view bytes) {
  const auto entry = decode_entry(bytes);
  if (!entry) return wrong("committed", entry.error().context);
  for (const Event& event : entry->events)
    if (const auto* removed = get_if<NodeRemoved>(&event)) removed_.insert(removed->node - 1U);
}

void SimCluster::hosted(std::uint32_t node, PartitionId partition, std::uint64_t replica) {
  if (options_.meta_group == 0 || old_.contains(node)) return;
  trace_.step(Step::replica_made, events_.now(), node, partition, replica);
  if (trace_.text())
    trace_.line(events_.now(), "node " + std::to_string(node) + " has a replica of p" +
                                   std::to_string(partition) + ": " + name_of(replica));
  for (const auto& checker : checkers_) checker->on_hosted(node, partition, replica);
}

void SimCluster::dropped(std::uint32_t node, PartitionId partition, std::uint64_t replica) {
  if (old_.contains(node)) return;
  trace_.step(Step::replica_gone, events_.now(), node, partition, replica);
  if (trace_.text())
    trace_.line(events_.now(), "node " + std::to_string(node) + " drops its replica of p" +
                                   std::to_string(partition) + ": " + name_of(replica));
  for (const auto& checker : checkers_) checker->on_dropped(node, partition, replica);
}

void SimCluster::change_proposed(std::uint32_t node, PartitionId partition, LogIndex index,
                                 const ReplicaChanged& change) {
  for (const auto& checker : checkers_) checker->on_change_proposed(node, partition, index);
  if (!trace_.text()) return;
  const char* what = change.change == ReplicaChange::add_learner ? "add"
                     : change.change == ReplicaChange::promote   ? "promote"
                                                                 : "remove";
  trace_.line(events_.now(), "node " + std::to_string(node) + " proposes as entry " +
                                 std::to_string(index) + " of p" + std::to_string(partition) +
                                 ": " + what + " " + name_of(change.replica));
}

void SimCluster::looked(std::uint32_t node, std::uint64_t incarnation,
                        const std::vector<ReplicatedLog::Status>& groups) {
  if (old_.contains(node)) return;
  const ClusterMap* map = nodes_[node]->members().map;
  if (nodes_[node]->standing() == Standing::removed && !is_removed(node) &&
      map->targets().size() > 2)
    wrong("standing", "node " + std::to_string(node) + " thinks that it was removed");
  for (const ReplicatedLog::Status& group : groups) {
    const GroupSeen seen{static_cast<PartitionId>(group.group), group.replica, incarnation,
                         group.conf.voters, group.conf.learners};
    for (const auto& checker : checkers_) checker->on_configuration(node, seen);
  }
}

void SimCluster::meta_recovered(std::uint32_t node, PartitionId group, LogIndex committed,
                                EventLogReader& log) {
  if (old_.contains(node)) return;
  for (const auto& checker : checkers_) checker->on_group_recovered(node, group, committed, log);
}

void SimCluster::call(const OutsideCall& call, std::function<void(CallAnswer)> answered) {
  if (call.port == sim_provider_name) {
    if (const auto broken = provider_.call(call, std::move(answered)))
      wrong("calls_are_requests", *broken);
    return;
  }
  if (const auto broken = outside_world_.call(call, std::move(answered)))
    wrong("calls_keep_their_bytes", *broken);
}

void SimCluster::alarm(const Alarm& alarm) {
  wrong("alarm", alarm.what + " of transfer " + alarm.leg.transfer.to_string() + " leg " +
                     std::to_string(alarm.leg.leg));
}

// No log of a seed is changed at rest: whoever says so is wrong, or replicas are.
void SimCluster::chain_differs(std::uint32_t node, PartitionId partition,
                               const ChainHeads::Difference& difference) {
  wrong("chains", "node " + std::to_string(node) + " finds that p" + std::to_string(partition) +
                      " differs from node " + std::to_string(difference.node - 1) + " at entry " +
                      std::to_string(difference.own.index));
}

// Bounds that refuse what honest nodes say would be faults of their own. A place is told by the map, which moves: whoever
// has an old one hears the same again.
void SimCluster::refused(std::uint32_t node, std::uint32_t from_node, PeerFault fault) {
  trace_.step(Step::refused, events_.now(), node, from_node, static_cast<std::uint64_t>(fault));
  if (trace_.text())
    trace_.line(events_.now(), "node " + std::to_string(node) + " does not take what node " +
                                   std::to_string(from_node) +
                                   " says: " + std::string(to_string(fault)));
  if (!liars_.contains(from_node) && fault != PeerFault::not_its_place)
    wrong("honest_is_heard", "node " + std::to_string(node) + " does not take what node " +
                                 std::to_string(from_node) +
                                 " says, which has never lied: " + std::string(to_string(fault)));
}

void SimCluster::started(std::uint32_t node, FormatLevel reads) {
  for (const auto& checker : checkers_) checker->on_started(node, reads);
}

void SimCluster::disk_wiped(std::uint32_t node) {
  wiped_.insert(node);
  old_.erase(node);
  for (const auto& checker : checkers_) checker->on_disk_lost(node);
}

void SimCluster::took_part(std::uint32_t node, const std::string& what) {
  wrong("old_disk", "node " + std::to_string(node) + ", whose disk is an older one, " + what);
}

// Only one that has lost its disk may be told so. The operators give it up, and then it starts with another one.
void SimCluster::disk_is_lost(std::uint32_t node, const Error& error) {
  if (!wiped_.contains(node))
    wrong("disk_is_known",
          "node " + std::to_string(node) + " has its disk, and ends: " + error.context);
  operators_.ask(RejoinNode{static_cast<NodeNumber>(node + 1)},
                 [this, node](const CommandOutcome& outcome) {
                   // One that is leaving is not let back: the others do without it.
                   if (holds_alternative<MembershipError>(outcome) || is_removed(node))
                     return nodes_.at(node)->lose();
                   nodes_.at(node)->start_anew();
                 });
}

void SimCluster::cannot_start(std::uint32_t node, const Error& error) {
  wrong("start", "node " + std::to_string(node) + " does not start: " + error.context);
}

// --- lies --------------------------------------------------------------------------------------------------

void SimCluster::lie(std::uint32_t from, std::uint32_t to, std::uint64_t seed) {
  if (options_.replication == 0 || to >= options_.nodes || from == to) return;
  LieView view;
  view.liar = static_cast<NodeNumber>(from + 1);
  view.victim = static_cast<NodeNumber>(to + 1);
  view.partitions = options_.partitions;
  view.groups = nodes_[to]->groups();
  view.map = nodes_[to]->members().map;
  SimRandom random(seed);
  Lie lie = draw_lie(view, random);
  liars_.insert(from);
  // One alone says so: whoever believes it stops for nothing.
  if (options_.meta_group != 0 && seed % 5 == 0 && liars_.size() == 1)
    nodes_[to]->told_removed(from, consensus::index_max);
  if (trace_.text())
    trace_.line(events_.now(), "node " + std::to_string(from) + " lies to node " +
                                   std::to_string(to) + ": kind " +
                                   std::to_string(static_cast<int>(lie.kind)));
  if (lie.frame.empty() && lie.facts.empty() && lie.messages.empty()) return;
  network_.send_unawaited(from, to, [this, from, to, lie = std::move(lie)] {
    SimNode& victim = *nodes_[to];
    const ClusterMap* map = victim.members().map;
    const auto liar = static_cast<NodeNumber>(from + 1);
    if (!are_linked(from, to)) return;
    if (lie.foreign && (map == nullptr || may_lead(*map, *lie.foreign, liar))) return;
    if (!lie.frame.empty()) victim.receive_frame(from, lie.frame);
    if (!lie.facts.empty()) victim.receive_facts(from, lie.facts);
    if (!lie.messages.empty()) victim.receive_peer(from, encode_tell(lie.to, lie.messages));
  });
}

// --- faults ------------------------------------------------------------------------------------------------

void SimCluster::for_the_length(const Fault& fault, std::function<void()> end) {
  events_.after(fault.length, [this, end = std::move(end)] {
    if (!healed_) end();
  });
}

bool SimCluster::is_known_better(const SimNode& node) const {
  const ClusterMap* map = leaders_map();
  if (map == nullptr || !map->is_formed()) return false;
  return std::ranges::all_of(nodes_, [&](const auto& other) {
    const auto number = static_cast<NodeNumber>(other->number() + 1);
    if (other.get() == &node || !counts(*other) || map->find(number) == nullptr) return true;
    return node.is_known_better_by(*other);
  });
}

void SimCluster::remember_disk(const Fault& fault) {
  if (healed_ || nodes_.at(fault.node)->remember_disk()) return;
  events_.after(disk_looked_at_every, [this, &fault] { remember_disk(fault); });
}

void SimCluster::put_back_disk(const Fault& fault) {
  SimNode& node = *nodes_.at(fault.node);
  if (healed_ || !counts(node) || !wiped_.empty()) return;
  if (!is_known_better(node))
    return events_.after(disk_looked_at_every, [this, &fault] { put_back_disk(fault); });
  node.crash_and_restart(true, fault.length);
  node.put_back_disk();
  wiped_.insert(fault.node);
  old_.insert(fault.node);
  for (const auto& checker : checkers_) checker->on_disk_lost(fault.node);
}

void SimCluster::apply(const Fault& fault) {
  if (healed_) return;
  trace_.step(Step::fault, events_.now(), static_cast<std::uint64_t>(fault.kind), fault.node);
  if (trace_.text()) trace_.line(events_.now(), "fault " + to_string(fault));
  SimNode& node = *nodes_.at(fault.node);
  const auto amount = static_cast<std::uint32_t>(fault.amount);
  switch (fault.kind) {
    case FaultKind::crash: return node.crash_and_restart(false, fault.length);
    case FaultKind::power_loss: return node.crash_and_restart(true, fault.length);
    case FaultKind::power_loss_at:
      return node.die_at_operation(static_cast<std::uint64_t>(fault.amount), fault.length);
    case FaultKind::older_state:
    case FaultKind::no_state:
      node.crash_and_restart(true, fault.length);
      return node.lose_checkpoints(fault.kind == FaultKind::no_state ? SIZE_MAX : amount);
    case FaultKind::damage: node.crash_and_restart(true, fault.length); return node.damage_disk();
    case FaultKind::pause: return node.pause_until(events_.now() + fault.length);
    case FaultKind::disk_full:
      node.set_full(true);
      return for_the_length(fault, [&node] { node.set_full(false); });
    case FaultKind::disk_fills:
      node.set_room(static_cast<std::uint64_t>(fault.amount));
      return for_the_length(fault, [&node] { node.set_room(std::nullopt); });
    case FaultKind::fsync_fails: return node.disk().fail_next_sync();
    case FaultKind::fsync_slow:
      node.set_slow_fsync(fault.amount);
      return for_the_length(fault, [&node] { node.set_slow_fsync(0); });
    case FaultKind::clock_jump:
    case FaultKind::clock_back:
      node.clock().jump(fault.kind == FaultKind::clock_jump ? fault.amount : -fault.amount);
      note_clocks();
      return node.clock_was_set();
    case FaultKind::clock_stop:
      node.clock().stop();
      return for_the_length(fault, [&node] {
        node.clock().go_on();
        node.clock_was_set();
      });
    case FaultKind::split_one_way:
      network_.cut(fault.node, fault.other);
      return for_the_length(fault, [this, fault] { network_.mend(fault.node, fault.other); });
    case FaultKind::split:
      network_.cut(fault.node, fault.other);
      network_.cut(fault.other, fault.node);
      return for_the_length(fault, [this, fault] {
        network_.mend(fault.node, fault.other);
        network_.mend(fault.other, fault.node);
      });
    case FaultKind::slow_link:
      network_.slow(fault.node, fault.other, fault.amount);
      return for_the_length(fault, [this, fault] { network_.slow(fault.node, fault.other, 0); });
    case FaultKind::hour_late: return network_.hold_back(fault.node, fault.other, amount);
    case FaultKind::lost: return node.lose();
    case FaultKind::empty_disk:
      if (node.is_lost() || is_removed(fault.node)) return;
      node.crash_and_restart(true, fault.length);
      return node.lose_disk();
    case FaultKind::old_disk: return put_back_disk(fault);
    case FaultKind::rewritten:
      node.crash_and_restart(true, fault.length);
      rewritten_.insert({fault.node, static_cast<PartitionId>(fault.amount)});
      return node.rewrite_log(static_cast<PartitionId>(fault.amount));
    case FaultKind::flip_row:
    case FaultKind::lose_row:
      return node.damage_rows(fault.kind == FaultKind::lose_row,
                              static_cast<std::uint64_t>(fault.amount));
    case FaultKind::lie:
      return lie(fault.node, fault.other, static_cast<std::uint64_t>(fault.amount));
    case FaultKind::packet_burst:
      network_.set_burst(amount, amount / 2);
      return for_the_length(fault, [this] { network_.set_burst(0, 0); });
  }
}

}  // namespace florin::sim
