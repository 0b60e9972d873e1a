// See payment_pages.hpp.
#include "apps/florin_psp/pages/payment_pages.hpp"

#include "apps/client/json_text.hpp"
#include "apps/florin_psp/core/object_json.hpp"
#include "apps/florin_psp/core/payment_flow.hpp"
#include "apps/florin_psp/model/currency_rules.hpp"
#include "apps/florin_psp/pages/html.hpp"
#include "apps/florin_psp/wire/form.hpp"

namespace florin::sandbox {
namespace {

constexpr std::string_view pay_path = "/c/pay/", challenge_path = "/c/3ds/",
                           return_path = "/c/return/";

Answer not_found() {
  Answer answer = html_page("Not found", "<p>There is no such payment.</p>");
  answer.status = 404;
  return answer;
}

Answer not_allowed() {
  Answer answer = html_page("Not possible", "<p>The page takes GET and POST.</p>");
  answer.status = 405;
  answer.headers.emplace_back("Allow", "GET, POST");
  return answer;
}

std::string with_session_id(std::string url, const std::string& id) {
  constexpr std::string_view hole = "{CHECKOUT_SESSION_ID}";
  for (auto at = url.find(hole); at != std::string::npos; at = url.find(hole, at + id.size()))
    url.replace(at, hole.size(), id);
  return url;
}

// Where an intent without a session goes after 3-D Secure.
std::string return_url_of(const PaymentIntent& intent) {
  const char separator = intent.return_url.find('?') == std::string::npos ? '?' : '&';
  const bool failed = intent.status == IntentStatus::requires_payment_method ||
                      intent.status == IntentStatus::canceled;
  return intent.return_url + separator + "payment_intent=" + intent.id +
         "&redirect_status=" + (failed ? "failed" : "succeeded");
}

std::vector<std::string> form_origins(const CheckoutSession& session) {
  std::vector<std::string> origins;
  for (const std::string& url : {session.success_url, session.cancel_url}) {
    std::string origin = origin_of(url);
    if (!origin.empty() && (origins.empty() || origins.front() != origin))
      origins.push_back(std::move(origin));
  }
  return origins;
}

std::string card_table() {
  std::string rows;
  for (const TestCard& card : test_cards())
    rows += "<tr><td><code>" + std::string(card.number) + "</code></td><td>" +
            std::string(card.what) + "</td></tr>";
  return "<details><summary>Test cards</summary><table>" + rows + "</table></details>";
}

std::string link(std::string_view url, std::string_view text) {
  return "<a href=\"" + html_escaped(url) + "\">" + std::string(text) + "</a>";
}

// Why the last attempt failed, for the payer.
std::string decline_note(const PaymentIntent* intent) {
  if (intent == nullptr || intent->last_payment_error.empty()) return {};
  return "<p class=\"bad\" id=\"decline\">" +
         html_escaped(client::peek_string(intent->last_payment_error, "message")) +
         " Nothing was charged. You may try again, also with another card.</p>";
}

Answer pay_form(const CheckoutSession& session, const PaymentIntent* intent,
                const std::string& unknown_card) {
  std::string body = decline_note(intent);
  if (!unknown_card.empty())
    body =
        "<p class=\"bad\" id=\"decline\">This number is not one of the test cards. The sandbox "
        "never takes a real card.</p>";
  body += "<p>" + html_escaped(session.item_name) + "</p><form method=\"post\" action=\"" +
          std::string(pay_path) + session.id +
          "\"><label>Card number <input name=\"card_number\" inputmode=\"numeric\" "
          "autocomplete=\"off\" value=\"4242 4242 4242 4242\" required></label>"
          "<label>Expires <input name=\"expiry\" autocomplete=\"off\" value=\"12 / 34\"></label>"
          "<label>Check number <input name=\"cvc\" autocomplete=\"off\" value=\"123\"></label>"
          "<button id=\"pay\">Pay " +
          amount_text(session.amount_total, session.currency) + "</button>";
  if (!session.cancel_url.empty())
    body += link(with_session_id(session.cancel_url, session.id), "Back to the shop");
  body += "</form>" + card_table();
  return html_page("Pay " + amount_text(session.amount_total, session.currency), body,
                   form_origins(session));
}

Answer expired_page(const CheckoutSession& session) {
  std::string body =
      "<p class=\"bad\" id=\"expired\">The time for this payment is over. Nothing "
      "was charged.</p>";
  if (!session.cancel_url.empty())
    body +=
        "<p>" + link(with_session_id(session.cancel_url, session.id), "Back to the shop") + "</p>";
  return html_page("Expired", body);
}

Answer paid_page(const CheckoutSession& session, std::string_view note, std::string_view head) {
  const std::string back = with_session_id(session.success_url, session.id);
  return html_page("Thank you",
                   "<p class=\"good\" id=\"paid\">" + std::string(note) + "</p><p>" +
                       link(back, "Back to the shop") + "</p>",
                   {}, head);
}

std::string note_of(const CheckoutSession& session, const PaymentIntent* intent) {
  if (session.is_paid)
    return "This payment is complete. You are charged once, however often you come here.";
  if (intent != nullptr && intent->status == IntentStatus::processing)
    return "Your payment is being processed. The shop will hear of it.";
  return "This payment was not made: the bank declined it in the end.";
}

// A page of our own between the form and the shop: browsers hold every redirect behind a form to form-action, also
// those that the shop answers later and that we cannot know. The refresh ends that chain.
Answer return_page(const CheckoutSession& session, const PaymentIntent* intent) {
  const std::string back = with_session_id(session.success_url, session.id);
  return paid_page(session, note_of(session, intent),
                   "<meta http-equiv=\"refresh\" content=\"0;url=" + html_escaped(back) + "\">");
}

Answer show_session(Step& step, const CheckoutSession& session, std::string_view query) {
  const PaymentIntent* intent = step.state().intents.find(session.payment_intent);
  switch (session.status) {
    case SessionStatus::expired: return expired_page(session);
    case SessionStatus::complete: return paid_page(session, note_of(session, intent), {});
    case SessionStatus::open: break;
  }
  if (intent != nullptr && intent->status == IntentStatus::requires_action)
    return redirect_to(challenge_page("", *intent));
  return pay_form(session, intent, query == "card=unknown" ? "unknown" : "");
}

// Where the payer goes from here, by what is true now.
Answer go_on(Step& step, const CheckoutSession& session) {
  const PaymentIntent* intent = step.state().intents.find(session.payment_intent);
  if (session.status == SessionStatus::complete)
    return redirect_to(std::string(return_path) + session.id);
  if (intent != nullptr && intent->status == IntentStatus::requires_action)
    return redirect_to(challenge_page("", *intent));
  return redirect_to(session_page("", session));
}

Answer pay(Step& step, CheckoutSession& session, const Form& form) {
  if (session.status != SessionStatus::open) return go_on(step, session);
  const std::string* token = form.find("card");
  const TestCard* card = token == nullptr ? nullptr : card_of_token(*token);
  if (card == nullptr) return redirect_to(session_page("", session) + "?card=unknown");
  PaymentIntent& intent = intent_of(step, session);
  if (takes_a_card(intent)) attempt(step, intent, *card);
  return go_on(step, session);
}

Answer challenge_form(const PaymentIntent& intent) {
  const std::string form = "<form method=\"post\" action=\"" + std::string(challenge_path) +
                           intent.id + "\"><button name=\"outcome\" value=\"";
  return html_page(
      "Your bank asks: is it you?",
      "<p>3-D Secure for a payment of " + amount_text(intent.amount, intent.currency) + ".</p>" +
          form + "complete\" id=\"complete\">Yes, it is me</button>" +
          "<button name=\"outcome\" value=\"fail\" id=\"fail\" class=\"second\">No</button></form>",
      intent.return_url.empty() ? std::vector<std::string>{}
                                : std::vector<std::string>{origin_of(intent.return_url)});
}

Answer after_challenge(Step& step, const PaymentIntent& intent) {
  if (const CheckoutSession* session = step.state().sessions.find(intent.session))
    return go_on(step, *session);
  if (!intent.return_url.empty()) return redirect_to(return_url_of(intent));
  return html_page("Done", "<p>You may close this page.</p>");
}

Answer answer_challenge(Step& step, PaymentIntent& intent, const Form& form) {
  const std::string* outcome = form.find("outcome");
  const bool is_known = outcome != nullptr && (*outcome == "complete" || *outcome == "fail");
  if (intent.status == IntentStatus::requires_action && is_known)
    authenticate(step, intent, *outcome == "complete");
  return after_challenge(step, intent);
}

}  // namespace

Answer show_payment_page(Step& step, const Call& call) {
  if (call.path.starts_with(pay_path)) {
    const auto* session = step.state().sessions.find(call.path.substr(pay_path.size()));
    return session == nullptr ? not_found() : show_session(step, *session, call.query);
  }
  if (call.path.starts_with(return_path)) {
    const auto* session = step.state().sessions.find(call.path.substr(return_path.size()));
    if (session == nullptr) return not_found();
    if (session->status != SessionStatus::complete) return show_session(step, *session, {});
    return return_page(*session, step.state().intents.find(session->payment_intent));
  }
  if (!call.path.starts_with(challenge_path)) return not_found();
  const auto* intent = step.state().intents.find(call.path.substr(challenge_path.size()));
  if (intent == nullptr) return not_found();
  return intent->status == IntentStatus::requires_action ? challenge_form(*intent)
                                                         : after_challenge(step, *intent);
}

Answer submit_payment_page(Step& step, const Call& call) {
  const auto form = Form::parse(call.body);
  if (!form || call.method != "POST") return not_allowed();
  if (call.path.starts_with(pay_path)) {
    auto* session = step.state().sessions.find(call.path.substr(pay_path.size()));
    return session == nullptr ? not_found() : pay(step, *session, *form);
  }
  if (!call.path.starts_with(challenge_path)) return not_found();
  auto* intent = step.state().intents.find(call.path.substr(challenge_path.size()));
  return intent == nullptr ? not_found() : answer_challenge(step, *intent, *form);
}

}  // namespace florin::sandbox
