// SimShop: the shops of the cluster, and the door at which its provider's webhooks come in.
//
// Fault model: as of SimClients: requests and answers are lost or late, patience ends, a shop asks again with the same ids. After
// healing every request is repeated until it has a definite answer. A webhook is brought once: the provider gives up.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/messages/messages.hpp"
#include "sim/checker.hpp"
#include "sim/plan/workload.hpp"
#include "sim/ports/event_queue.hpp"
#include "sim/trace.hpp"

namespace florin::sim {

// Requests of shops are numbered from here on: clients' numbers never reach it.
inline constexpr RequestId shop_requests_begin = RequestId{1} << 40U;

class SimShop {
 public:
  using Send = std::function<void(PartitionId to, Message message, RequestId request)>;

  SimShop(const SimOptions& options, const Workload& workload, EventQueue& events, Trace& trace,
          Send send);

  void begin();
  void heal();
  void receive(const ShopAnswer& answer, RequestId request);
  // What the provider has sent, as it came; of another kind than of a payment of ours it is nobody's.
  void webhook(const std::string& body);

  [[nodiscard]] std::size_t unanswered() const { return unanswered_; }
  [[nodiscard]] const std::vector<ShopOperation>& operations() const { return operations_; }

 private:
  struct Attempt {
    std::uint32_t operation = 0;
    std::uint32_t attempt = 0;
  };
  void attempt(std::uint32_t number);
  void give_up(std::uint32_t number, std::uint32_t attempt);
  [[nodiscard]] Message message_of(const ShopAction& action, RequestId request) const;

  const SimOptions& options_;
  const Workload& workload_;
  EventQueue& events_;
  Trace& trace_;
  Send send_;
  PartitionMap map_;
  std::vector<ShopOperation> operations_;
  std::vector<std::optional<Attempt>> attempts_;  // by request; none: a webhook's
  std::size_t unanswered_ = 0;
  bool healed_ = false;
};

// What a reply says to a shop.
ShopAnswer shop_answer_of(const Reply& reply);

}  // namespace florin::sim
