// First how far the call came, then its status, then its words.
#include "psp/sessions/sessions_decode.hpp"

#include <algorithm>
#include <charconv>

#include "psp/sessions/sessions_declaration.hpp"
#include "psp/sessions/sessions_objects.hpp"
#include "psp/sessions/sessions_words.hpp"

namespace florin::psp::sessions {
namespace {

constexpr std::int64_t retry_after_s_max = 60;
constexpr std::int64_t in_progress_s = 1;

class Decoding {
 public:
  Decoding(PspOperation asked, const PspExpectation& expected, const HttpAnswer& answer)
      : asked_(asked), expected_(expected), answer_(answer) {}

  PspAnswer run() {
    out_.status = answer_.status;
    out_.body_hash = sha256(answer_.body);
    out_.is_replay = header_of(answer_, declaration.keys.replay_header) == "true";
    if (const auto id = header_of(answer_, "request-id"); is_psp_id(id)) out_.request_id = id;
    // A read may leave as often as it likes.
    if (answer_.is_sent_twice && !is_read(asked_)) notice(PspNotice::sent_twice);
    switch (answer_.end) {
      case HttpEnd::not_sent: out_.outcome = PspClass::not_sent; break;
      case HttpEnd::no_answer: out_.outcome = PspClass::unknown; break;
      case HttpEnd::cut:
      case HttpEnd::too_large:
        out_.outcome = PspClass::unknown;
        if (is_success()) notice(PspNotice::unreadable);
        break;
      case HttpEnd::whole: judge_status(); break;
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_success() const { return answer_.status / 100 == 2; }
  void notice(PspNotice what) {
    if (std::ranges::find(out_.notices, what) == out_.notices.end()) out_.notices.push_back(what);
  }
  void unknown(PspNotice what) {
    out_.outcome = PspClass::unknown;
    notice(what);
  }

  // --- by status -----------------------------------------------------------------------------------------------
  void judge_status() {
    switch (answer_.status) {
      case 401:
      case 403: out_.outcome = PspClass::auth; return;
      case 429:
        out_.outcome = PspClass::throttled;
        out_.retry_after_s = retry_after();
        return;
      default: break;
    }
    switch (answer_.status / 100) {
      case 2: return judge_success();
      case 3: return unknown(PspNotice::redirected);
      case 4: return judge_refusal();
      case 5: out_.outcome = PspClass::unknown; return;
      default: return unknown(PspNotice::unexpected);
    }
  }

  // Whole seconds; a date, or nonsense: the longest.
  [[nodiscard]] std::int64_t retry_after() const {
    const std::string_view text = header_of(answer_, "retry-after");
    if (text.empty()) return 0;
    std::int64_t seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || seconds < 0)
      return retry_after_s_max;
    return std::min(seconds, retry_after_s_max);
  }

  // --- 4xx -----------------------------------------------------------------------------------------------------
  // Only the provider's own words are a no: a page of somebody on the way is not.
  void judge_refusal() {
    auto body = parse_object(answer_.body);
    auto error = body ? body->object("error") : std::nullopt;
    if (!error) return unknown(PspNotice::unexpected);
    PspRefusal refusal;
    refusal.type = error->required_text("type", is_code);
    refusal.code = error->note("code", is_code);
    refusal.decline_code = error->note("decline_code", is_code);
    refusal.param = error->note("param", is_parameter);
    if (!error->is_sound() || !body->is_sound()) return unknown(PspNotice::unexpected);
    out_.outcome = class_of(refusal);
    out_.refusal = std::move(refusal);
    if (out_.outcome == PspClass::in_progress) out_.retry_after_s = in_progress_s;
    if (out_.outcome == PspClass::unknown) notice(PspNotice::unexpected);
  }

  [[nodiscard]] PspClass class_of(const PspRefusal& refusal) const {
    if (answer_.status == 409) return PspClass::in_progress;
    if (refusal.type == "idempotency_error") return PspClass::key_conflict;
    if (answer_.status == 402 || refusal.type == "card_error") return PspClass::declined;
    if (answer_.status == 404 && is_read(asked_)) return PspClass::absent;
    if (answer_.status == 400 || answer_.status == 404 || answer_.status == 422)
      return PspClass::refused;
    return PspClass::unknown;
  }

  // --- 2xx -----------------------------------------------------------------------------------------------------
  void judge_success() {
    auto body = parse_object(answer_.body);
    if (!body || body->object("error") || !body->is_sound()) return unknown(PspNotice::unreadable);
    if (is_of_many(asked_)) return judge_list(*body);
    auto one = read_session(*body);
    if (!one) return unknown(PspNotice::unreadable);
    compare(*one);
    out_.seen = std::move(one->seen);
  }

  // Of a list only what is this order's. A row of which nobody can say whose it is may be it, so then nobody knows.
  void judge_list(ObjectReader& body) {
    const auto rows = body.array("data");
    const bool has_more = body.required_flag("has_more");
    if (!rows || !body.is_sound()) return unknown(PspNotice::unreadable);
    std::vector<SeenObject> ours;
    std::string last;
    for (const simdjson::dom::element row : *rows) {
      simdjson::dom::object object;
      const auto head = row.get(object) ? std::nullopt : read_head(ObjectReader(object));
      if (!head) return unknown(PspNotice::unreadable);
      last = head->id;
      if (!is_ours(head->marks)) continue;
      auto one = read_row(ObjectReader(object));
      if (!one) return unknown(PspNotice::unreadable);
      ours.push_back(std::move(*one));
    }
    if (has_more && last.empty())
      return unknown(PspNotice::unreadable);  // it goes on behind nothing
    const bool has_pages = asked_ != PspOperation::search_intents;
    if (has_more && has_pages) out_.next = std::move(last);
    if (!ours.empty()) return choose(std::move(ours));
    if (has_more && !has_pages) return unknown(PspNotice::unexpected);  // there is no next page
    out_.outcome = has_more ? PspClass::ok : PspClass::absent;
  }

  [[nodiscard]] std::optional<SeenObject> read_row(ObjectReader row) const {
    return asked_ == PspOperation::search_intents ? read_intent(row) : read_session(row);
  }

  // What an intent's list shows is the order's even without its marks: they are compared.
  [[nodiscard]] bool is_ours(const OrderMarks& marks) const {
    return asked_ == PspOperation::list_sessions_of_intent || marks == expected_.marks;
  }

  // The one that tells most: paid before known before whatever came first.
  void choose(std::vector<SeenObject> ours) {
    const auto rank = [this](const SeenObject& one) {
      const bool is_known =
          one.seen.session_id == expected_.session_id ||
          (one.seen.session_id.empty() && one.seen.intent_id == expected_.intent_id);
      return (one.seen.state == PspState::succeeded ? 2 : 0) + (is_known ? 1 : 0);
    };
    const auto most = std::ranges::max_element(ours, {}, rank);
    compare(*most);
    if (ours.size() > 1) notice(PspNotice::two_objects);
    for (const SeenObject& one : ours) out_.found.push_back(one.seen);
    out_.seen = out_.found[static_cast<std::size_t>(most - ours.begin())];
  }

  // --- is it what was meant? ---------------------------------------------------------------------------------
  void compare(const SeenObject& one) {
    const PspSeen& seen = one.seen;
    const bool is_another = differs(expected_.session_id, seen.session_id) ||
                            differs(expected_.intent_id, seen.intent_id);
    if (is_another) notice(PspNotice::two_objects);
    unequal_if(is_another, PspField::object);
    unequal_if(seen.marks.order_id != expected_.marks.order_id, PspField::order);
    unequal_if(seen.marks.cluster != expected_.marks.cluster, PspField::cluster);
    unequal_if(seen.currency != expected_.currency, PspField::currency);
    const bool is_paid = seen.state == PspState::succeeded;
    unequal_if(
        seen.amount != expected_.amount || (is_paid && seen.amount_received != expected_.amount),
        PspField::amount);
    unequal_if(seen.is_live != expected_.is_live, PspField::livemode);
    unequal_if(one.is_contradictory, PspField::status);
    out_.outcome = out_.unequal.empty() ? PspClass::ok : PspClass::mismatch;
  }
  static bool differs(const std::string& known, const std::string& seen) {
    return !known.empty() && !seen.empty() && known != seen;
  }
  void unequal_if(bool is_unequal, PspField field) {
    if (is_unequal) out_.unequal.push_back(field);
  }

  PspOperation asked_;
  const PspExpectation& expected_;
  const HttpAnswer& answer_;
  PspAnswer out_;
};

}  // namespace

PspAnswer decode(PspOperation asked, const PspExpectation& expected, const HttpAnswer& answer) {
  return Decoding(asked, expected, answer).run();
}

}  // namespace florin::psp::sessions
