// HandPsp: a payment provider of Checkout Sessions in the hands of a test: it answers the bytes of calls as the adapter `sessions` expects,
// knows a repeat by its key, and a payer pays when the test says so. Nothing of it is random, nothing happens by itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/messages/outside_call.hpp"
#include "psp/http_message.hpp"

namespace florin {

class HandPsp {
 public:
  struct Session {
    std::string id;
    std::string order;
    std::string cluster;
    std::string currency;  // lower case, as it came
    std::int64_t amount = 0;
    std::int64_t received = 0;
    std::string status = "open";
    bool is_paid = false;
    std::string success_url;
  };

  // What it says to this call; what it does by it is done. A path that it does not know: 404.
  psp::HttpAnswer serve(const OutsideCall& call);
  // As the outside port brings it.
  CallAnswer answer(const OutsideCall& call);
  // Nothing is known of what became of it.
  static CallAnswer lost(const OutsideCall& call);
  static CallAnswer not_sent(const OutsideCall& call);

  // The payer pays on every open page of this order. `received`: captured, if it is not the amount.
  void pay(const std::string& order, std::int64_t received = 0);
  void expire(const std::string& order);

  [[nodiscard]] std::vector<Session> sessions_of(const std::string& order) const;
  [[nodiscard]] std::size_t calls() const { return calls_; }

 private:
  using Fields = std::map<std::string, std::string>;
  psp::HttpAnswer create(const std::string& key, const Fields& fields);
  psp::HttpAnswer one(const std::string& id, bool expires);
  psp::HttpAnswer list() const;

  std::map<std::string, std::string> by_key_;  // session by Idempotency-Key
  std::map<std::string, Session> sessions_;
  std::size_t calls_ = 0;
};

}  // namespace florin
