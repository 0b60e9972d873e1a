// SimCluster: nodes, network, clients, operators, faults and checkers of one run, in one thread. Without replication
// partition p lives on node p mod nodes; with it, on the nodes that placement chooses, or, with a meta group, where
// its map says. Followers replay what has
// become durable (in a cluster: what the first replica was told is committed), entry by entry, on perfect stores:
// what the log says, whatever the nodes believe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cluster/partition_map.hpp"
#include "cluster/placement/placement.hpp"
#include "sim/checker.hpp"
#include "sim/payments_seen.hpp"
#include "sim/plan/fault_plan.hpp"
#include "sim/plan/workload.hpp"
#include "sim/ports/event_queue.hpp"
#include "sim/ports/sim_network.hpp"
#include "sim/ports/sim_outside_world.hpp"
#include "sim/psp/sim_provider.hpp"
#include "sim/sim_clients.hpp"
#include "sim/sim_node.hpp"
#include "sim/sim_operators.hpp"
#include "sim/sim_shop.hpp"

namespace florin::sim {

struct Violation {
  std::string checker;
  std::string what;
};

class SimCluster final : private NodeOutside {
 public:
  // All arguments outlive it.
  SimCluster(const SimOptions& options, const Workload& workload, const FaultPlan& faults,
             const MemberPlan& members, Trace& trace);
  ~SimCluster() override;

  void begin();
  // Ends all faults, starts what is down.
  void heal();
  // Every node loses power and starts again, at once.
  void restart_all();
  void check_end();

  bool run_one() { return events_.run_one(); }
  // The first thing that was wrong.
  [[nodiscard]] const std::optional<Violation>& violation();
  // Every request is answered, nothing is open, no packet is under way.
  [[nodiscard]] bool is_quiet() const;
  [[nodiscard]] std::string why_not_quiet() const;

  EventQueue& events() { return events_; }
  SimClients& clients() { return clients_; }
  SimNetwork& network() { return network_; }
  [[nodiscard]] std::uint64_t crashes() const;
  [[nodiscard]] std::uint64_t entries() const { return entries_; }

 private:
  struct Follower {
    SimStateStore store;
    std::unique_ptr<Partition> partition;
  };

  // NodeOutside
  void tell(std::uint32_t from_node, std::uint32_t to_node, PartitionId to,
            std::vector<Message> messages) override;
  void peer(std::uint32_t from_node, std::uint32_t to_node, std::string frame) override;
  void frame(std::uint32_t from_node, std::uint32_t to_node, std::string frame) override;
  void answer(std::uint32_t from_node, Reply reply) override;
  void call(const OutsideCall& call, std::function<void(CallAnswer)> answered) override;
  void facts(std::uint32_t from_node, std::uint32_t to_node, std::string frame) override;
  void clock_frame(std::uint32_t from_node, std::uint32_t to_node, std::string frame) override;
  void aside(std::uint32_t from_node, std::uint32_t to_node, std::string frame) override;
  void command_ended(std::uint32_t from_node, std::uint64_t number,
                     CommandOutcome outcome) override;
  void told(PartitionId from, PartitionId to, const std::vector<Message>& messages) override;
  void appended(const LogEntry& entry) override;
  void turn_cost(PartitionId partition, const TurnCost& cost) override;
  void decided(std::uint32_t node, const LogEntry& entry) override;
  void durable(const LogEntry& entry) override;
  void recovered(Partition& partition, EventLogReader& log) override;
  void committed(std::uint32_t node, PartitionId partition, LogIndex index,
                 std::string_view bytes) override;
  void written(std::uint32_t node, const std::vector<WrittenEntry>& entries) override;
  void log_found(std::uint32_t node, EventLogReader& log) override;
  void leads(std::uint32_t node, PartitionId partition, std::uint64_t term) override;
  void replica_recovered(std::uint32_t node, PartitionId id, LogIndex committed,
                         Partition* partition, EventLogReader& log) override;
  void replica_rebuilt(Partition& partition) override;
  void hosted(std::uint32_t node, PartitionId partition, std::uint64_t replica) override;
  void dropped(std::uint32_t node, PartitionId partition, std::uint64_t replica) override;
  void change_proposed(std::uint32_t node, PartitionId partition, LogIndex index,
                       const ReplicaChanged& change) override;
  void looked(std::uint32_t node, std::uint64_t incarnation,
              const std::vector<ReplicatedLog::Status>& groups) override;
  void meta_recovered(std::uint32_t node, PartitionId group, LogIndex committed,
                      EventLogReader& log) override;
  void alarm(const Alarm& alarm) override;
  void chain_differs(std::uint32_t node, PartitionId partition,
                     const ChainHeads::Difference& difference) override;
  void refused(std::uint32_t node, std::uint32_t from_node, PeerFault fault) override;
  void cannot_start(std::uint32_t node, const Error& error) override;
  void started(std::uint32_t node, FormatLevel reads) override;
  void disk_wiped(std::uint32_t node) override;
  void disk_is_lost(std::uint32_t node, const Error& error) override;

  // Does what `from` sends come in at `to`?
  bool is_let_in(std::uint32_t from, std::uint32_t to);
  [[nodiscard]] bool can_read_each_other(std::uint32_t a, std::uint32_t b) const;
  // What waits in its memory; `legs`: and what legs are kept.
  void look_at(SimNode& node, bool legs);
  void look_at_all();
  void apply(const Fault& fault);
  // The node's disk is kept as it is now, or as soon as it can be; and put back later: when all others would know it for an
  // older one. While one does not, nobody could (docs/adr/0016).
  void remember_disk(const Fault& fault);
  void put_back_disk(const Fault& fault);
  [[nodiscard]] bool is_known_better(const SimNode& node) const;
  // `from` says something that no honest node says, to `to`.
  void lie(std::uint32_t from, std::uint32_t to, std::uint64_t seed);
  // How far off each node's clock ever was. Most are right: so many that whoever leads must agree with one of them.
  void note_clocks();
  [[nodiscard]] bool most_clocks_are_right() const;
  void for_the_length(const Fault& fault, std::function<void()> end);
  void note_removals(std::string_view bytes);
  void follow(PartitionId partition, LogIndex index, std::string_view bytes);
  void wrong(std::string checker, std::string what);
  void took_part(std::uint32_t node, const std::string& what);
  // What a client or an operator asks of a node: lost or late, but never twice. A connection carries it once.
  void ask_once(Endpoint node, std::function<void(SimNode&)> arrive);
  SimProvider::Ports provider_ports();
  // What payments are still to do; empty: nothing.
  [[nodiscard]] std::string why_payments_move() const;
  // To which node a client turns: any, in a cluster.
  [[nodiscard]] Endpoint asked_node(PartitionId partition, RequestId request) const;
  // Who decides for the partition: its node, or the replica that leads. Null: nobody.
  [[nodiscard]] Partition* deciding(PartitionId partition) const;
  // All replicas have what there is, and one of them leads.
  [[nodiscard]] bool is_level(PartitionId partition) const;
  // Is there a link, both ways known?
  [[nodiscard]] bool are_linked(std::uint32_t from, std::uint32_t to) const;
  // The map of who leads the meta group; null: nobody leads it, or there is none.
  [[nodiscard]] const ClusterMap* leaders_map() const;
  [[nodiscard]] bool waits_for_lost_node() const;
  [[nodiscard]] bool is_removed(std::uint32_t node) const;
  // Runs, and has not been removed: whose replicas count.
  [[nodiscard]] bool counts(const SimNode& node) const;
  // What the map still lacks; empty: it is at rest, and every node is as it says.
  [[nodiscard]] std::string why_map_moves() const;
  [[nodiscard]] std::string why_not_as_map(const SimNode& node, const ClusterMap& map) const;

  const SimOptions& options_;
  const FaultPlan& faults_;
  Trace& trace_;
  PartitionMap map_;
  Placement placement_;
  RunView run_;
  EventQueue events_;
  SimNetwork network_;
  SimOutsideWorld outside_world_;
  Checkers checkers_;
  SimClients clients_;
  SimShop shop_;
  SimProvider provider_;
  PaymentsSeen payments_;
  SimOperators operators_;
  std::vector<std::unique_ptr<SimNode>> nodes_;
  std::vector<std::unique_ptr<Follower>> followers_;
  std::vector<std::int64_t> clock_off_max_;  // by node
  bool healed_ = false;
  SimTime healed_at_ = 0;
  std::set<std::uint32_t> liars_;
  std::set<std::uint32_t> wiped_;  // nodes that have lost their disks at some time
  std::set<std::uint32_t> old_;    // that have an older disk, which nobody has noticed yet
  std::set<std::pair<std::uint32_t, PartitionId>> rewritten_;  // logs that somebody has changed
  std::set<std::uint32_t> removed_;  // as committed entries of the meta group say
  std::uint64_t entries_ = 0;
  std::optional<Violation> violation_;
};

}  // namespace florin::sim
