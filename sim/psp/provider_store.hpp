// ProviderStore: what the simulated payment provider has: sessions, the intent of each, and what was captured. Its own idea of
// a payment; it shares no code with domain/ or psp/, so what it counts may be held against what the system believes.
//
// Provider model: a session is open until it is paid, expired by its time, or closed; it has one intent from the first try of a
// payer on; only an open one can be closed, and no intent is ever closed by itself. Nothing is forgotten but keys.
// Crash anywhere: it is another company's, and loses nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace florin::sim {

enum class ProviderSessionStatus : std::uint8_t { open, complete, expired };
enum class ProviderIntentStatus : std::uint8_t {
  requires_payment_method,
  requires_action,
  processing,
  succeeded,
  canceled,
};

struct ProviderIntent {
  std::string id;
  ProviderIntentStatus status = ProviderIntentStatus::requires_payment_method;
  std::int64_t received = 0;   // captured, in the provider's units
  std::uint32_t attempts = 0;  // charges, declined or not
  std::string charge;          // the newest one
  std::string decline_code;    // of the newest one, if it was declined
};

struct ProviderSession {
  std::string id;
  std::string order;     // metadata[payment_order_id]
  std::string cluster;   // metadata[florin_cluster]
  std::string currency;  // "usd"
  std::int64_t amount = 0;
  std::int64_t created_s = 0;
  std::int64_t expires_s = 0;
  ProviderSessionStatus status = ProviderSessionStatus::open;
  std::optional<ProviderIntent> intent;
};

// Money that a payer has paid.
struct ProviderCapture {
  std::string order;
  std::string session;
  std::string intent;
  std::string charge;
  std::string currency;  // "usd"
  std::int64_t amount = 0;
  bool operator==(const ProviderCapture&) const = default;
};

class ProviderStore {
 public:
  // Returns its id.
  std::string create(ProviderSession session);
  // Null: no such one. By its time it may be over, so whoever looks says what time it is.
  const ProviderSession* find(const std::string& id, std::int64_t now_s);
  // Newest first, made in [from, until].
  std::vector<const ProviderSession*> made_between(std::int64_t from_s, std::int64_t until_s,
                                                   std::int64_t now_s);
  // False: it is not open any more.
  bool expire(const std::string& id, std::int64_t now_s);

  // --- what a payer does on the page; false: it is too late, or not possible now -----------------------------
  bool decline(const std::string& id, const std::string& code, std::int64_t now_s);
  bool ask_action(const std::string& id, std::int64_t now_s);
  bool begin_processing(const std::string& id, std::int64_t now_s);
  bool fail_processing(const std::string& id, std::int64_t now_s);
  // Paid, at once or behind a wait: captures.
  bool succeed(const std::string& id, std::int64_t now_s);

  [[nodiscard]] const std::map<std::string, ProviderSession>& sessions() const { return sessions_; }
  [[nodiscard]] const std::vector<ProviderCapture>& captures() const { return captures_; }

 private:
  ProviderSession* at(const std::string& id, std::int64_t now_s);
  // Of one on which somebody may pay now, with its intent; null: nobody may.
  ProviderSession* payable(const std::string& id, std::int64_t now_s);
  std::string next_id(const char* prefix);

  std::map<std::string, ProviderSession> sessions_;
  std::vector<std::string> order_made_;  // ids, oldest first
  std::vector<ProviderCapture> captures_;
  std::uint64_t ids_ = 0;
};

}  // namespace florin::sim
