// What a payment provider is asked, without a word of how it is said on its wire. Ids are ours unless it says otherwise.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>

#include "domain/money/currency.hpp"

namespace florin::psp {

// By what whoever reads a provider's objects finds our own again; on every object that a call makes.
struct OrderMarks {
  std::string order_id;  // 1-64 of A-Za-z0-9._-
  std::string cluster;   // the name of this cluster, the same alphabet
  bool operator==(const OrderMarks&) const = default;
};

// A page on which somebody pays one order.
struct CreateSession {
  std::string key;
  OrderMarks marks;
  // In the provider's units, as they were when the order was accepted: a later table of currencies changes nothing.
  std::int64_t amount = 0;
  Currency currency;
  std::string
      success_url;  // the provider sends the payer there; what it says there is trusted by nobody
  std::string cancel_url;
  std::int64_t expires_at_s = 0;  // seconds since 1970 (sent_expires_at)
};
struct RetrieveSession {
  std::string session_id;  // the provider's
};
// One page of all sessions made in a time, the newest first: what an order has is picked out by its marks.
struct ListSessions {
  std::int64_t created_from_s = 0;   // inclusive
  std::int64_t created_until_s = 0;  // inclusive
  std::string after;                 // PspAnswer::next of the page before; empty: the first
};
struct ListSessionsOfIntent {
  std::string intent_id;  // the provider's
};
// Payments by marks: quick to find a success, and late: what was made a minute ago may be missing.
struct SearchIntents {
  OrderMarks marks;
};
// No page any more: nobody can begin to pay.
struct ExpireSession {
  std::string key;
  std::string session_id;
};

using PspRequest = std::variant<CreateSession, RetrieveSession, ListSessions, ListSessionsOfIntent,
                                SearchIntents, ExpireSession>;

// As an answer is read: which of the above was asked.
enum class PspOperation : std::uint8_t {
  create_session,
  retrieve_session,
  list_sessions,
  list_sessions_of_intent,
  search_intents,
  expire_session,
};

static_assert(std::is_same_v<std::variant_alternative_t<0, PspRequest>, CreateSession> &&
              std::is_same_v<std::variant_alternative_t<2, PspRequest>, ListSessions> &&
              std::is_same_v<std::variant_alternative_t<5, PspRequest>, ExpireSession>);
constexpr PspOperation operation_of(const PspRequest& request) {
  return static_cast<PspOperation>(request.index());
}
// A GET: changes nothing, and may be asked as often as anybody likes.
constexpr bool is_read(PspOperation operation) {
  switch (operation) {
    case PspOperation::create_session: return false;
    case PspOperation::retrieve_session: return true;
    case PspOperation::list_sessions: return true;
    case PspOperation::list_sessions_of_intent: return true;
    case PspOperation::search_intents: return true;
    case PspOperation::expire_session: return false;
  }
  return false;
}
constexpr bool is_of_many(PspOperation operation) {
  return operation == PspOperation::list_sessions ||
         operation == PspOperation::list_sessions_of_intent ||
         operation == PspOperation::search_intents;
}

}  // namespace florin::psp
