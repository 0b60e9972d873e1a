// Router: from an address to whoever hosts the actor. On one node every partition's inbox is here; in a
// cluster some are behind a link (actors/asks/cluster_router.hpp). Thread-safe once set up.
#pragma once

#include <cstddef>
#include <vector>

#include "actors/hosting/inbox.hpp"
#include "actors/messages/address.hpp"
#include "actors/messages/messages.hpp"
#include "cluster/partition_map.hpp"

namespace florin {

class Router {
 public:
  // Of clients' messages for one partition. What was not taken stays behind in the vector.
  struct Taken {
    std::size_t count = 0;
    NotAccepted::Why why = NotAccepted::Why::overloaded;  // of those that were not
  };

  explicit Router(PartitionMap map) : map_(map) {}
  virtual ~Router() = default;
  [[nodiscard]] const PartitionMap& map() const { return map_; }

  // Clients' messages: taken from the front as far as there is room. Reads that any replica may answer
  // (FollowerRead) come without others among them.
  virtual Taken ask(PartitionId to, std::vector<Message>& messages) = 0;
  // One-way, at least once from the sender's point of view: it sends again what stays unanswered.
  virtual void tell(PartitionId to, std::vector<Message> messages) = 0;
  // Another number than before: what was asked under the old one may never be answered.
  [[nodiscard]] virtual std::uint64_t era(PartitionId of) const {
    static_cast<void>(of);
    return 0;
  }

  // One-way, to the actor that the message is for, wherever it lives. Asking is Gateway::ask.
  void tell(Message message) {
    const PartitionId to = address_of(message, map_).partition;
    std::vector<Message> one;
    one.push_back(std::move(message));
    tell(to, std::move(one));
  }

 private:
  PartitionMap map_;
};

// Everything is here.
class LocalRouter final : public Router {
 public:
  explicit LocalRouter(PartitionMap map) : Router(map), inboxes_(map.partitions()) {}

  void attach(PartitionId partition, Inbox& inbox) { inboxes_.at(partition) = &inbox; }

  using Router::tell;
  Taken ask(PartitionId to, std::vector<Message>& messages) override {
    Inbox& inbox = *inboxes_.at(to);
    const bool reads = !messages.empty() && follower_read_index(messages.front());
    return {reads ? inbox.push_reads(messages) : inbox.push_from_clients(messages),
            NotAccepted::Why::overloaded};
  }
  void tell(PartitionId to, std::vector<Message> messages) override {
    inboxes_.at(to)->push_from_partition(std::move(messages));
  }

 private:
  std::vector<Inbox*> inboxes_;
};

}  // namespace florin
