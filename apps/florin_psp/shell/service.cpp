// See service.hpp.
#include "apps/florin_psp/shell/service.hpp"

#include <algorithm>
#include <chrono>

#include "apps/florin_psp/core/fault_answers.hpp"
#include "apps/florin_psp/model/test_cards.hpp"
#include "apps/florin_psp/wire/stripe_error.hpp"

namespace florin::sandbox {
namespace {

constexpr std::int64_t look_every_ms = 1'000;  // at timers, should nothing else wake us

bool is_page(const Call& call) noexcept {
  return call.path.starts_with("/c/") || call.path.starts_with("/_") || call.path == "/";
}

std::string request_id(client::Random& random) {
  constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuv";
  std::string id = "req_";
  for (int i = 0; i < 16; ++i) id += alphabet[random.below(alphabet.size())];
  return id;
}

}  // namespace

Service::Service(ServiceOptions options)
    : options_(std::move(options)),
      request_ids_(static_cast<std::uint64_t>(options_.now_ms()) ^ options_.seed) {}

Result<std::unique_ptr<Service>, Error> Service::open(ServiceOptions options) {
  std::unique_ptr<Service> service(new Service(std::move(options)));
  const auto begin = [&](std::uint64_t seed) {
    service->psp_ = std::make_unique<Psp>(service->options_.settings, seed);
  };
  const auto replay = [&](std::string_view line) {
    const auto input = decode_input(line);
    if (!input) return false;
    service->psp_->apply(*input);
    return true;
  };
  auto journal = Journal::open(service->options_.data_dir, service->options_.seed, begin, replay);
  if (!journal) return Err{journal.error()};
  service->journal_ = std::make_unique<Journal>(std::move(*journal));
  return service;
}

void Service::keep(const Input& input) {
  if (auto kept = journal_->append(encode_input(input)); !kept) options_.on_lost_disk(kept.error());
  changed_.notify_all();
}

// First on disk, then in memory: what cannot be kept has not happened.
Answer Service::change(Input input) {
  input.at_ms = options_.now_ms();
  input.call.authorization.clear();
  keep(input);
  return psp_->apply(input);
}

void Service::keep_fault(const Begun& begun) {
  if (begun.fault.kind == FaultKind::none) return;
  keep({.kind = InputKind::fault,
        .at_ms = options_.now_ms(),
        .fault = begun.fault,
        .order = begun.order,
        .operation = begun.operation});
}

void Service::apply_timers() {
  if (psp_->has_due_timer(options_.now_ms())) change({.kind = InputKind::tick});
}

Reply Service::handle(Call call) {
  Lock lock(mutex_);
  call.request_id = request_id(request_ids_);
  apply_timers();
  Reply reply;
  if (call.path == "/_risk" && call.method == "POST") {
    reply = ask_risk(call);
  } else if (!is_page(call)) {
    reply = call_api(lock, call);
  } else if (call.method == "GET") {
    reply.answer = psp_->show(call, options_.now_ms());
  } else if (call.method == "POST") {
    call.body = without_card_number(call.body);
    reply.answer = change({.kind = InputKind::page, .call = call});
  } else {
    reply.answer = to_answer(http_refusal(405, "The page takes GET and POST."));
    reply.answer.headers.emplace_back("Allow", "GET, POST");
  }
  reply.request_id = call.request_id;
  return reply;
}

Reply Service::ask_risk(Call call) {
  const Begun begun = psp_->risk(call);
  keep_fault(begun);
  return {*begun.answer, begun.fault, {}};
}

Reply Service::call_api(Lock& lock, const Call& call) {
  const Begun begun = psp_->begin(call);
  keep_fault(begun);
  if (begun.answer) return {spoiled(*begun.answer, begun.fault.kind), begun.fault, {}};
  if (begun.fault.kind == FaultKind::slow) {
    wait_until(lock, options_.now_ms() + begun.fault.delay_ms);
    apply_timers();
  }
  Input input{.kind = InputKind::call, .call = call};
  if (begun.fault.kind == FaultKind::error_500) input.fault.kind = FaultKind::error_500;
  Answer answer;
  if (call.method == "GET") {
    input.at_ms = options_.now_ms();
    answer = psp_->apply(input);
  } else {
    answer = change(std::move(input));
  }
  return {spoiled(std::move(answer), begun.fault.kind), begun.fault, {}};
}

void Service::wait_until(Lock& lock, std::int64_t at_ms) {
  while (!is_stopping_ && options_.now_ms() < at_ms)
    changed_.wait_for(lock, std::chrono::milliseconds(at_ms - options_.now_ms()));
}

std::vector<WebhookToSend> Service::wait_for_webhooks(std::size_t max) {
  Lock lock(mutex_);
  while (!is_stopping_) {
    const std::int64_t now = options_.now_ms();
    auto due = psp_->due_webhooks(now, in_flight_, max);
    if (!due.empty()) {
      for (const WebhookToSend& webhook : due) in_flight_.insert(webhook.delivery);
      return due;
    }
    const auto next = psp_->next_webhook_ms(in_flight_);
    const std::int64_t pause = next ? std::max<std::int64_t>(1, *next - now) : look_every_ms;
    changed_.wait_for(lock, std::chrono::milliseconds(std::min(pause, look_every_ms)));
  }
  return {};
}

void Service::report(std::uint64_t delivery, bool is_taken) {
  const Lock lock(mutex_);
  in_flight_.erase(delivery);
  change({.kind = is_taken ? InputKind::delivered : InputKind::refused, .delivery = delivery});
}

void Service::run_timers() {
  Lock lock(mutex_);
  while (!is_stopping_) {
    apply_timers();
    changed_.wait_for(lock, std::chrono::milliseconds(look_every_ms));
  }
}

void Service::stop() {
  const Lock lock(mutex_);
  is_stopping_ = true;
  changed_.notify_all();
}

}  // namespace florin::sandbox
