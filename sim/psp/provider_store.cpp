// Sessions and intents change here and nowhere else.
#include "sim/psp/provider_store.hpp"

#include <algorithm>
#include <utility>

namespace florin::sim {

std::string ProviderStore::next_id(const char* prefix) {
  return std::string(prefix) + "_sim_" + std::to_string(++ids_);
}

std::string ProviderStore::create(ProviderSession session) {
  session.id = next_id("cs");
  order_made_.push_back(session.id);
  const std::string id = session.id;
  sessions_.emplace(id, std::move(session));
  return id;
}

// One that a payer has begun to pay before its time is up is not over by its time: the bank is still asked.
ProviderSession* ProviderStore::at(const std::string& id, std::int64_t now_s) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return nullptr;
  ProviderSession& session = found->second;
  if (session.status == ProviderSessionStatus::open && now_s >= session.expires_s) {
    session.status = ProviderSessionStatus::expired;
    if (session.intent) session.intent->status = ProviderIntentStatus::canceled;
  }
  return &session;
}

const ProviderSession* ProviderStore::find(const std::string& id, std::int64_t now_s) {
  return at(id, now_s);
}

std::vector<const ProviderSession*> ProviderStore::made_between(std::int64_t from_s,
                                                                std::int64_t until_s,
                                                                std::int64_t now_s) {
  std::vector<const ProviderSession*> found;
  for (auto id = order_made_.rbegin(); id != order_made_.rend(); ++id) {
    const ProviderSession* session = at(*id, now_s);
    if (session->created_s >= from_s && session->created_s <= until_s) found.push_back(session);
  }
  return found;
}

bool ProviderStore::expire(const std::string& id, std::int64_t now_s) {
  ProviderSession* session = at(id, now_s);
  if (session == nullptr || session->status != ProviderSessionStatus::open) return false;
  session->status = ProviderSessionStatus::expired;
  if (session->intent) session->intent->status = ProviderIntentStatus::canceled;
  return true;
}

ProviderSession* ProviderStore::payable(const std::string& id, std::int64_t now_s) {
  ProviderSession* session = at(id, now_s);
  if (session == nullptr || session->status != ProviderSessionStatus::open) return nullptr;
  if (!session->intent) {
    session->intent.emplace();
    session->intent->id = next_id("pi");
  }
  return session;
}

bool ProviderStore::decline(const std::string& id, const std::string& code, std::int64_t now_s) {
  ProviderSession* session = payable(id, now_s);
  if (session == nullptr) return false;
  ProviderIntent& intent = *session->intent;
  intent.status = ProviderIntentStatus::requires_payment_method;
  intent.charge = next_id("ch");
  intent.decline_code = code;
  ++intent.attempts;
  return true;
}

bool ProviderStore::ask_action(const std::string& id, std::int64_t now_s) {
  ProviderSession* session = payable(id, now_s);
  if (session == nullptr) return false;
  session->intent->status = ProviderIntentStatus::requires_action;
  session->intent->decline_code.clear();
  return true;
}

// The page is over from then on: nobody can pay a second time while the bank thinks.
bool ProviderStore::begin_processing(const std::string& id, std::int64_t now_s) {
  ProviderSession* session = payable(id, now_s);
  if (session == nullptr) return false;
  session->status = ProviderSessionStatus::complete;
  session->intent->status = ProviderIntentStatus::processing;
  session->intent->charge = next_id("ch");
  session->intent->decline_code.clear();
  ++session->intent->attempts;
  return true;
}

bool ProviderStore::fail_processing(const std::string& id, std::int64_t now_s) {
  ProviderSession* session = at(id, now_s);
  if (session == nullptr || !session->intent ||
      session->intent->status != ProviderIntentStatus::processing)
    return false;
  session->intent->status = ProviderIntentStatus::requires_payment_method;
  session->intent->decline_code = "insufficient_funds";
  return true;
}

bool ProviderStore::succeed(const std::string& id, std::int64_t now_s) {
  ProviderSession* session = at(id, now_s);
  const bool is_processing = session != nullptr && session->intent &&
                             session->intent->status == ProviderIntentStatus::processing;
  if (!is_processing) {
    session = payable(id, now_s);
    if (session == nullptr) return false;
    session->intent->charge = next_id("ch");
    ++session->intent->attempts;
  }
  ProviderIntent& intent = *session->intent;
  session->status = ProviderSessionStatus::complete;
  intent.status = ProviderIntentStatus::succeeded;
  intent.decline_code.clear();
  intent.received = session->amount;
  captures_.push_back(
      {session->order, session->id, intent.id, intent.charge, session->currency, session->amount});
  return true;
}

}  // namespace florin::sim
