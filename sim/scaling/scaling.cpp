// The world around the nodes: a network without faults, clients that never stop.
#include "sim/scaling/scaling.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

#include "actors/asks/peer_messages.hpp"
#include "base/assert.hpp"
#include "cluster/consensus/etcd_raft_engine.hpp"
#include "cluster/placement/placement.hpp"
#include "sim/sim_node.hpp"
#include "sim/sim_process.hpp"

namespace florin::sim {
namespace {

constexpr SimTime start_time_max = 60 * second;
constexpr SimTime between_looks = 100 * millisecond;

SimOptions options_of(const ScalingCase& what) {
  SimOptions o;
  o.seed = what.seed;
  o.nodes = what.nodes;
  o.replication = what.nodes < what.replication ? 1 : what.replication;
  o.partitions = what.nodes * what.partitions_per_node;
  o.inbox_messages_max = 1'000'000;
  o.segment_bytes = 64 << 20;
  o.wake_delay_max = 0;
  o.fsync_min = o.fsync_max = what.sync;
  o.network.delay_min = o.network.delay_max = what.network;
  o.consensus_tick = 100 * millisecond;
  o.costs = what.costs;
  return o;
}

Placement placement_of(const SimOptions& options) {
  std::vector<NodeNumber> nodes;
  for (std::uint32_t n = 1; n <= options.nodes; ++n) nodes.push_back(static_cast<NodeNumber>(n));
  return place(options.partitions, nodes, options.replication);
}

SimTime percentile(std::vector<SimTime>& values, std::size_t percent) {
  if (values.empty()) return 0;
  const std::size_t at = percent * (values.size() - 1) / 100;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at));
  return values[at];
}

std::size_t messages_in(std::string_view frame) {
  const auto opened = open_peer_message(frame);
  FLORIN_ASSERT(opened.has_value(), "nodes send what they understand");
  switch (opened->first) {
    case PeerMessage::tell: return decode_messages(opened->second)->messages.size();
    case PeerMessage::ask: return decode_ask(opened->second)->batch.messages.size();
    case PeerMessage::replies: return decode_peer_replies(opened->second)->replies.size();
    case PeerMessage::leaders:
    case PeerMessage::read:
    case PeerMessage::entry:
    case PeerMessage::command:
    case PeerMessage::outcome:
    case PeerMessage::clock:
    case PeerMessage::disk:
    case PeerMessage::heads: return 0;
  }
  return 0;
}

class ScalingWorld final : private NodeOutside {
 public:
  explicit ScalingWorld(const ScalingCase& what)
      : what_(what),
        options_(options_of(what)),
        map_(options_.partitions),
        placement_(placement_of(options_)),
        random_(what.seed, "load") {
    NodeOutside& outside = *this;
    for (std::uint32_t n = 0; n < options_.nodes; ++n)
      nodes_.push_back(
          std::make_unique<SimNode>(n, options_, map_, placement_, events_, trace_, outside));
  }

  ScalingResult run() {
    ScalingResult result;
    result.nodes = options_.nodes;
    result.replication = options_.replication;
    result.partitions = options_.partitions;
    for (const auto& node : nodes_) node->start();
    if (!wait_for([this] { return is_balanced(); }))
      return failed(result, "the leaders were not spread in time");
    open_accounts();
    if (!wait_for([this] { return accounts_to_open_ == 0; }))
      return failed(result, "the accounts were not opened");
    for (std::uint32_t n = 0; n < options_.nodes; ++n)
      for (std::uint32_t c = 0; c < what_.connections; ++c) begin_batch(new_client(n));
    run_until(events_.now() + what_.warm_up);
    measure(result);
    return failure_.empty() ? result : failed(result, failure_);
  }

 private:
  struct Client {
    std::uint32_t node = 0;
    std::uint32_t waiting = 0;  // for so many answers
    SimTime begun = 0;
  };

  ScalingResult failed(ScalingResult result, std::string why) const {
    result.failure = std::move(why);
    return result;
  }

  // --- time ------------------------------------------------------------------------------------------------
  void run_until(SimTime end) {
    while (failure_.empty()) {
      const auto next = events_.next_time();
      if (!next || *next > end) return;
      events_.run_one();
    }
  }
  template <class Condition>
  bool wait_for(Condition condition) {
    const SimTime end = events_.now() + start_time_max;
    for (SimTime at = events_.now(); at < end && failure_.empty(); at += between_looks) {
      run_until(at);
      if (condition()) return true;
    }
    return false;
  }

  // As the real nodes do by themselves, only faster.
  bool is_balanced() {
    const auto wanted = preferred_leaders(placement_);
    bool all = true;
    for (std::uint32_t p = 0; p < options_.partitions; ++p) {
      const auto id = static_cast<PartitionId>(p);
      if (nodes_[wanted[p] - 1U]->leads(id)) continue;
      all = false;
      for (const auto& node : nodes_) node->give_leadership(id, wanted[p] - 1U);
    }
    return all;
  }

  void measure(ScalingResult& result) {
    completed_ = others_ = frames_ = 0;
    batch_times_.clear();
    std::vector<std::uint64_t> busy;
    for (const auto& node : nodes_) busy.push_back(node->cores().busy_ns());
    run_until(events_.now() + what_.measured);
    const auto measured = static_cast<std::uint64_t>(what_.measured);
    const std::uint64_t node_us = measured * std::max(1U, what_.costs.cores);
    std::uint64_t all = 0;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      const std::uint64_t ns = nodes_[n]->cores().busy_ns() - busy[n];
      all += ns;
      result.busiest_permille = std::max(result.busiest_permille, ns / node_us);
    }
    result.mean_permille = all / node_us / nodes_.size();
    result.transfers = completed_;
    result.others = others_;
    result.transfers_per_second = completed_ * second / measured;
    result.cpu_ns_per_transfer = all / std::max<std::uint64_t>(completed_, 1);
    result.frames = frames_;
    result.batch_p50 = percentile(batch_times_, 50);
    result.batch_p99 = percentile(batch_times_, 99);
  }

  // --- clients -----------------------------------------------------------------------------------------------
  std::uint32_t new_client(std::uint32_t node) {
    clients_.push_back({node, 0, 0});
    return static_cast<std::uint32_t>(clients_.size() - 1);
  }

  RequestId next_request(std::uint32_t client) {
    asked_by_.push_back(client);
    return asked_by_.size();
  }

  void open_accounts() {
    std::vector<std::uint32_t> missing(options_.partitions, what_.accounts_per_partition);
    accounts_.resize(options_.partitions);
    const std::uint32_t opener = new_client(0);
    Currency dollar;
    std::ranges::copy(std::string_view("USD"), dollar.code.begin());
    accounts_to_open_ = options_.partitions * what_.accounts_per_partition;
    std::uint32_t left = accounts_to_open_;
    for (std::uint64_t number = 0; left > 0; ++number) {
      OpenAccount message;
      message.account = AccountId::from_trusted("a" + std::to_string(number));
      const PartitionId home = map_.partition_of(message.account);
      if (missing[home] == 0) continue;
      --missing[home];
      --left;
      accounts_[home].push_back(message.account);
      message.request = next_request(opener);
      message.currency = dollar;
      message.allow_negative = true;
      const RequestId request = message.request;
      nodes_[0]->receive_request(home, std::move(message), request);
    }
  }

  const AccountId& any_account(PartitionId partition) {
    const auto& all = accounts_[partition];
    return all[random_.bounded(all.size())];
  }

  void begin_batch(std::uint32_t number) {
    Client& client = clients_[number];
    client.begun = events_.now();
    client.waiting = what_.batch;
    const SimTime read = nodes_[client.node]->work(
        options_.costs.request + std::uint64_t{options_.costs.transfer} * what_.batch);
    events_.after(options_.network.delay_min + read, [this, number, node = client.node] {
      for (std::uint32_t i = 0; i < what_.batch; ++i) {
        StartTransfer message;
        const auto home = static_cast<PartitionId>(random_.bounded(options_.partitions));
        const auto other = static_cast<PartitionId>(random_.bounded(options_.partitions));
        message.from = any_account(home);
        do message.to = any_account(other);
        while (message.to == message.from);
        message.amount = 1;
        std::ranges::copy(std::string_view("USD"), message.currency.code.begin());
        const RequestId request = message.request = next_request(number);
        for (std::size_t byte = 0; byte < 8; ++byte)
          message.transaction_id.bytes[15 - byte] =
              static_cast<std::uint8_t>(request >> (8 * byte));
        nodes_[node]->receive_request(home, std::move(message), request);
      }
    });
  }

  void answer(std::uint32_t, Reply reply) override {
    const std::uint32_t number = asked_by_.at(reply.request - 1);
    if (accounts_to_open_ > 0) {
      if (holds_alternative<NotAccepted>(reply.body)) failure_ = "an account could not be opened";
      --accounts_to_open_;
      return;
    }
    const auto* outcome = get_if<TransferOutcome>(&reply.body);
    if (outcome != nullptr && outcome->status == TransferStatus::completed)
      ++completed_;
    else
      ++others_;
    Client& client = clients_[number];
    if (--client.waiting > 0) return;
    batch_times_.push_back(events_.now() - client.begun);
    events_.after(2 * options_.network.delay_min, [this, number] { begin_batch(number); });
  }

  // --- NodeOutside -------------------------------------------------------------------------------------------

  // What leaves one node for another in the same moment is one frame: the real nodes collect it so, too.
  void carry(std::uint32_t from, std::uint32_t to, std::size_t messages) {
    const WorkCosts& costs = options_.costs;
    std::uint64_t ns = std::uint64_t{costs.carried_message} * messages;
    SimTime& last = last_frame_[{from, to}];
    if (last != events_.now() + 1) {
      last = events_.now() + 1;
      ns += costs.frame;
      ++frames_;
    }
    nodes_[from]->work(ns);
    nodes_[to]->work(ns);
  }
  template <class Arrive>
  void send(Arrive arrive) {
    events_.after(options_.network.delay_min, std::move(arrive));
  }

  void tell(std::uint32_t from, std::uint32_t to_node, PartitionId to,
            std::vector<Message> messages) override {
    carry(from, to_node, messages.size());
    send([this, to_node, to, messages = std::move(messages)]() mutable {
      nodes_[to_node]->receive(to, std::move(messages));
    });
  }
  void peer(std::uint32_t from, std::uint32_t to_node, std::string frame) override {
    carry(from, to_node, messages_in(frame));
    send([this, from, to_node, frame = std::move(frame)] {
      nodes_[to_node]->receive_peer(from, frame);
    });
  }
  // The nodes count the work of these themselves.
  void frame(std::uint32_t from, std::uint32_t to_node, std::string bytes) override {
    ++frames_;
    send([this, from, to_node, bytes = std::move(bytes)] {
      nodes_[to_node]->receive_frame(from, bytes);
    });
  }
  void facts(std::uint32_t from, std::uint32_t to_node, std::string bytes) override {
    send([this, from, to_node, bytes = std::move(bytes)] {
      nodes_[to_node]->receive_facts(from, bytes);
    });
  }
  void clock_frame(std::uint32_t from, std::uint32_t to_node, std::string bytes) override {
    send([this, from, to_node, bytes = std::move(bytes)] {
      nodes_[to_node]->receive_clock_frame(from, bytes);
    });
  }
  void command_ended(std::uint32_t, std::uint64_t, CommandOutcome) override {}
  void told(PartitionId, PartitionId, const std::vector<Message>&) override {}
  void appended(const LogEntry&) override {}
  void decided(std::uint32_t, const LogEntry&) override {}
  void turn_cost(PartitionId, const TurnCost&) override {}
  void durable(const LogEntry&) override {}
  void recovered(Partition&, EventLogReader&) override {}
  void committed(std::uint32_t, PartitionId, LogIndex, std::string_view) override {}
  void leads(std::uint32_t, PartitionId, std::uint64_t) override {}
  void replica_recovered(std::uint32_t, PartitionId, LogIndex, Partition*,
                         EventLogReader&) override {}
  void replica_rebuilt(Partition&) override {}
  void hosted(std::uint32_t, PartitionId, std::uint64_t) override {}
  void dropped(std::uint32_t, PartitionId, std::uint64_t) override {}
  void change_proposed(std::uint32_t, PartitionId, LogIndex, const ReplicaChanged&) override {}
  void looked(std::uint32_t, std::uint64_t, const std::vector<ReplicatedLog::Status>&) override {}
  void meta_recovered(std::uint32_t, PartitionId, LogIndex, EventLogReader&) override {}
  void alarm(const Alarm& alarm) override { failure_ = "alarm: " + alarm.what; }
  void refused(std::uint32_t node, std::uint32_t from, PeerFault fault) override {
    failure_ = "node " + std::to_string(node) + " does not take what node " + std::to_string(from) +
               " says: " + std::string(to_string(fault));
  }
  void cannot_start(std::uint32_t, const Error& error) override { failure_ = error.context; }
  void disk_is_lost(std::uint32_t, const Error& error) override { failure_ = error.context; }

  const ScalingCase what_;
  const SimOptions options_;
  PartitionMap map_;
  Placement placement_;
  SimRandom random_;
  EventQueue events_;
  Trace trace_;
  std::vector<std::unique_ptr<SimNode>> nodes_;
  // and one, so that 0 is never
  std::map<std::pair<std::uint32_t, std::uint32_t>, SimTime> last_frame_;

  std::vector<std::vector<AccountId>> accounts_;  // by partition
  std::uint32_t accounts_to_open_ = 0;
  std::vector<Client> clients_;
  std::vector<std::uint32_t> asked_by_;  // by request id - 1
  std::vector<SimTime> batch_times_;
  std::uint64_t completed_ = 0, others_ = 0, frames_ = 0;
  std::string failure_;
};

}  // namespace

ScalingResult run_scaling(const ScalingCase& what) {
  ScalingResult nothing;
  nothing.failure = "built without FLORIN_CLUSTER: there is no cluster to measure";
  if (!consensus::make_etcd_raft_engine()) return nothing;
  consensus::seed_elections(what.seed);
  return ScalingWorld(what).run();
}

WorkCosts measured_costs() {
  WorkCosts costs;
  costs.cores = 2;
  costs.request = 15'000;
  costs.transfer = 2'000;
  costs.message = 900;
  costs.turn = 5'000;
  costs.round = 40'000;
  costs.frame = 6'000;
  costs.frame_kib = 2'500;
  costs.carried_message = 150;
  costs.raft_message = 6'000;
  costs.followed_kib = 35'000;
  return costs;
}

}  // namespace florin::sim
