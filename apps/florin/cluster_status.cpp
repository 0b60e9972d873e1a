// See cluster_status.hpp.
#include "apps/florin/cluster_status.hpp"

#include <simdjson.h>

#include <algorithm>

#include "apps/client/json_text.hpp"
#include "apps/client/text_table.hpp"

namespace florin::cli {

using client::Align;
using client::printable;
using client::TextTable;
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

std::string field(std::string_view key, std::uint64_t value) {
  return "\"" + std::string(key) + "\":" + std::to_string(value);
}
std::string field(std::string_view key, std::string_view value) {
  std::string out = "\"" + std::string(key) + "\":";
  client::append_json_string(out, value);
  return out;
}
std::string field_flag(std::string_view key, bool value) {
  return "\"" + std::string(key) + "\":" + (value ? "true" : "false");
}
// {"a":1,"b":2}
std::string object(const std::vector<std::string>& fields) {
  std::string out = "{";
  for (const std::string& one : fields) out.append(out.size() > 1 ? "," : "").append(one);
  return out + "}";
}
template <class Items, class Each>
std::string array(std::string_view key, const Items& items, Each each) {
  std::string out = "\"" + std::string(key) + "\":[";
  const char* comma = "";
  for (const auto& item : items) {
    out.append(comma).append(each(item));
    comma = ",";
  }
  return out + "]";
}
}  // namespace

// --- reading ---------------------------------------------------------------------------------------------

class ClusterStatus::Reader {
 public:
  Status<Error> take(const NodeAnswer& answer) {
    if (answer.body.empty()) {
      status_.nodes_.push_back({answer.url, answer.error, 0});
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
                                          "', the nodes before it to '" + printable(status_.cluster_) + "'"}};
    status_.cluster_ = cluster;
    const std::uint64_t node = number_of(body, "node");
    status_.nodes_.push_back({answer.url, {}, node});
    for (const element group : groups) take_group(node, group);
    simdjson::dom::array peers;
    if (body["peers"].get(peers) == simdjson::SUCCESS)
      for (const element peer : peers)
        status_.links_.push_back({node, number_of(peer, "node"), number_of(peer, "sent_bytes"),
                                  number_of(peer, "received_bytes"), number_of(peer, "dropped_frames"),
                                  text_of(peer, "address"), flag_of(peer, "up")});
    return Unit{};
  }
  ClusterStatus result() { return std::move(status_); }

 private:
  void take_group(std::uint64_t node, const element& group) {
    Partition& partition = status_.partitions_[number_of(group, "partition")];
    partition.replicas[node] = {text_of(group, "role"),     number_of(group, "term"),
                                number_of(group, "leader"), number_of(group, "commit"),
                                number_of(group, "last"),   flag_of(group, "catching_up")};
    for (const bool learners : {false, true}) {
      simdjson::dom::array members;
      if (group[learners ? "learners" : "voters"].get(members) != simdjson::SUCCESS) continue;
      for (const element member : members) {
        std::uint64_t number = 0;
        if (member.get(number) == simdjson::SUCCESS) partition.members[number] = learners;
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
  return static_cast<std::size_t>(std::count_if(partitions_.begin(), partitions_.end(),
                                                [](const auto& item) { return item.second.leader() == 0; }));
}

// --- showing -----------------------------------------------------------------------------------------------

std::string ClusterStatus::text() const {
  std::string out = "cluster " + (cluster_.empty() ? "?" : printable(cluster_)) + ", " +
                    std::to_string(partitions_.size()) + " partitions, " + std::to_string(without_leader()) +
                    " without a leader\n\n";
  std::vector<std::uint64_t> members;  // one column for each node that holds anything
  for (const auto& [id, partition] : partitions_)
    for (const auto& [node, learner] : partition.members)
      if (std::find(members.begin(), members.end(), node) == members.end()) members.push_back(node);
  std::sort(members.begin(), members.end());

  std::vector<TextTable::Column> columns{
      {"partition", Align::right}, {"leader", Align::right}, {"term", Align::right}, {"commit", Align::right}};
  for (const std::uint64_t node : members) columns.push_back({"node " + std::to_string(node)});
  TextTable table(std::move(columns));
  for (const auto& [id, partition] : partitions_) {
    const std::uint64_t leader = partition.leader();
    std::vector<std::string> cells{std::to_string(id), leader == 0 ? "NONE" : std::to_string(leader),
                                   std::to_string(partition.term()), std::to_string(partition.commit())};
    for (const std::uint64_t node : members) {
      const auto member = partition.members.find(node);
      const auto replica = partition.replicas.find(node);
      std::string cell = member == partition.members.end() ? "" : member->second ? "learner " : "";
      if (replica != partition.replicas.end()) {
        const std::uint64_t lag = partition.commit() - replica->second.commit;
        cell += printable(replica->second.role);
        if (replica->second.is_catching_up) cell += ", catching up";
        if (lag != 0) cell += ", " + std::to_string(lag) + " behind";
      } else if (member != partition.members.end()) {
        cell += "?";
      }
      cells.push_back(std::move(cell));
    }
    table.add_row(std::move(cells));
  }
  if (!partitions_.empty()) out += table.to_string();

  TextTable links({{"from"}, {"to"}, {"address"}, {"link"}, {"sent", Align::right}, {"received", Align::right},
                   {"dropped", Align::right}});
  for (const Link& link : links_)
    links.add_row({std::to_string(link.from), std::to_string(link.to), link.address, link.is_up ? "up" : "DOWN",
                   std::to_string(link.sent), std::to_string(link.received), std::to_string(link.dropped)});
  if (!links_.empty()) out += "\n" + links.to_string();
  for (const Node& node : nodes_)
    if (node.number == 0) out += "\nno answer from " + printable(node.url) + ": " + printable(node.error) + "\n";
  return out;
}

std::string ClusterStatus::json() const {
  const auto node_json = [](const Node& node) {
    if (node.number == 0) return object({field("url", node.url), "\"node\":null", field("error", node.error)});
    return object({field("url", node.url), field("node", node.number)});
  };
  const auto partition_json = [](const auto& item) {
    const Partition& partition = item.second;
    const auto replica_json = [&](const auto& member) {
      std::vector<std::string> fields{field("node", member.first), field_flag("learner", member.second)};
      if (const auto found = partition.replicas.find(member.first); found != partition.replicas.end()) {
        const Replica& replica = found->second;
        fields.insert(fields.end(),
                      {field("role", replica.role), field("term", replica.term), field("commit", replica.commit),
                       field("last", replica.last), field("lag", partition.commit() - replica.commit),
                       field_flag("catching_up", replica.is_catching_up)});
      } else {
        fields.emplace_back("\"role\":null");
      }
      return object(fields);
    };
    const std::uint64_t leader = partition.leader();
    return object({field("partition", item.first), leader == 0 ? "\"leader\":null" : field("leader", leader),
                   field("term", partition.term()), field("commit", partition.commit()),
                   array("replicas", partition.members, replica_json)});
  };
  const auto link_json = [](const Link& link) {
    return object({field("from", link.from), field("to", link.to), field("address", link.address),
                   field_flag("up", link.is_up), field("sent_bytes", link.sent),
                   field("received_bytes", link.received), field("dropped_frames", link.dropped)});
  };
  return object({field("cluster", cluster_), field("without_leader", std::uint64_t{without_leader()}),
                 array("nodes", nodes_, node_json), array("partitions", partitions_, partition_json),
                 array("links", links_, link_json)});
}

}  // namespace florin::cli
