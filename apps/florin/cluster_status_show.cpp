// ClusterStatus as text for people and as JSON.
#include <algorithm>

#include "apps/client/json_text.hpp"
#include "apps/client/text_table.hpp"
#include "apps/florin/cluster_status.hpp"

namespace florin::cli {

using client::Align;
using client::printable;
using client::TextTable;

namespace {
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

// 1, 2, 4
std::string numbers_text(const std::vector<std::uint64_t>& numbers) {
  std::string out;
  for (const std::uint64_t number : numbers)
    out.append(out.empty() ? "" : ", ").append(std::to_string(number));
  return out;
}
}  // namespace

std::string ClusterStatus::text() const {
  std::string out = "cluster " + (cluster_.empty() ? "?" : printable(cluster_)) + ", " +
                    std::to_string(partitions_.size()) + " partitions, " +
                    std::to_string(without_leader()) + " without a leader";
  if (moves_to_go_ > 0)
    out +=
        ", " + std::to_string(moves_to_go_) + (moves_to_go_ == 1 ? " move" : " moves") + " to go";
  out += "\n\n";
  if (!members_.empty()) out += members_text() + "\n";
  if (!partitions_.empty()) out += partitions_text();
  if (!links_.empty()) out += "\n" + links_text();
  for (const Node& node : nodes_)
    if (!node.standing_reason.empty())
      out += "\nnode " + std::to_string(node.number) + " serves nothing (" +
             printable(node.standing) + "): " + printable(node.standing_reason) + "\n";
  for (const Node& node : nodes_)
    if (node.clock == "off" || node.clock == "unsure")
      out += "\nthe clock of node " + std::to_string(node.number) + " is " + printable(node.clock) +
             (node.clock == "off" ? ": " + std::to_string(node.clock_ahead_ms) + " ms ahead of most"
                                  : std::string()) +
             "\n";
  out += levels_text();
  for (const Node& node : nodes_)
    if (node.number == 0)
      out += "\nno answer from " + printable(node.url) + ": " + printable(node.error) + "\n";
  return out;
}

// While nodes of two versions are there: whom the cluster waits for until it writes what the newer one can read.
std::string ClusterStatus::levels_text() const {
  std::uint64_t newest = 0;
  for (const auto& [number, reads] : reads_format_level_) newest = std::max(newest, reads);
  if (newest <= format_level_) return {};
  std::vector<std::uint64_t> waits_for;
  for (const auto& [number, member] : members_) {
    const auto reads = reads_format_level_.find(number);
    const bool is_ready = reads != reads_format_level_.end() && reads->second >= newest;
    if (member.state != "removed" && !is_ready) waits_for.push_back(number);
  }
  return "\nformat level " + std::to_string(format_level_) + ", rises to " +
         std::to_string(newest) + " when every node reads it" +
         (waits_for.empty() ? "" : "; waits for node " + numbers_text(waits_for)) + "\n";
}

// Of replicas that nobody of those asked has told of nothing is known: they are not counted.
std::string ClusterStatus::members_text() const {
  TextTable table({{"node", Align::right},
                   {"state"},
                   {"link"},
                   {"leads", Align::right},
                   {"replicas", Align::right},
                   {"clients"},
                   {"nodes"}});
  for (const auto& [number, member] : members_) {
    std::size_t leads = 0, replicas = 0;
    for (const auto& [id, partition] : partitions_) {
      leads += partition.leader() == number ? 1 : 0;
      replicas += partition.members.contains(number) ? 1 : 0;
    }
    const bool is_gone = member.state == "removed";
    const char* link = is_gone ? "" : seen_.contains(number) ? "up" : "DOWN";
    table.add_row({std::to_string(number), printable(member.state), link, std::to_string(leads),
                   std::to_string(replicas), printable(member.http), printable(member.peer)});
  }
  return table.to_string();
}

std::string ClusterStatus::partitions_text() const {
  std::vector<std::uint64_t> members;  // one column for each node that holds anything
  for (const auto& [id, partition] : partitions_)
    for (const auto& [node, learner] : partition.members)
      if (std::find(members.begin(), members.end(), node) == members.end()) members.push_back(node);
  std::sort(members.begin(), members.end());

  std::vector<TextTable::Column> columns{{"partition", Align::right},
                                         {"leader", Align::right},
                                         {"term", Align::right},
                                         {"commit", Align::right}};
  for (const std::uint64_t node : members) columns.push_back({"node " + std::to_string(node)});
  if (!wanted_.empty()) columns.push_back({"goes to"});
  TextTable table(std::move(columns));
  for (const auto& [id, partition] : partitions_) {
    const std::uint64_t leader = partition.leader();
    std::vector<std::string> cells{
        std::to_string(id), leader == 0 ? "NONE" : std::to_string(leader),
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
    if (const auto wanted = wanted_.find(id); wanted != wanted_.end())
      cells.push_back(numbers_text(wanted->second));
    table.add_row(std::move(cells));
  }
  return table.to_string();
}

std::string ClusterStatus::links_text() const {
  TextTable table({{"from"},
                   {"to"},
                   {"address"},
                   {"link"},
                   {"sent", Align::right},
                   {"received", Align::right},
                   {"dropped", Align::right}});
  for (const Link& link : links_)
    table.add_row({std::to_string(link.from), std::to_string(link.to), link.address,
                   link.is_up ? "up" : "DOWN", std::to_string(link.sent),
                   std::to_string(link.received), std::to_string(link.dropped)});
  return table.to_string();
}

std::string ClusterStatus::json() const {
  const auto node_json = [](const Node& node) {
    if (node.number == 0)
      return object({field("url", node.url), "\"node\":null", field("error", node.error)});
    if (node.clock.empty()) return object({field("url", node.url), field("node", node.number)});
    return object({field("url", node.url), field("node", node.number), field("clock", node.clock),
                   "\"clock_ahead_ms\":" + std::to_string(node.clock_ahead_ms)});
  };
  const auto partition_json = [this](const auto& item) {
    const Partition& partition = item.second;
    const auto replica_json = [&](const auto& member) {
      std::vector<std::string> fields{field("node", member.first),
                                      field_flag("learner", member.second)};
      if (const auto found = partition.replicas.find(member.first);
          found != partition.replicas.end()) {
        const Replica& replica = found->second;
        fields.insert(fields.end(), {field("role", replica.role), field("term", replica.term),
                                     field("commit", replica.commit), field("last", replica.last),
                                     field("lag", partition.commit() - replica.commit),
                                     field_flag("catching_up", replica.is_catching_up)});
      } else {
        fields.emplace_back("\"role\":null");
      }
      return object(fields);
    };
    const std::uint64_t leader = partition.leader();
    return object({field("partition", item.first),
                   leader == 0 ? "\"leader\":null" : field("leader", leader),
                   field("term", partition.term()), field("commit", partition.commit()),
                   field_flag("settled", !wanted_.contains(item.first)),
                   array("replicas", partition.members, replica_json)});
  };
  const auto link_json = [](const Link& link) {
    return object({field("from", link.from), field("to", link.to), field("address", link.address),
                   field_flag("up", link.is_up), field("sent_bytes", link.sent),
                   field("received_bytes", link.received), field("dropped_frames", link.dropped)});
  };
  const auto member_json = [this](const auto& item) {
    const Member& member = item.second;
    const auto reads = reads_format_level_.find(item.first);
    return object(
        {field("node", item.first), field("state", member.state), field("peer", member.peer),
         field("http", member.http), field_flag("up", seen_.contains(item.first)),
         reads == reads_format_level_.end() ? "\"reads_format_level\":null"
                                            : field("reads_format_level", reads->second)});
  };
  return object(
      {field("cluster", cluster_), field("without_leader", std::uint64_t{without_leader()}),
       field("map_version", map_version_), field("meta_leader", meta_leader_),
       field("moves_to_go", moves_to_go_), field("format_level", format_level_),
       array("members", members_, member_json), array("nodes", nodes_, node_json),
       array("partitions", partitions_, partition_json), array("links", links_, link_json)});
}

}  // namespace florin::cli
