// One loop: what has come in, what may begin, what has ended.
#include "runtime/outside/outside_executor.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "runtime/logging/log.hpp"

namespace florin::outside {
namespace {

constexpr int idle_wait_ms = 60'000;  // whoever brings something wakes the thread
constexpr long connections_kept = 64;

std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Of a 429 without a word, or with a date: a second.
std::int64_t pause_us(const psp::HttpAnswer& answer) {
  constexpr std::int64_t second_us = 1'000'000;
  const std::string_view text = psp::header_of(answer, "retry-after");
  std::uint32_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || read.ec != std::errc{}) return second_us;
  return std::min<std::int64_t>(std::int64_t{seconds} * second_us, Concurrency::pause_us_max);
}

}  // namespace

// --- start and stop --------------------------------------------------------------------------------------------

Result<std::unique_ptr<OutsideExecutor>, Error> OutsideExecutor::start(ExecutorOptions options) {
  FLORIN_TRY_VOID(begin_curl());
  std::set<std::string_view> names;
  for (const OutsideParty& party : options.parties) {
    FLORIN_TRY_VOID(check_party(party));
    if (!names.insert(party.port).second)
      return Err{
          Error{Errc::invalid, "two payment providers have the name \"" + party.port + "\""}};
  }
  std::unique_ptr<OutsideExecutor> executor(new OutsideExecutor(std::move(options)));
  if (!executor->multi_) return Err{Error{Errc::unavailable, "libcurl has no handle to give"}};
  executor->thread_ = executor->end_.begin([self = executor.get()] { self->run(); });
  return executor;
}

OutsideExecutor::OutsideExecutor(ExecutorOptions options)
    : options_(std::move(options)), multi_(curl_multi_init()) {
  for (const OutsideParty& party : options_.parties)
    lines_.try_emplace(party.port, party, metrics_.emplace_back(party.port));
  if (!multi_) return;
  curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, long{CURLPIPE_NOTHING});
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, connections_kept);
}

void OutsideExecutor::wake() { curl_multi_wakeup(multi_.get()); }

void OutsideExecutor::end(std::function<void()> ended) {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = is_ending_ = true;
  }
  wake();
  end_.then(std::move(ended));
}

void OutsideExecutor::stop() {
  if (!thread_.joinable()) return;
  end([] {});
  thread_.join();
}

bool OutsideExecutor::is_drained() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  return open_.load() == 0;
}

// --- what others bring -----------------------------------------------------------------------------------------

void OutsideExecutor::submit(OutsideCall call) {
  open_.fetch_add(1);
  psp::HttpFault fault = psp::HttpFault::stopping;
  {
    const std::lock_guard lock(mutex_);
    if (!is_closed_ && incoming_.size() < options_.incoming_max) {
      incoming_.push_back(std::move(call));
      fault = psp::HttpFault::none;
    } else if (!is_closed_) {
      fault = psp::HttpFault::queue_full;
    }
  }
  if (fault != psp::HttpFault::none) return refuse(call, fault);
  wake();
}

void OutsideExecutor::pass(std::function<void()> passed) {
  {
    const std::lock_guard lock(mutex_);
    passing_.push_back(std::move(passed));
  }
  wake();
}

bool OutsideExecutor::take_incoming() {
  std::vector<OutsideCall> calls;
  std::vector<std::function<void()>> passing;
  {
    const std::lock_guard lock(mutex_);
    calls.swap(incoming_);
    passing.swap(passing_);
    if (is_ending_ && !std::exchange(ends_, true))
      ends_by_us_ = steady_us() + std::chrono::microseconds(options_.drain_time_max).count();
  }
  for (OutsideCall& call : calls) accept(std::move(call));
  for (const auto& passed : passing) passed();
  return !is_over();
}

void OutsideExecutor::accept(OutsideCall call) {
  const auto line = lines_.find(call.port);
  if (line == lines_.end()) return refuse(call, psp::HttpFault::unfit);
  CallName name{call.port, call.id};
  if (names_.contains(name)) {  // its answer is on its way to the same actor
    line->second.metrics().repeated.add();
    open_.fetch_sub(1);
    return;
  }
  if (const auto why_not = line->second.add(call, steady_us())) return refuse(call, *why_not);
  names_.insert(std::move(name));
}

// --- calls -----------------------------------------------------------------------------------------------------

void OutsideExecutor::run() {
  while (take_incoming()) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    collect_ended();
    refuse_late();
    // Behind collect_ended(): who has ended has made room. A call that is begun here makes the wait below none.
    if (ends_)
      refuse_waiting();
    else
      start_waiting();
    curl_multi_poll(multi_.get(), nullptr, 0, wait_ms(), nullptr);
  }
  give_up();
}

void OutsideExecutor::start_waiting() {
  for (auto& [port, line] : lines_) start_one(line);
}

// payment path 6/12: durable, so the request leaves, with the secret; how far it came is the evidence.
void OutsideExecutor::start_one(OutsideLine& line) {
  while (auto call = line.next(steady_us())) {
    auto request = psp::parse_request(*call->bytes);
    auto exchange = request ? CurlCall::make(line.party(), std::move(*request))
                            : Result<std::unique_ptr<CurlCall>, Error>(Err{request.error()});
    if (!exchange || curl_multi_add_handle(multi_.get(), (*exchange)->handle()) != CURLM_OK) {
      line.abandoned(steady_us());
      log_error("a call to the outside cannot be made",
                {{"port", call->port},
                 {"call", call->id},
                 {"reason", exchange ? "libcurl is full" : exchange.error().context}});
      refuse_taken(*call, psp::HttpFault::unfit);
      continue;
    }
    CurlCall* const key = exchange->get();
    under_way_.emplace(key, UnderWay{std::move(*call), &line, std::move(*exchange), steady_us()});
  }
}

void OutsideExecutor::collect_ended() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    ended(*CurlCall::of(message->easy_handle), code);
  }
}

void OutsideExecutor::ended(CurlCall& call, CURLcode code) {
  auto gone = under_way_.extract(&call);
  UnderWay& one = gone.mapped();
  curl_multi_remove_handle(multi_.get(), call.handle());
  psp::HttpAnswer answer = call.finish(code);
  const std::int64_t now = steady_us();
  if (answer.end != psp::HttpEnd::not_sent)
    one.line->metrics().duration.observe(static_cast<std::uint64_t>(now - one.began_us) * 1'000);
  if (answer.is_sent_twice) one.line->metrics().sent_twice.add();
  const PartyVerdict verdict = verdict_of(answer.end, answer.status);
  const bool has_opened = one.line->ended(verdict, now, pause_us(answer));
  if (has_opened)
    log_warning("calls to the outside are held back: it failed, or does not take our credential",
                {{"port", one.call.port},
                 {"status", std::int64_t{answer.status}},
                 {"fault", psp::to_string(answer.fault)}});
  OutsideLine& line = *one.line;
  tell_taken(one.call, answer);
  if (!has_opened) return;
  for (const OutsideCall& waiting : line.take_all())
    refuse_taken(waiting, psp::HttpFault::breaker_open);
}

void OutsideExecutor::refuse_late() {
  for (auto& [port, line] : lines_)
    for (const OutsideCall& late : line.take_late(steady_us()))
      refuse_taken(late, psp::HttpFault::queue_full);
}

void OutsideExecutor::refuse_waiting() {
  for (auto& [port, line] : lines_)
    for (const OutsideCall& waiting : line.take_all())
      refuse_taken(waiting, psp::HttpFault::stopping);
}

// --- answers ---------------------------------------------------------------------------------------------------

void OutsideExecutor::refuse(const OutsideCall& call, psp::HttpFault fault) {
  psp::HttpAnswer nothing;
  nothing.fault = fault;
  tell(call, nothing);
}

void OutsideExecutor::refuse_taken(const OutsideCall& call, psp::HttpFault fault) {
  names_.erase({call.port, call.id});
  refuse(call, fault);
}

void OutsideExecutor::tell_taken(const OutsideCall& call, const psp::HttpAnswer& answer) {
  names_.erase({call.port, call.id});
  tell(call, answer);
}

// On the thread, but for what submit() does not even take.
void OutsideExecutor::tell(const OutsideCall& call, const psp::HttpAnswer& answer) {
  const auto metrics = std::ranges::find(metrics_, call.port, &OutsideMetrics::party);
  if (metrics != metrics_.end()) {
    metrics->ended[static_cast<std::size_t>(answer.end)].add();
    metrics->failed[static_cast<std::size_t>(answer.fault)].add();
    metrics->by_status_class[std::min<std::size_t>(answer.status / 100, 5)].add();
  }
  if (options_.keep_raw && answer.end != psp::HttpEnd::not_sent) options_.keep_raw(call, answer);
  options_.answered({call.from, call.port, call.id, call.send, outcome_of(answer.end),
                     psp::answer_bytes(answer)});
  open_.fetch_sub(1);
}

// --- end -------------------------------------------------------------------------------------------------------

// What waits is not begun any more; what was sent may still be answered for a while.
bool OutsideExecutor::is_over() const {
  return ends_ && (under_way_.empty() || steady_us() >= ends_by_us_);
}

int OutsideExecutor::wait_ms() const {
  const std::int64_t now = steady_us();
  std::int64_t until = now + std::int64_t{idle_wait_ms} * 1'000;
  if (ends_) until = std::min(until, under_way_.empty() ? now : ends_by_us_);
  for (const auto& [port, line] : lines_)
    if (const auto change = line.next_change_us(now)) until = std::min(until, *change);
  return static_cast<int>(std::clamp<std::int64_t>((until - now + 999) / 1'000, 0, idle_wait_ms));
}

// A handle that is given up with nothing sent was certainly not: it is gone before anybody is told.
void OutsideExecutor::give_up() {
  refuse_waiting();
  for (auto& [key, one] : std::exchange(under_way_, {})) {
    one.exchange->give_up_name();
    curl_multi_remove_handle(multi_.get(), one.exchange->handle());
    psp::HttpAnswer given_up = one.exchange->finish(CURLE_OPERATION_TIMEDOUT);
    if (given_up.end == psp::HttpEnd::not_sent) given_up.fault = psp::HttpFault::stopping;
    one.line->abandoned(steady_us());
    tell_taken(one.call, given_up);
  }
}

}  // namespace florin::outside
