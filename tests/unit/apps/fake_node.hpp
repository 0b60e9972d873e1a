// A tiny HTTP/1.1 server on a free port of 127.0.0.1, one thread, for tests of the tools: it accepts, reads whole
// requests (Content-Length), answers what the given function says, in order. And a wallet on top of it that keeps
// balances and statements in memory, so that a load run can be tested end to end - and lied to.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <simdjson.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "apps/client/decimal.hpp"
#include "apps/client/url.hpp"

namespace florin::test {

struct FakeAnswer {
  int status = 200;
  std::string body;
  std::string headers;  // complete lines
  bool drop = false;    // close the connection instead of answering
};

class FakeNode {
 public:
  using Handler = std::function<FakeAnswer(const std::string& method, const std::string& target,
                                           const std::string& body)>;

  explicit FakeNode(Handler handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 128);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeNode() {
    stopping_ = true;
    thread_.join();
    for (const auto& [socket, in] : connections_) ::close(socket);
    ::close(listener_);
  }
  [[nodiscard]] client::ServerAddress address() const {
    return {"127.0.0.1", std::to_string(port_), "127.0.0.1:" + std::to_string(port_)};
  }

 private:
  void serve() {
    while (!stopping_) {
      std::vector<pollfd> fds{{listener_, POLLIN, 0}};
      for (const auto& [socket, in] : connections_) fds.push_back({socket, POLLIN, 0});
      if (::poll(fds.data(), fds.size(), 20) <= 0) continue;
      if (fds[0].revents != 0) connections_[::accept(listener_, nullptr, nullptr)];
      for (std::size_t i = 1; i < fds.size(); ++i)
        if (fds[i].revents != 0 && !read_from(fds[i].fd)) {
          ::close(fds[i].fd);
          connections_.erase(fds[i].fd);
        }
    }
  }
  bool read_from(int socket) {
    std::vector<char> buffer(64 * 1024);
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    std::string& in = connections_[socket].append(buffer.data(), static_cast<std::size_t>(got));
    std::string out;
    while (answer_one(in, out))
      if (out == "drop") return false;
    for (std::size_t sent = 0; sent < out.size();) {
      const ssize_t n = ::send(socket, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return false;
      sent += static_cast<std::size_t>(n);
    }
    return true;
  }
  bool answer_one(std::string& in, std::string& out) {
    const std::size_t head = in.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    std::size_t length = 0;
    if (const std::size_t at = in.find("Content-Length: "); at < head)
      length = std::stoul(in.substr(at + 16));
    if (in.size() < head + 4 + length) return false;
    const std::size_t space = in.find(' ');
    const FakeAnswer answer =
        handler_(in.substr(0, space), in.substr(space + 1, in.find(' ', space + 1) - space - 1),
                 in.substr(head + 4, length));
    in.erase(0, head + 4 + length);
    out += "HTTP/1.1 " + std::to_string(answer.status) + " x\r\n" + answer.headers +
           "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
    if (answer.drop) out = "drop";
    return true;
  }

  Handler handler_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::map<int, std::string> connections_;
  std::thread thread_;
};

// Balances in cents, 4 partitions, no limits. The switches make it misbehave.
class FakeWallet {
 public:
  bool loses_a_credit = false;      // acknowledges one transfer without crediting the payee
  bool doubles_a_transfer = false;  // executes one transfer twice
  int overloaded_every = 0;         // every n-th transfer request answers 503 first
  int drops_every = 0;              // every n-th transfer request is executed, and the answer lost

  FakeAnswer operator()(const std::string& method, const std::string& target,
                        const std::string& body) {
    if (method == "POST" && target == "/v1/accounts") return open(body);
    if (target == "/v1/wallet/balance_transfer" || target == "/v1/wallet/transactions")
      return single(body);
    if (target == "/v1/wallet/balance_transfers") return batch(body);
    if (target == "/v1/ledger/trial_balance") return {200, trial_balance(), "", false};
    if (target.starts_with("/v1/accounts/")) return read_account(target.substr(13));
    return {404, R"({"code":"not_found"})", "", false};
  }

 private:
  struct Entry {
    std::string id, counterparty;
    bool debit;
    std::int64_t amount, posted_after;
  };
  struct Account {
    std::int64_t posted = 0;
    std::vector<Entry> entries;
  };
  using Element = simdjson::dom::element;

  static std::string field(const Element& object, std::string_view key) {
    std::string_view text;
    return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
  }
  static std::string money(std::int64_t cents) { return client::decimal_text(cents, 2); }
  std::string shown(const std::string& id) {
    const std::string posted = money(accounts_[id].posted);
    return R"({"account_id":")" + id + R"(","posted":")" + posted +
           R"(","held":"0.00","available":")" + posted + R"("})";
  }
  FakeAnswer open(const std::string& body) {
    const std::string id = field(parser_.parse(body), "account_id");
    const bool known = accounts_.contains(id);
    return {known ? 200 : 201, shown(id), "", false};
  }
  void post(const std::string& account, bool debit, const std::string& other, const std::string& id,
            std::int64_t amount) {
    Account& a = accounts_[account];
    a.posted += debit ? -amount : amount;
    a.entries.push_back({id, other, debit, amount, a.posted});
  }
  void execute_one(const Element& posting, const std::string& id) {
    const std::string from = field(posting, "from_account");
    const std::string to = field(posting, "to_account");
    const std::int64_t amount = client::read_decimal(field(posting, "amount"), 2).value();
    const bool deposit = from.starts_with('@');
    for (int times = doubles_a_transfer && !deposit ? 2 : 1; times > 0; --times) {
      post(from, true, to, id, amount);
      if (deposit || !loses_a_credit) post(to, false, from, id, amount);
      if (!deposit) loses_a_credit = false;
    }
    if (!deposit) doubles_a_transfer = false;
  }
  // Status of one transfer, or one transaction, as JSON.
  std::string execute(const Element& transfer) {
    const std::string id = field(transfer, "transaction_id");
    if (!done_.contains(id)) {
      done_[id] = true;
      simdjson::dom::array postings;
      if (transfer["postings"].get(postings) == simdjson::SUCCESS)
        for (const Element posting : postings) execute_one(posting, id);
      else
        execute_one(transfer, id);
    }
    return R"({"Status":"success","Transaction_id":")" + id + R"(","Position":"p0:1:0"})";
  }
  FakeAnswer single(const std::string& body) {
    ++requests_;
    if (overloaded_every != 0 && requests_ % overloaded_every == 0)
      return {503, R"({"code":"overloaded"})", "Retry-After: 0\r\n", false};
    FakeAnswer answer{200, execute(parser_.parse(body)), "", false};
    answer.drop = drops_every != 0 && requests_ % drops_every == 0;
    return answer;
  }
  FakeAnswer batch(const std::string& body) {
    simdjson::dom::array transfers;
    if (parser_.parse(body)["transfers"].get(transfers) != simdjson::SUCCESS)
      return {400, "{}", "", false};
    std::string results;
    for (const Element transfer : transfers) {
      ++requests_;
      const bool overloaded = overloaded_every != 0 && requests_ % overloaded_every == 0;
      results += results.empty() ? "" : ",";
      results += overloaded ? R"({"Status":"failed","code":"overloaded"})" : execute(transfer);
    }
    return {200, R"({"results":[)" + results + "]}", "", false};
  }
  std::string trial_balance() {
    std::int64_t total = 0;
    for (const auto& [id, account] : accounts_) total += account.posted;
    std::string out = R"({"partitions":[)";
    for (int p = 0; p < 4; ++p)
      out += std::string(p == 0 ? "" : ",") + R"({"partition":)" + std::to_string(p) +
             R"(,"position":"p0:1:0","currencies":[{"currency":"USD","total":")" +
             money(p == 0 ? total : 0) + "\"}]}";
    return out + R"(],"in_flight":{"USD":"0.00"}})";
  }
  FakeAnswer read_account(const std::string& target) {
    const std::size_t slash = target.find('/');
    const std::string id = target.substr(0, slash);
    if (!accounts_.contains(id)) return {404, R"({"code":"account_not_found"})", "", false};
    if (slash == std::string::npos) return {200, shown(id), "", false};
    const auto& entries = accounts_[id].entries;
    std::size_t end = entries.size();
    if (const std::size_t at = target.find("cursor="); at != std::string::npos)
      end = std::stoul(target.substr(at + 7));
    const std::size_t begin = end > 100 ? end - 100 : 0;
    std::string data;
    for (std::size_t i = end; i-- > begin;) {
      const Entry& e = entries[i];
      data += std::string(data.empty() ? "" : ",") + R"({"transaction_id":")" + e.id +
              R"(","direction":")" + (e.debit ? "debit" : "credit") + R"(","amount":")" +
              money(e.amount) + R"(","counterparty":")" + e.counterparty + R"(","posted_after":")" +
              money(e.posted_after) + "\"}";
    }
    const std::string cursor = begin == 0 ? "null" : "\"" + std::to_string(begin) + "\"";
    return {200, R"({"data":[)" + data + R"(],"next_cursor":)" + cursor + "}", "", false};
  }

  simdjson::dom::parser parser_;
  std::map<std::string, Account> accounts_;
  std::map<std::string, bool> done_;
  int requests_ = 0;
};

}  // namespace florin::test
