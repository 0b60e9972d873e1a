// See cluster_compare.hpp.
#include "apps/florin/cluster_compare.hpp"

#include <simdjson.h>

#include <algorithm>
#include <set>

#include "apps/client/json_text.hpp"
#include "apps/client/text_table.hpp"

namespace florin::cli {

using client::Align;
using client::append_json_string;
using client::printable;
using client::TextTable;

namespace {

constexpr std::size_t digits_shown = 16;  // of 64: enough to see that two differ

std::uint64_t whole(const simdjson::dom::element& object, std::string_view key) {
  std::uint64_t value = 0;
  return object[key].get(value) == simdjson::SUCCESS ? value : 0;
}

}  // namespace

// --- reading ---------------------------------------------------------------------------------------------

class ClusterCompare::Reader {
 public:
  Status<Error> take(const NodeAnswer& answer) {
    if (answer.body.empty()) return result_.silent_.push_back(answer), Unit{};
    simdjson::dom::element body;
    simdjson::dom::array partitions;
    std::string_view cluster;
    if (parser_.parse(answer.body).get(body) != simdjson::SUCCESS ||
        body["partitions"].get(partitions) != simdjson::SUCCESS ||
        body["cluster"].get(cluster) != simdjson::SUCCESS)
      return Err{Error{Errc::invalid, answer.url + " is not a node of a cluster: " +
                                          printable(std::string_view(answer.body).substr(0, 200))}};
    if (!result_.cluster_.empty() && result_.cluster_ != cluster)
      return Err{Error{Errc::invalid, answer.url + " belongs to cluster '" + printable(cluster) +
                                          "', the nodes before it to '" +
                                          printable(result_.cluster_) + "'"}};
    result_.cluster_ = cluster;
    for (const simdjson::dom::element partition : partitions)
      take_partition(whole(body, "node"), partition);
    return Unit{};
  }
  ClusterCompare result() { return std::move(result_); }

 private:
  void take_partition(std::uint64_t node, const simdjson::dom::element& partition) {
    Replica replica;
    replica.commit = whole(partition, "commit");
    if (partition["serves"].get(replica.serves) != simdjson::SUCCESS) replica.serves = true;
    simdjson::dom::array list;
    if (partition["differs_from"].get(list) == simdjson::SUCCESS)
      for (const simdjson::dom::element other : list) {
        std::uint64_t number = 0;
        if (other.get(number) == simdjson::SUCCESS) replica.differs_from.push_back(number);
      }
    if (partition["heads"].get(list) == simdjson::SUCCESS)
      for (const simdjson::dom::element head : list) {
        std::string_view hash;
        if (head["hash"].get(hash) == simdjson::SUCCESS)
          replica.heads[whole(head, "index")] = printable(hash);
      }
    result_.partitions_[whole(partition, "partition")].replicas[node] = std::move(replica);
  }

  simdjson::dom::parser parser_;
  ClusterCompare result_;
};

Result<ClusterCompare, Error> ClusterCompare::read(const std::vector<NodeAnswer>& answers) {
  Reader reader;
  for (const NodeAnswer& answer : answers) FLORIN_TRY_VOID(reader.take(answer));
  return reader.result();
}

// --- judging ----------------------------------------------------------------------------------------------

std::uint64_t ClusterCompare::Partition::common() const {
  const Replica& any = replicas.begin()->second;
  for (auto head = any.heads.rbegin(); head != any.heads.rend(); ++head)
    if (std::ranges::all_of(
            replicas, [&](const auto& other) { return other.second.heads.contains(head->first); }))
      return head->first;
  return 0;
}

bool ClusterCompare::Partition::differs() const {
  std::set<std::string> hashes;
  const std::uint64_t index = common();
  for (const auto& [node, replica] : replicas) {
    if (!replica.serves || !replica.differs_from.empty()) return true;
    if (index != 0) hashes.insert(replica.heads.at(index));
  }
  return hashes.size() > 1;
}

std::size_t ClusterCompare::that_differ() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      partitions_, [](const auto& partition) { return partition.second.differs(); }));
}

std::size_t ClusterCompare::not_comparable() const {
  return static_cast<std::size_t>(std::ranges::count_if(partitions_, [](const auto& item) {
    const Partition& partition = item.second;
    const bool is_empty = std::ranges::all_of(
        partition.replicas, [](const auto& replica) { return replica.second.commit == 0; });
    return partition.replicas.size() > 1 && !is_empty && partition.common() == 0;
  }));
}

// --- showing ----------------------------------------------------------------------------------------------

std::string ClusterCompare::text() const {
  TextTable table({{"partition", Align::right},
                   {"entry", Align::right},
                   {"node", Align::right},
                   {"commit", Align::right},
                   {"hash"},
                   {""}});
  for (const auto& [id, partition] : partitions_) {
    const std::uint64_t index = partition.common();
    for (const auto& [node, replica] : partition.replicas) {
      std::string what = index == 0 ? "no entry in common" : "";
      if (!replica.differs_from.empty()) {
        what = "DIFFERS from node";
        for (const std::uint64_t other : replica.differs_from) what += " " + std::to_string(other);
      } else if (partition.differs()) {
        what = "DIFFERS";
      }
      if (!replica.serves) what += ", serves nothing";
      table.add_row({std::to_string(id), index == 0 ? "" : std::to_string(index),
                     std::to_string(node), std::to_string(replica.commit),
                     index == 0 ? "" : replica.heads.at(index).substr(0, digits_shown), what});
    }
  }
  std::string out = "cluster " + (cluster_.empty() ? "?" : printable(cluster_)) + ", " +
                    std::to_string(partitions_.size()) + " partitions, " +
                    std::to_string(that_differ()) + " differ, " + std::to_string(not_comparable()) +
                    " cannot be compared now\n\n" + table.to_string();
  for (const NodeAnswer& node : silent_)
    out += "\nno answer from " + printable(node.url) + ": " + printable(node.error) + "\n";
  return out;
}

std::string ClusterCompare::json() const {
  std::string out = "{\"cluster\":";
  append_json_string(out, cluster_);
  out += ",\"differ\":" + std::to_string(that_differ()) +
         ",\"not_comparable\":" + std::to_string(not_comparable()) + ",\"partitions\":[";
  const char* comma = "";
  for (const auto& [id, partition] : partitions_) {
    const std::uint64_t index = partition.common();
    out.append(comma) +=
        "{\"partition\":" + std::to_string(id) + ",\"index\":" + std::to_string(index) +
        ",\"differs\":" + (partition.differs() ? "true" : "false") + ",\"replicas\":[";
    const char* inner = "";
    for (const auto& [node, replica] : partition.replicas) {
      out.append(inner) += "{\"node\":" + std::to_string(node) +
                           ",\"commit\":" + std::to_string(replica.commit) +
                           ",\"serves\":" + (replica.serves ? "true" : "false") + ",\"hash\":";
      append_json_string(out, index == 0 ? std::string() : replica.heads.at(index));
      out += "}";
      inner = ",";
    }
    out += "]}";
    comma = ",";
  }
  return out + "]}";
}

}  // namespace florin::cli
