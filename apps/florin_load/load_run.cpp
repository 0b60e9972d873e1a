// See load_run.hpp.
#include "apps/florin_load/load_run.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "apps/florin_load/http/bulk.hpp"
#include "apps/florin_load/setup.hpp"

namespace florin::load {

namespace {
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t retry_lost_ns = 100'000'000;
// when no Retry-After was given (inside a batch)
constexpr std::int64_t retry_overloaded_ns = 50'000'000;
constexpr double catch_up_seconds_min = 10;

bool is_id_of(const Transfer& transfer, std::string_view text) {
  Uuid id;
  return client::read_uuid(text, id) && id == transfer.id;
}
}  // namespace

LoadRun::LoadRun(HttpEngine& engine, Ledger& ledger, TransferSource& source, RunOptions options)
    : engine_(engine),
      ledger_(ledger),
      source_(source),
      options_(options),
      unit_size_(std::max<std::size_t>(1, options.batch)),
      planned_(options.transfers != 0 ? options.transfers : UINT64_MAX) {
  if (options_.transfers == 0 && options_.rate > 0)
    planned_ = static_cast<std::uint64_t>(std::ceil(options_.rate * options_.seconds));
}

Result<RunResult, Error> LoadRun::run() {
  Progress progress("transfers", planned_ == UINT64_MAX ? 0 : planned_, options_.show_progress);
  start_ns_ = last_answer_ns_ = monotonic_ns();
  if (options_.transfers == 0) {
    // Open loop: what fell due in time is still sent afterwards, for a while.
    const double patience =
        options_.rate > 0 ? std::max(options_.seconds, catch_up_seconds_min) : 0;
    end_ns_ = start_ns_ + static_cast<std::int64_t>((options_.seconds + patience) * 1e9);
  }
  for (std::int64_t now = start_ns_;; now = monotonic_ns()) {
    if (!issuing(now) && retries_.empty() && engine_.in_flight() == 0) break;
    if (engine_.silent_ns(now) > options_.retry_for_ns)
      return Err{
          Error{Errc::unavailable, "run: no answer from " + engine_.address().authority + " for " +
                                       std::to_string(options_.retry_for_ns / second_ns) + " s"}};
    send_all_due(now);
    engine_.poll(wake_ns(now), *this);
    progress.update(result_.success + result_.refused, engine_.in_flight(),
                    result_.retried_lost + result_.retried_overloaded + result_.wrong_answers);
  }
  progress.finish(result_.success + result_.refused);
  result_.elapsed_ns = last_answer_ns_ - start_ns_;
  if (planned_ != UINT64_MAX) result_.not_issued = planned_ - result_.issued;
  return std::move(result_);
}

bool LoadRun::issuing(std::int64_t now_ns) const noexcept {
  return result_.issued < planned_ && now_ns < end_ns_;
}

// Batches fall due as a whole: when their first transfer does.
std::int64_t LoadRun::due_ns(std::uint64_t transfer) const noexcept {
  const std::uint64_t first = transfer / unit_size_ * unit_size_;
  return start_ns_ + static_cast<std::int64_t>(static_cast<double>(first) * 1e9 / options_.rate);
}

bool LoadRun::fresh_is_due(std::int64_t now_ns) const noexcept {
  if (!issuing(now_ns)) return false;
  if (options_.rate > 0)
    return due_ns(result_.issued) <= now_ns && engine_.in_flight() < options_.in_flight;
  // Closed loop: a transfer that waits for its repeat keeps its place, or overload would make more load.
  const std::size_t waiting = (retries_.size() + unit_size_ - 1) / unit_size_;
  return engine_.in_flight() + waiting < options_.in_flight;
}

std::int64_t LoadRun::wake_ns(std::int64_t now_ns) const noexcept {
  // after it only answers are waited for
  std::int64_t wake = now_ns < end_ns_ ? end_ns_ : INT64_MAX;
  if (!retries_.empty()) wake = std::min(wake, retries_.top().first);
  const bool more = result_.issued < planned_ && engine_.in_flight() < options_.in_flight;
  if (options_.rate > 0 && more) wake = std::min(wake, due_ns(result_.issued));
  return wake;
}

void LoadRun::send_all_due(std::int64_t now_ns) {
  while (engine_.has_room()) {
    if (!retries_.empty() && retries_.top().first <= now_ns)
      send(take_retries(now_ns), now_ns);
    else if (fresh_is_due(now_ns))
      send(take_fresh(now_ns), now_ns);
    else
      return;
  }
}

LoadRun::Unit LoadRun::take_retries(std::int64_t now_ns) {
  Unit unit;
  while (unit.size() < unit_size_ && !retries_.empty() && retries_.top().first <= now_ns) {
    unit.push_back(retries_.top().second);
    retries_.pop();
  }
  return unit;
}

LoadRun::Unit LoadRun::take_fresh(std::int64_t now_ns) {
  const std::int64_t due = options_.rate > 0 ? due_ns(result_.issued) : now_ns;
  const std::uint64_t count = std::min<std::uint64_t>(unit_size_, planned_ - result_.issued);
  Unit unit;
  unit.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) unit.push_back(draw_one(due));
  result_.issued += count;
  return unit;
}

std::uint32_t LoadRun::draw_one(std::int64_t due_ns) {
  drawn_.clear();
  do drawn_.push_back(source_.next());
  while (drawn_.size() < options_.postings);
  const Accounts& accounts = ledger_.accounts();
  const std::uint16_t home = accounts.partition(drawn_.front().from);
  const bool is_cross = std::ranges::any_of(drawn_, [&](const Draw& draw) {
    return accounts.partition(draw.from) != home || accounts.partition(draw.to) != home;
  });
  if (is_cross) ++result_.cross;
  if (options_.postings != 0) return ledger_.add_transaction(drawn_, due_ns);
  return ledger_.add(drawn_.front().from, drawn_.front().to, drawn_.front().amount_minor, due_ns);
}

void LoadRun::send(Unit unit, std::int64_t now_ns) {
  if (free_tags_.empty()) {
    free_tags_.push_back(units_.size());
    units_.emplace_back();
  }
  const std::uint64_t tag = free_tags_.back();
  free_tags_.pop_back();
  std::string& out = engine_.begin(tag, now_ns);
  if (options_.batch == 0)
    append_single_request(out, engine_, ledger_, unit.front());
  else
    append_batch_request(out, engine_, ledger_, unit);
  units_[tag] = std::move(unit);
}

void LoadRun::on_answer(std::uint64_t tag, const client::HttpAnswer& answer, std::int64_t now_ns) {
  const Unit unit = std::move(units_[tag]);
  free_tags_.push_back(tag);
  last_answer_ns_ = now_ns;
  ++result_.by_http_status[answer.status];
  if (answer.replayed) ++result_.replayed;
  // Another node may serve it at once; the one that could not has lost this connection to it.
  const bool ask_elsewhere = engine_.nodes().size() > 1 && another_may_serve(answer);
  const std::int64_t after = answer.retry_after_s > 0 && !ask_elsewhere
                                 ? answer.retry_after_s * second_ns
                                 : retry_overloaded_ns;
  if (options_.batch == 0 || answer.status != 200) {
    const TransferAnswer whole = read_transfer_answer(answer);
    for (const std::uint32_t transfer : unit) conclude(transfer, whole, after, now_ns);
    return;
  }
  std::size_t read = 0;
  read_batch_answer(answer.body, unit.size(), [&](std::size_t i, const TransferAnswer& each) {
    conclude(unit[i], each, after, now_ns);
    read = i + 1;
  });
  for (; read < unit.size(); ++read) {  // not the contract: what happened to these is unknown
    ++result_.wrong_answers;
    retry(unit[read], retry_lost_ns, now_ns);
  }
}

void LoadRun::on_lost(std::uint64_t tag, std::int64_t now_ns) {
  const Unit unit = std::move(units_[tag]);
  free_tags_.push_back(tag);
  result_.retried_lost += unit.size();
  for (const std::uint32_t transfer : unit) retry(transfer, retry_lost_ns, now_ns);
}

void LoadRun::conclude(std::uint32_t index, const TransferAnswer& answer,
                       std::int64_t retry_after_ns, std::int64_t now_ns) {
  Transfer& transfer = ledger_.at(index);
  const bool must_name_it =
      answer.verdict == Verdict::success || answer.verdict == Verdict::pending;
  if ((must_name_it || !answer.id.empty()) && !is_id_of(transfer, answer.id))
    ++result_.wrong_answers;
  switch (answer.verdict) {
    case Verdict::success:
      ++result_.success;
      ledger_.settle(index, TransferState::success);
      break;
    case Verdict::refused:
      ++result_.refused;
      ++result_.by_code[std::string(answer.code.empty() ? "(no code)" : answer.code)];
      ledger_.settle(index, TransferState::refused);
      break;
    case Verdict::pending:
      ++result_.pending;
      ledger_.settle(index, TransferState::pending);
      break;
    case Verdict::retry:
      ++result_.retried_overloaded;
      if (!answer.code.empty()) ++result_.by_code[std::string(answer.code)];
      return retry(index, retry_after_ns, now_ns);
  }
  result_.latency.record(
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, now_ns - transfer.due_ns)));
}

void LoadRun::retry(std::uint32_t index, std::int64_t after_ns, std::int64_t now_ns) {
  Transfer& transfer = ledger_.at(index);
  if (now_ns - transfer.due_ns > options_.retry_for_ns) {
    ++result_.pending;
    ledger_.settle(index, TransferState::pending);
    return;
  }
  retries_.emplace(now_ns + after_ns, index);
}

Result<std::uint64_t, Error> resolve_pending(HttpEngine& engine, Ledger& ledger,
                                             std::int64_t for_ns, bool show_progress) {
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < ledger.size(); ++i) {
    const TransferState state = ledger.at(i).state;
    const bool is_open = state == TransferState::pending || state == TransferState::open;
    if (is_open && ledger.at(i).postings != later_posting) open.push_back(i);
  }
  if (open.empty()) return std::uint64_t{0};
  BulkJob job;
  job.label = "resolving";
  job.count = open.size();
  job.deadline_ns = monotonic_ns() + for_ns;
  job.write_request = [&](std::size_t item, std::string& out) {
    append_single_request(out, engine, ledger, open[item]);
  };
  job.on_answer = [&](std::size_t item, const client::HttpAnswer& answer) {
    const Verdict verdict = read_transfer_answer(answer).verdict;
    if (verdict == Verdict::pending || verdict == Verdict::retry) return Next::later;
    ledger.settle(open[item],
                  verdict == Verdict::success ? TransferState::success : TransferState::refused);
    return Next::done;
  };
  auto abandoned = run_bulk(engine, job, show_progress);
  if (!abandoned) return Err{abandoned.error()};
  return static_cast<std::uint64_t>(*abandoned);
}

}  // namespace florin::load
