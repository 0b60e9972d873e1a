// See cluster_status.hpp. Showing is in cluster_status_show.cpp.
#include "apps/florin/cluster_status.hpp"

#include <simdjson.h>

#include <algorithm>

#include "apps/client/text_table.hpp"

namespace florin::cli {

using client::printable;
using simdjson::dom::element;

namespace {
std::uint64_t number_of(const element& object, std::string_view key) {
  std::uint64_t value = 0;
  return object[key].get(value) == simdjson::SUCCESS ? value : 0;
}
std::string text_of(const element& object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}
bool flag_of(const element& object, std::string_view key) {
  bool value = false;
  return object[key].get(value) == simdjson::SUCCESS && value;
}
}  // namespace

// --- reading ---------------------------------------------------------------------------------------------

class ClusterStatus::Reader {
 public:
  Status<Error> take(const NodeAnswer& answer) {
    if (answer.body.empty()) {
      status_.nodes_.push_back({answer.url, answer.error, 0, {}, 0, {}, {}});
      return Unit{};
    }
    element body;
    simdjson::dom::array groups;
    if (parser_.parse(answer.body).get(body) != simdjson::SUCCESS ||
        body["groups"].get(groups) != simdjson::SUCCESS)
      return Err{Error{Errc::invalid, answer.url + " is not a node of a cluster: " +
                                          printable(std::string_view(answer.body).substr(0, 200))}};
    const std::string cluster = text_of(body, "cluster");
    if (!status_.cluster_.empty() && status_.cluster_ != cluster)
      return Err{Error{Errc::invalid, answer.url + " belongs to cluster '" + printable(cluster) +
                                          "', the nodes before it to '" +
                                          printable(status_.cluster_) + "'"}};
    status_.cluster_ = cluster;
    const std::uint64_t node = number_of(body, "node");
    status_.nodes_.push_back(
        {answer.url, {}, node, {}, 0, text_of(body, "standing"), text_of(body, "standing_reason")});
    take_clock(status_.nodes_.back(), body);
    for (const element group : groups) take_group(node, group);
    take_map(node, body);
    simdjson::dom::array peers;
    if (body["peers"].get(peers) == simdjson::SUCCESS)
      for (const element peer : peers)
        status_.links_.push_back({node, number_of(peer, "node"), number_of(peer, "sent_bytes"),
                                  number_of(peer, "received_bytes"),
                                  number_of(peer, "dropped_frames"), text_of(peer, "address"),
                                  flag_of(peer, "up")});
    return Unit{};
  }
  ClusterStatus result() { return std::move(status_); }

 private:
  static void take_clock(Node& node, const element& body) {
    element clock;
    if (body["clock"].get(clock) != simdjson::SUCCESS) return;
    node.clock = text_of(clock, "standing");
    if (clock["ahead_ms"].get(node.clock_ahead_ms) != simdjson::SUCCESS) node.clock_ahead_ms = 0;
  }

  void take_group(std::uint64_t node, const element& group) {
    Partition& partition = status_.partitions_[number_of(group, "partition")];
    partition.replicas[node] = {text_of(group, "role"),     number_of(group, "term"),
                                number_of(group, "leader"), number_of(group, "commit"),
                                number_of(group, "last"),   flag_of(group, "catching_up")};
    take_members(partition, group);
  }

  // While replicas move, who has come further in the log knows better who they are.
  static void take_members(Partition& partition, const element& group) {
    const std::uint64_t commit = number_of(group, "commit");
    if (!partition.members.empty() && commit < partition.members_at) return;
    if (commit > partition.members_at) partition.members.clear();
    partition.members_at = commit;
    for (const bool learners : {false, true}) {
      simdjson::dom::array members;
      if (group[learners ? "learners" : "voters"].get(members) != simdjson::SUCCESS) continue;
      for (const element member : members) {
        std::uint64_t number = 0;
        if (member.get(number) == simdjson::SUCCESS) partition.members[number] = learners;
      }
    }
  }

  // The newest map counts; a node is up when anybody sees it.
  void take_map(std::uint64_t node, const element& body) {
    simdjson::dom::array members;
    if (body["nodes"].get(members) != simdjson::SUCCESS) return;
    const std::uint64_t version = number_of(body, "map_version");
    const bool is_newer = version > status_.map_version_;
    if (is_newer) {
      status_.map_version_ = version;
      status_.meta_leader_ = number_of(body, "meta_leader");
      status_.format_level_ = number_of(body, "format_level");
      status_.members_.clear();
    }
    for (const element member : members) {
      const std::uint64_t number = number_of(member, "node");
      if (is_newer)
        status_.members_[number] = {text_of(member, "peer"), text_of(member, "http"),
                                    text_of(member, "state")};
      if (flag_of(member, "up") || number == node) status_.seen_.insert(number);
      std::uint64_t reads = 0;
      if (member["reads_format_level"].get(reads) == simdjson::SUCCESS)
        status_.reads_format_level_[number] = reads;
    }
    if (version == status_.map_version_) take_moves(body, is_newer);
  }

  // Of nodes with the same map, who knows of fewer moves has heard more.
  void take_moves(const element& body, bool is_newer) {
    const std::uint64_t moves = number_of(body, "moves_to_go");
    if (!is_newer && moves > status_.moves_to_go_) return;
    status_.moves_to_go_ = moves;
    simdjson::dom::array partitions;
    if (body["partitions"].get(partitions) != simdjson::SUCCESS) return;
    status_.wanted_.clear();
    for (const element partition : partitions) {
      simdjson::dom::array nodes;
      if (flag_of(partition, "settled") || partition["wanted"].get(nodes) != simdjson::SUCCESS)
        continue;
      std::vector<std::uint64_t>& wanted = status_.wanted_[number_of(partition, "partition")];
      for (const element node : nodes) {
        std::uint64_t number = 0;
        if (node.get(number) == simdjson::SUCCESS) wanted.push_back(number);
      }
    }
  }

  simdjson::dom::parser parser_;
  ClusterStatus status_;
};

Result<ClusterStatus, Error> ClusterStatus::read(const std::vector<NodeAnswer>& answers) {
  Reader reader;
  for (const NodeAnswer& answer : answers) FLORIN_TRY_VOID(reader.take(answer));
  return reader.result();
}

// --- judging ----------------------------------------------------------------------------------------------

std::uint64_t ClusterStatus::Partition::term() const {
  std::uint64_t newest = 0;
  for (const auto& [node, replica] : replicas) newest = std::max(newest, replica.term);
  return newest;
}

std::uint64_t ClusterStatus::Partition::commit() const {
  std::uint64_t highest = 0;
  for (const auto& [node, replica] : replicas) highest = std::max(highest, replica.commit);
  return highest;
}

// Who says so himself in the newest term; of nodes that were not asked or are silent, what their followers say.
// A node that was asked and denies it leads nothing.
std::uint64_t ClusterStatus::Partition::leader() const {
  std::uint64_t found = 0;
  for (const auto& [node, replica] : replicas) {
    if (replica.term != term()) continue;
    if (replica.role == "leader") return node;
    if (!replicas.contains(replica.leader)) found = replica.leader;
  }
  return found;
}

std::size_t ClusterStatus::without_leader() const {
  return static_cast<std::size_t>(
      std::count_if(partitions_.begin(), partitions_.end(),
                    [](const auto& item) { return item.second.leader() == 0; }));
}

}  // namespace florin::cli
