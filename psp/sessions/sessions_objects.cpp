// Sessions, intents, charges: field by field.
#include "psp/sessions/sessions_objects.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "psp/sessions/sessions_words.hpp"

namespace florin::psp::sessions {
namespace {

enum class SessionStatus : std::uint8_t { open, complete, expired };
enum class IntentStatus : std::uint8_t {
  none,
  requires_payment_method,
  requires_confirmation,
  requires_action,
  processing,
  requires_capture,
  succeeded,
  canceled,
};

template <class Status, std::size_t N>
using Names = std::array<std::pair<std::string_view, Status>, N>;

constexpr Names<SessionStatus, 3> session_statuses{{{"open", SessionStatus::open},
                                                    {"complete", SessionStatus::complete},
                                                    {"expired", SessionStatus::expired}}};
constexpr Names<IntentStatus, 7> intent_statuses{
    {{"requires_payment_method", IntentStatus::requires_payment_method},
     {"requires_confirmation", IntentStatus::requires_confirmation},
     {"requires_action", IntentStatus::requires_action},
     {"processing", IntentStatus::processing},
     {"requires_capture", IntentStatus::requires_capture},
     {"succeeded", IntentStatus::succeeded},
     {"canceled", IntentStatus::canceled}}};

// A status that nobody knows is a fault of the object.
template <class Status, std::size_t N>
Status status_of(ObjectReader& object, const Names<Status, N>& names) {
  const std::string text = object.required_text("status", is_code);
  const auto found =
      std::ranges::find(names, std::string_view(text), &Names<Status, N>::value_type::first);
  if (found != names.end()) return found->second;
  object.spoil();
  return names.front().second;
}

// It writes "usd".
Currency read_currency(ObjectReader& object) {
  std::string code = object.required_text("currency", is_code);
  for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : '.';
  return parse_currency(code).value_or(Currency{});
}

void read_marks(ObjectReader& object, PspSeen& seen) {
  auto metadata = object.object("metadata");
  if (!metadata) return;
  // Somebody else's payment may have anything under these names.
  seen.marks.order_id = metadata->note("payment_order_id", is_own_id);
  seen.marks.cluster = metadata->note("florin_cluster", is_own_id);
  if (!metadata->is_sound()) object.spoil();
}

void read_card(ObjectReader& charge, PspSeen& seen) {
  auto details = charge.object("payment_method_details");
  auto card = details ? details->object("card") : std::nullopt;
  if (!card) return;
  seen.card.brand = card->note("brand", is_code);
  seen.card.last4 = card->note("last4", is_last4);
  auto checks = card->object("checks");
  if (!checks) return;
  seen.card.cvc_check = checks->note("cvc_check", is_code);
  seen.card.line1_check = checks->note("address_line1_check", is_code);
  seen.card.postal_check = checks->note("address_postal_code_check", is_code);
}

// All of an intent but its amount, which is the caller's to take or compare.
IntentStatus read_into(ObjectReader& intent, PspSeen& seen) {
  if (intent.required_text("object", is_code) != "payment_intent") intent.spoil();
  seen.intent_id = intent.required_text("id", is_psp_id);
  const IntentStatus status = status_of(intent, intent_statuses);
  if (auto error = intent.object("last_payment_error")) {
    seen.decline.attempt = error->note("charge", is_psp_id);
    seen.decline.code = error->note("code", is_code);
    seen.decline.decline_code = error->note("decline_code", is_code);
    if (seen.decline.code.empty()) seen.decline.code = "declined";
  }
  if (status == IntentStatus::succeeded)
    seen.amount_received = intent.required_integer("amount_received");
  const auto charge = intent.reference("latest_charge", is_psp_id);
  if (charge.object) {
    ObjectReader inner(*charge.object);
    read_card(inner, seen);
  }
  return status;
}

// Without a decline of long ago, when the payer tries again.
PspState waiting(const PspSeen& seen) {
  return seen.decline.code.empty() ? PspState::open : PspState::failed_attempt;
}

std::optional<PspState> folded(SessionStatus session, IntentStatus intent, bool is_paid,
                               const PspSeen& seen) {
  switch (intent) {
    case IntentStatus::requires_action: return PspState::requires_action;
    case IntentStatus::processing: return PspState::processing;
    case IntentStatus::succeeded: return PspState::succeeded;
    case IntentStatus::requires_capture: return std::nullopt;  // we capture automatically
    case IntentStatus::canceled:
      return session == SessionStatus::expired ? std::optional(PspState::expired) : std::nullopt;
    case IntentStatus::none:
    case IntentStatus::requires_payment_method:
    case IntentStatus::requires_confirmation: break;
  }
  if (is_paid) return std::nullopt;
  switch (session) {
    case SessionStatus::open: return waiting(seen);
    case SessionStatus::expired: return PspState::expired;
    case SessionStatus::complete:
      return intent == IntentStatus::none ? PspState::processing : PspState::canceled;
  }
  return std::nullopt;
}

std::optional<PspState> folded_alone(IntentStatus intent, const PspSeen& seen) {
  switch (intent) {
    case IntentStatus::requires_payment_method:
    case IntentStatus::requires_confirmation: return waiting(seen);
    case IntentStatus::requires_action: return PspState::requires_action;
    case IntentStatus::processing: return PspState::processing;
    case IntentStatus::succeeded: return PspState::succeeded;
    case IntentStatus::canceled: return PspState::canceled;
    case IntentStatus::requires_capture:
    case IntentStatus::none: break;
  }
  return std::nullopt;
}

SeenObject with_state(PspSeen seen, std::optional<PspState> state) {
  if (state) seen.state = *state;
  if (seen.state != PspState::open && seen.state != PspState::failed_attempt)
    seen.payer_url.clear();
  return {std::move(seen), !state.has_value()};
}

}  // namespace

std::optional<RowHead> read_head(ObjectReader object) {
  PspSeen seen;
  std::string id = object.required_text("id", is_psp_id);
  read_marks(object, seen);
  if (!object.is_sound()) return std::nullopt;
  return RowHead{std::move(id), std::move(seen.marks)};
}

std::optional<SeenObject> read_session(ObjectReader object) {
  PspSeen seen;
  if (object.required_text("object", is_code) != "checkout.session") return std::nullopt;
  seen.session_id = object.required_text("id", is_psp_id);
  const SessionStatus session = status_of(object, session_statuses);
  const bool is_paid = object.required_text("payment_status", is_code) == "paid";
  seen.amount = object.required_integer("amount_total");
  seen.currency = read_currency(object);
  seen.is_live = object.required_flag("livemode");
  seen.created_at_s = object.required_integer("created");
  seen.expires_at_s = object.integer("expires_at").value_or(0);
  seen.payer_url = object.text("url", is_payer_url);
  read_marks(object, seen);
  // Of whose order it is there is one word, or none.
  if (const std::string said = object.note("client_reference_id", is_own_id);
      said != seen.marks.order_id && !seen.marks.order_id.empty())
    seen.marks.order_id.clear();
  IntentStatus status = IntentStatus::none;
  const auto intent = object.reference("payment_intent", is_psp_id);
  seen.intent_id = intent.id;
  if (intent.object) {
    ObjectReader inner(*intent.object);
    status = read_into(inner, seen);
    if (!inner.is_sound()) return std::nullopt;
  } else if (is_paid) {
    return std::nullopt;  // paid, and nobody says how much: not without its intent
  }
  const bool must_have_url = session == SessionStatus::open;
  if (!object.is_sound() || (must_have_url && seen.payer_url.empty())) return std::nullopt;
  const auto state = folded(session, status, is_paid, seen);
  return with_state(std::move(seen), state);
}

std::optional<SeenObject> read_intent(ObjectReader object) {
  PspSeen seen;
  const IntentStatus status = read_into(object, seen);
  seen.amount = object.required_integer("amount");
  seen.currency = read_currency(object);
  seen.is_live = object.required_flag("livemode");
  seen.created_at_s = object.required_integer("created");
  read_marks(object, seen);
  if (!object.is_sound()) return std::nullopt;
  const auto state = folded_alone(status, seen);
  return with_state(std::move(seen), state);
}

}  // namespace florin::psp::sessions
