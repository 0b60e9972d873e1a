// ApiKit: the whole API on a MemoryNode, called without sockets. An answer is waited for, because log reads
// come from another thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/api_handler.hpp"
#include "tests/support/memory_node.hpp"

namespace florin {

struct Answer {
  int status = 0;
  std::string content_type;
  std::map<std::string, std::string> headers;
  std::string body;

  // The value at a JSON pointer: strings as text, everything else as JSON; "-" when there is none.
  [[nodiscard]] std::string at(std::string_view pointer) const;
  // "404 account_not_found", or "200".
  [[nodiscard]] std::string summary() const;
  [[nodiscard]] std::string header(const std::string& name) const;
  // All parts of `errors`, at a JSON pointer: "invalid_request/amount same_account/to_account"; "" without any.
  [[nodiscard]] std::string errors(const std::string& of = "") const;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;
inline const HeaderList json_type{{"Content-Type", "application/json"}};

// An answer that may still be under way.
class PendingAnswer {
 public:
  [[nodiscard]] bool has_come() const;
  Answer wait();  // fails the test after some seconds

 private:
  friend class ApiKit;
  struct State;
  std::shared_ptr<State> state_;
};

class ApiKit {
 public:
  // `leader_address` as in NodeServices: of a cluster.
  explicit ApiKit(std::uint32_t partitions = 4,
                  std::function<std::string(PartitionId)> leader_address = {})
      : node(partitions), api(services(std::move(leader_address)), options({})) {}
  // A node for itself that takes payments: what its edge knows of them, and its partitions.
  ApiKit(PaymentSettings payments, PartitionOptions partitions)
      : node(4, std::move(partitions)), api(services({}), options(std::move(payments))) {}

  PendingAnswer start(std::string_view method, std::string target, std::string body,
                      HeaderList headers);
  Answer get(std::string target) { return start("GET", std::move(target), {}, {}).wait(); }
  Answer post(std::string target, std::string body, HeaderList headers = json_type) {
    return start("POST", std::move(target), std::move(body), std::move(headers)).wait();
  }
  Answer patch(std::string target, std::string body, HeaderList headers = json_type) {
    return start("PATCH", std::move(target), std::move(body), std::move(headers)).wait();
  }
  PendingAnswer start_post(std::string target, std::string body, HeaderList headers = json_type) {
    return start("POST", std::move(target), std::move(body), std::move(headers));
  }

  // --- shorthands; each expects success ---------------------------------------------------------------
  void open(const AccountId& id, std::string_view currency = "USD", std::string_view more = "");
  void deposit(const AccountId& to, std::string_view amount, std::string_view currency = "USD");
  std::string available(const AccountId& id);

  static std::string transfer_body(const AccountId& from, const AccountId& to,
                                   std::string_view amount, std::string_view id,
                                   std::string_view currency = "USD", std::string_view more = "");
  Answer transfer(const AccountId& from, const AccountId& to, std::string_view amount,
                  std::string_view id, std::string_view currency = "USD",
                  std::string_view more = "") {
    return post("/v1/wallet/balance_transfer", transfer_body(from, to, amount, id, currency, more));
  }
  static std::string uuid(unsigned number);  // 00000000-0000-4000-8000-<number>
  static AccountId id(std::string_view text) { return AccountId::from_trusted(text); }

  // Of this node, for a second edge of it.
  ApiOptions options(PaymentSettings payments) {
    return {.version = "0.1.0",
            .git_commit = "0123456789ab",
            .build_type = "Debug",
            .payments = std::move(payments),
            .now = [this] { return node.time(); }};
  }

  MemoryNode node;
  ApiHandler api;

 private:
  NodeServices services(std::function<std::string(PartitionId)> leader_address) {
    NodeServices of_node = node.services();
    of_node.leader_address = std::move(leader_address);
    return of_node;
  }
  unsigned next_deposit_ = 900'000;
};

}  // namespace florin
