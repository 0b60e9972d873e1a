// State: everything the sandbox knows, a plain value. Changed by Step and the calls only; the same inputs in the same
// order give the same state, which is how the journal brings it back.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/florin_psp/core/faults.hpp"
#include "apps/florin_psp/model/objects.hpp"
#include "apps/florin_psp/wire/call.hpp"

namespace florin::sandbox {

// Objects by id, and in the order in which they were made (lists show the newest first).
template <class Object>
class Table {
 public:
  Object& add(Object object) {
    ids_.push_back(object.id);
    const std::string id = object.id;
    return objects_.insert_or_assign(id, std::move(object)).first->second;
  }
  Object* find(std::string_view id) {
    const auto found = objects_.find(id);
    return found == objects_.end() ? nullptr : &found->second;
  }
  const Object* find(std::string_view id) const {
    const auto found = objects_.find(id);
    return found == objects_.end() ? nullptr : &found->second;
  }
  void erase(std::string_view id) {
    std::erase(ids_, id);
    if (const auto found = objects_.find(id); found != objects_.end()) objects_.erase(found);
  }
  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }
  [[nodiscard]] const std::map<std::string, Object, std::less<>>& all() const noexcept {
    return objects_;
  }

 private:
  std::map<std::string, Object, std::less<>> objects_;
  std::vector<std::string> ids_;
};

// One event on its way to one endpoint. Times are milliseconds since 1970 of the real clock.
struct Delivery {
  std::string event;
  std::string endpoint;
  std::int64_t due_ms = 0;
  int attempts = 0;
};

// What an idempotency key holds once execution has begun.
struct StoredAnswer {
  std::string fingerprint;  // of method, path and parameters
  std::string request_id;   // of the first call
  std::int64_t created = 0;
  Answer answer;
};

struct State {
  std::uint64_t id_seed = 0;
  std::uint64_t ids = 0;            // given so far
  std::int64_t clock_offset_s = 0;  // the sandbox's clock is ahead of the real one (POST /_clock)

  Table<CheckoutSession> sessions;
  Table<PaymentIntent> intents;
  Table<Charge> charges;
  Table<Refund> refunds;
  Table<Event> events;
  Table<WebhookEndpoint> endpoints;

  std::map<std::string, StoredAnswer> keys;
  std::set<std::pair<std::int64_t, std::string>>
      timers;  // seconds of the sandbox's clock, object id
  std::map<std::uint64_t, Delivery> deliveries;
  std::uint64_t deliveries_made = 0;
  FaultPlan faults;
};

struct Settings {
  std::int64_t processing_s = 120;  // how long a processing card and a pending refund take
  std::string public_url;           // empty: as the caller wrote it in Host
};

}  // namespace florin::sandbox
