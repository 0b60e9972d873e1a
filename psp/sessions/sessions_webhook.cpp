// Signature first, over the raw bytes; only then is anything parsed.
#include "psp/sessions/sessions_webhook.hpp"

#include <charconv>
#include <optional>
#include <vector>

#include "psp/sessions/object_reader.hpp"
#include "psp/sessions/sessions_words.hpp"

namespace florin::psp::sessions {
namespace {

constexpr std::size_t header_bytes_max = 1'024;
constexpr std::size_t signatures_max = 8;

struct SignatureHeader {
  std::string_view time;  // as it stands there: so it was signed
  std::int64_t time_s = 0;
  std::vector<Sha256> signatures;
};

bool read_time(std::string_view text, SignatureHeader& header) {
  if (!header.time.empty() || text.empty() || text.size() > 12 || text.front() < '0' ||
      text.front() > '9')
    return false;
  header.time = text;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), header.time_s);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

// Schemes other than v1 are for others.
bool read_part(std::string_view part, SignatureHeader& header) {
  const std::size_t equals = part.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = part.substr(0, equals);
  const std::string_view value = part.substr(equals + 1);
  if (name == "t") return read_time(value, header);
  if (name != "v1") return !name.empty() && name.find(' ') == std::string_view::npos;
  Sha256 digest;
  if (header.signatures.size() == signatures_max || !parse_hex(value, digest)) return false;
  header.signatures.push_back(digest);
  return true;
}

std::optional<SignatureHeader> parse_header(std::string_view text) {
  if (text.size() > header_bytes_max) return std::nullopt;
  SignatureHeader header;
  for (;;) {
    const std::size_t comma = text.find(',');
    if (!read_part(text.substr(0, comma), header)) return std::nullopt;
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (header.time.empty() || header.signatures.empty()) return std::nullopt;
  return header;
}

Err<Error> no_event(std::string_view what) {
  return Err{Error{Errc::invalid, "a webhook of the payment provider: " + std::string(what)}};
}

// The object of an event: ids, status, amount and marks, of whatever kind it is.
void read_about(ObjectReader& object, PspHint& hint) {
  const std::string kind = object.required_text("object", is_code);
  hint.object_id = object.required_text("id", is_psp_id);
  hint.status = object.note("status", is_code);
  hint.currency = object.note("currency", is_code);
  const bool is_session = kind == "checkout.session";
  hint.amount = object.integer(is_session ? "amount_total" : "amount").value_or(0);
  if (is_session) hint.session_id = hint.object_id;
  hint.intent_id =
      kind == "payment_intent" ? hint.object_id : object.reference("payment_intent", is_psp_id).id;
  if (auto metadata = object.object("metadata")) {
    hint.marks.order_id = metadata->note("payment_order_id", is_own_id);
    hint.marks.cluster = metadata->note("florin_cluster", is_own_id);
    if (!metadata->is_sound()) object.spoil();
  }
}

}  // namespace

std::string_view to_string(SignatureVerdict verdict) {
  switch (verdict) {
    case SignatureVerdict::good: return "good";
    case SignatureVerdict::malformed: return "malformed";
    case SignatureVerdict::too_old: return "too_old";
    case SignatureVerdict::too_new: return "too_new";
    case SignatureVerdict::wrong: return "wrong";
  }
  return "";
}

SignatureVerdict check_signature(const SignedBody& signed_body,
                                 std::span<const std::string> secrets, std::int64_t now_s) {
  const auto header = parse_header(signed_body.header);
  if (!header) return SignatureVerdict::malformed;
  const std::string before = std::string(header->time) + ".";
  bool is_right = false;
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    const Sha256 wanted = hmac_sha256(secret, before, signed_body.body);
    for (const Sha256& given : header->signatures) is_right |= are_equal(given, wanted);
  }
  if (!is_right) return SignatureVerdict::wrong;
  if (header->time_s < now_s - signature_window_s) return SignatureVerdict::too_old;
  if (header->time_s > now_s + signature_window_s) return SignatureVerdict::too_new;
  return SignatureVerdict::good;
}

Result<PspHint, Error> parse_hint(std::string_view body) {
  if (body.size() > webhook_body_bytes_max) return no_event("it is too long");
  auto event = parse_object(body);
  if (!event) return no_event("it is not a JSON object");
  PspHint hint;
  hint.body_hash = sha256(body);
  if (event->required_text("object", is_code) != "event") event->spoil();
  hint.event_id = event->required_text("id", is_psp_id);
  hint.type = event->required_text("type", is_code);
  hint.account = event->text("account", is_psp_id);
  hint.created_at_s = event->required_integer("created");
  hint.is_live = event->required_flag("livemode");
  auto data = event->object("data");
  auto object = data ? data->object("object") : std::nullopt;
  if (!object) return no_event("it is about nothing");
  read_about(*object, hint);
  if (!event->is_sound() || !data->is_sound() || !object->is_sound())
    return no_event("a field that it must have is missing, wrong, or there twice");
  return hint;
}

HintOrigin origin_of(const PspHint& hint, std::string_view cluster, bool is_live) {
  if (hint.marks.order_id.empty() || hint.marks.cluster.empty()) return HintOrigin::foreign;
  if (hint.marks.cluster != cluster) return HintOrigin::other_cluster;
  if (hint.is_live != is_live) return HintOrigin::other_mode;
  return HintOrigin::ours;
}

}  // namespace florin::psp::sessions
