// The fate of each call, of each webhook, and what payers do.
#include "sim/psp/sim_provider.hpp"

#include <array>
#include <utility>

#include "sim/psp/payer_script.hpp"
#include "sim/psp/provider_words.hpp"

namespace florin::sim {
namespace {

std::uint64_t number_of_call(const Uuid& id) {
  std::uint64_t all = 0;
  for (const std::uint8_t byte : id.bytes) all = mix(all, byte);
  return all;
}

psp::HttpAnswer none_came(psp::HttpEnd end, psp::HttpFault fault) {
  psp::HttpAnswer answer;
  answer.end = end;
  answer.fault = fault;
  return answer;
}

// What is left of an answer on a bad way.
psp::HttpAnswer damaged(psp::HttpAnswer answer, std::uint64_t how) {
  switch (how % 4) {
    case 0:
      answer.end = psp::HttpEnd::cut;
      answer.body.resize(answer.body.size() / 2);
      return answer;
    case 1: answer.body.clear(); return answer;
    case 2: answer.body = "<html><body>Back soon</body></html>"; return answer;
    default: answer.body.resize(answer.body.size() / 2); return answer;  // and nobody says so
  }
}

}  // namespace

// One after the other, so that a fault that is switched off changes no other one.
struct SimProvider::Fate {
  Fate(std::uint64_t seed, const ProviderOptions& options) : random(seed) {
    there = random.between(options.takes_min, options.takes_max);
    back = random.between(options.takes_min, options.takes_max);
    busy = random.between(0, options.takes_max);
    const auto falls = [&](std::uint32_t permille) { return random.permille(permille); };
    not_sent = falls(options.not_sent_permille);
    lost_before = falls(options.lost_before_permille);
    lost_after = falls(options.lost_after_permille);
    silent = falls(options.silent_permille);
    late = falls(options.late_permille);
    twice = falls(options.twice_permille);
    sent_twice = falls(options.sent_twice_permille);
    cut = falls(options.cut_permille);
    failed = falls(options.failed_permille);
    stays_failed = random.permille(500);
    was_done = random.permille(500);
    busy_elsewhere = falls(options.busy_permille);
    throttled = falls(options.throttled_permille);
    denied = falls(options.denied_permille);
    how = random.next();
    late_by = random.log_between(millisecond, options.late_max);
  }
  SimRandom random;
  SimTime there = 0, back = 0, busy = 0, late_by = 0;
  bool not_sent = false, lost_before = false, lost_after = false, silent = false;
  bool late = false, twice = false, sent_twice = false, cut = false;
  bool failed = false, stays_failed = false, was_done = false;
  bool busy_elsewhere = false, throttled = false, denied = false;
  std::uint64_t how = 0;
};

SimProvider::SimProvider(EventQueue& events, Trace& trace, std::uint64_t seed,
                         std::int64_t begins_us, Ports ports, ProviderOptions options)
    : events_(events),
      trace_(trace),
      seed_(mix(seed, 0x505350)),
      begins_us_(begins_us),
      ports_(std::move(ports)),
      options_(options),
      desk_(options.page_life_s_min, options.page_life_s_max) {}

void SimProvider::heal() {
  options_.not_sent_permille = options_.lost_before_permille = options_.lost_after_permille =
      options_.late_permille = options_.twice_permille = options_.sent_twice_permille =
          options_.cut_permille = options_.failed_permille = options_.busy_permille =
              options_.throttled_permille = options_.denied_permille = options_.hint_lost_permille =
                  options_.hint_twice_permille = options_.hint_untrue_permille = 0;
}

// --- calls -----------------------------------------------------------------------------------------------------

std::optional<std::string> SimProvider::call(const OutsideCall& call, Answered answered) {
  auto request = psp::parse_request(*call.bytes);
  if (!request) return "call " + call.id.to_string() + ": " + request.error().context;
  ++calls_;
  const std::uint32_t times = ++times_[call.id];
  Fate fate(mix(mix(seed_, number_of_call(call.id)), times), options_);
  trace_.step(Step::call_outside, events_.now(), number_of_call(call.id), times);
  if (trace_.text())
    trace_.line(events_.now(), "provider is asked " + request->target.substr(0, 60) + " (" +
                                   std::to_string(times) + ")");
  if (fate.not_sent) {
    const auto nothing = none_came(psp::HttpEnd::not_sent, psp::HttpFault::no_connection);
    answer(fate.there, call, nothing, answered);
    if (fate.twice) answer(fate.there + fate.late_by, call, nothing, answered);
    return std::nullopt;
  }
  if (fate.lost_before) {
    if (!fate.silent)
      answer(options_.time_out, call, none_came(psp::HttpEnd::no_answer, psp::HttpFault::timed_out),
             answered);
    return std::nullopt;
  }
  events_.after(fate.there, [this, call, request = std::move(*request), fate, answered] {
    execute(call, request, fate, answered);
  });
  return std::nullopt;
}

void SimProvider::execute(const OutsideCall& call, const psp::HttpRequest& request,
                          const Fate& fate, const Answered& answered) {
  psp::HttpAnswer said = work(request, fate);
  if (fate.sent_twice) {
    said = work(request, fate);
    said.is_sent_twice = true;
  }
  if (fate.lost_after) {
    if (fate.silent) return;
    const auto lost =
        none_came(psp::HttpEnd::no_answer,
                  fate.how % 2 == 0 ? psp::HttpFault::timed_out : psp::HttpFault::closed);
    return answer(options_.time_out, call, lost, answered);
  }
  if (fate.cut) said = damaged(std::move(said), fate.how);
  const SimTime delay = fate.back + (fate.late ? fate.late_by : 0);
  answer(delay, call, said, answered);
  if (fate.twice) answer(delay + fate.late_by / 4, call, said, answered);
}

psp::HttpAnswer SimProvider::work(const psp::HttpRequest& request, const Fate& fate) {
  if (fate.denied) return refused(401, "invalid_request_error", "api_key_expired");
  if (fate.throttled) {
    psp::HttpAnswer answer = refused(429, "invalid_request_error", "rate_limit");
    answer.headers.push_back({"retry-after", fate.how % 2 == 0 ? "1" : "2"});
    return answer;
  }
  const bool is_post = request.method == psp::HttpMethod::post;
  if (is_post && fate.busy_elsewhere)
    return refused(409, "idempotency_error", "idempotency_key_in_use");
  // Of an instance that ended on the way: nothing is kept under the key.
  if (fate.failed && !(is_post && fate.stays_failed)) return refused(503, "api_error", {});
  const ProviderMishap mishap = !fate.failed    ? ProviderMishap::none
                                : fate.was_done ? ProviderMishap::fails_behind
                                                : ProviderMishap::fails_before;
  const std::uint64_t conflicts = desk_.conflicts();
  ProviderDesk::Worked worked = desk_.answer(request, now_us(), fate.busy, mishap);
  if (desk_.conflicts() != conflicts)
    ports_.wrong("a key came with other bytes than before: " + request.target);
  if (!worked.made.empty()) {
    ports_.made(*desk_.store().find(worked.made, now_us() / second));
    await_payer(worked.made);
  }
  if (is_post && request.target.ends_with("/expire") && worked.answer.status == 200 &&
      psp::header_of(worked.answer, "idempotent-replayed").empty()) {
    const std::string_view path = request.target;
    const std::size_t slash = path.rfind('/', path.size() - std::string_view("/expire").size() - 1);
    tell("checkout.session.expired",
         std::string(path.substr(slash + 1, path.size() - slash - 1 - 7)));
  }
  return worked.answer;
}

void SimProvider::answer(SimTime delay, const OutsideCall& call, psp::HttpAnswer answer,
                         const Answered& answered) {
  CallAnswer told{
      call.from, call.port, call.id, call.send, outcome_of(answer.end), psp::answer_bytes(answer)};
  events_.after(delay, [answered, told = std::move(told)] { answered(told); });
}

// --- payers ----------------------------------------------------------------------------------------------------

void SimProvider::await_payer(const std::string& session) {
  const ProviderSession& made = *desk_.store().find(session, now_us() / second);
  for (const PayerStep& step : draw_payer(seed_, made.order, options_.payer_patience_max)) {
    ++under_way_;
    events_.after(step.after, [this, session, act_now = static_cast<std::uint8_t>(step.act)] {
      --under_way_;
      act(session, act_now);
    });
  }
}

void SimProvider::act(const std::string& session, std::uint8_t number) {
  const auto what = static_cast<PayerAct>(number);
  const std::int64_t now_s = now_us() / second;
  ProviderStore& store = desk_.store();
  const std::size_t captures = store.captures().size();
  bool is_done = false;
  std::string type;
  switch (what) {
    case PayerAct::pay:
      is_done = store.succeed(session, now_s);
      type = "checkout.session.completed";
      break;
    case PayerAct::decline:
      is_done = store.decline(session, "insufficient_funds", now_s);
      type = "payment_intent.payment_failed";
      break;
    case PayerAct::ask_action:
      is_done = store.ask_action(session, now_s);
      type = "payment_intent.requires_action";
      break;
    case PayerAct::process:
      is_done = store.begin_processing(session, now_s);
      type = "checkout.session.completed";
      break;
    case PayerAct::process_paid:
      is_done = store.succeed(session, now_s);
      type = "checkout.session.async_payment_succeeded";
      break;
    case PayerAct::process_failed:
      is_done = store.fail_processing(session, now_s);
      type = "checkout.session.async_payment_failed";
      break;
  }
  trace_.step(Step::payer, events_.now(), number, is_done ? 1 : 0);
  if (trace_.text())
    trace_.line(events_.now(), "payer of " + session + ": " + std::string(to_string(what)) +
                                   (is_done ? "" : ", too late"));
  for (std::size_t i = captures; i < store.captures().size(); ++i)
    ports_.captured(store.captures()[i]);
  if (is_done) tell(type, session);
}

// --- webhooks --------------------------------------------------------------------------------------------------

void SimProvider::tell(const std::string& type, const std::string& session) {
  const std::uint64_t number = ++webhooks_;
  SimRandom fate(mix(mix(seed_, 0x484F4F4B), number));
  const bool is_lost = fate.permille(options_.hint_lost_permille);
  const bool is_twice = fate.permille(options_.hint_twice_permille);
  const bool is_untrue = fate.permille(options_.hint_untrue_permille);
  const SimTime delay = fate.log_between(millisecond, options_.late_max);
  ProviderSession about = *desk_.store().find(session, now_us() / second);
  std::string said = type;
  if (is_untrue) {  // as of another time, or of nothing that ever was
    static constexpr std::array<const char*, 3> others{"checkout.session.completed",
                                                       "checkout.session.expired",
                                                       "checkout.session.async_payment_failed"};
    said = fate.one_of(others);
    about.status =
        said == others[1] ? ProviderSessionStatus::expired : ProviderSessionStatus::complete;
    if (about.intent) {
      about.intent->status = said == others[0] ? ProviderIntentStatus::succeeded
                                               : ProviderIntentStatus::requires_payment_method;
      about.intent->received = said == others[0] ? about.amount : 0;
    }
  }
  if (is_lost) return;
  const std::string body =
      event_json("evt_sim_" + std::to_string(number), said, now_us() / second, about);
  const auto send = [&](SimTime later) {
    ++under_way_;
    events_.after(later, [this, body] {
      --under_way_;
      ports_.webhook(body);
    });
  };
  send(delay);
  if (is_twice) send(delay + fate.log_between(millisecond, options_.late_max));
}

}  // namespace florin::sim
