// Router: from an address to the inbox of the partition manager that hosts the actor. On one node every
// partition is here. Thread-safe after all partitions are attached.
#pragma once

#include <vector>

#include "actors/address.hpp"
#include "actors/messages.hpp"
#include "cluster/partition_map.hpp"
#include "actors/partition/inbox.hpp"

namespace florin {

class Router {
 public:
  explicit Router(PartitionMap map) : map_(map), inboxes_(map.partitions()) {}

  void attach(PartitionId partition, Inbox& inbox) { inboxes_.at(partition) = &inbox; }
  [[nodiscard]] const PartitionMap& map() const { return map_; }
  [[nodiscard]] Inbox& inbox(PartitionId partition) { return *inboxes_.at(partition); }

  // One-way, to the actor that the message is for, wherever it lives. Asking is Gateway::ask.
  void tell(Message message) {
    const PartitionId to = address_of(message, map_).partition;
    std::vector<Message> one;
    one.push_back(std::move(message));
    tell(to, std::move(one));
  }
  // One-way, at least once from the sender's point of view: it sends again what stays unanswered.
  void tell(PartitionId to, std::vector<Message> messages) {
    inboxes_.at(to)->push_from_partition(std::move(messages));
  }

 private:
  PartitionMap map_;
  std::vector<Inbox*> inboxes_;
};

}  // namespace florin
