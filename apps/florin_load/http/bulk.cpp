// See bulk.hpp.
#include "apps/florin_load/http/bulk.hpp"

#include <algorithm>
#include <optional>
#include <queue>

#include "apps/client/text_table.hpp"

namespace florin::load {

namespace {
constexpr std::int64_t retry_ns = 200'000'000;

class BulkRun : public AnswerHandler {
 public:
  BulkRun(HttpEngine& engine, const BulkJob& job, bool show_progress)
      : engine_(engine), job_(job), progress_(job.label, job.count, show_progress) {}

  Result<std::size_t, Error> run() {
    while (finished_ + abandoned_ < job_.count || engine_.in_flight() != 0) {
      const std::int64_t now = monotonic_ns();
      if (engine_.silent_ns(now) > job_.give_up_ns)
        return Err{Error{Errc::unavailable,
                         job_.label + ": no answer from " + engine_.address().authority + " for " +
                             std::to_string(job_.give_up_ns / 1'000'000'000) + " s"}};
      if (stopped_ && engine_.in_flight() == 0) break;
      if (now >= job_.deadline_ns) abandon();
      if (!stopped_) send(now);
      engine_.poll(later_.empty() ? INT64_MAX : later_.top().first, *this);
      progress_.update(finished_, engine_.in_flight(), retries_);
    }
    progress_.finish(finished_);
    if (stopped_) return Err{*stopped_};
    return abandoned_;
  }

  void on_answer(std::uint64_t tag, const client::HttpAnswer& answer,
                 std::int64_t now_ns) override {
    const auto item = static_cast<std::size_t>(tag);
    switch (job_.on_answer(item, answer)) {
      case Next::done: ++finished_; break;
      case Next::again: again_.push_back(item); break;
      case Next::later:
        ++retries_;
        later_.emplace(
            now_ns + (answer.retry_after_s > 0
                          ? static_cast<std::int64_t>(answer.retry_after_s) * 1'000'000'000
                          : retry_ns),
            item);
        break;
      case Next::stop:
        ++finished_;
        if (!stopped_)
          stopped_ = Error{Errc::invalid, job_.label + ": the server answered " +
                                              std::to_string(answer.status) + " " +
                                              client::printable(answer.body.substr(0, 400))};
        break;
    }
  }
  void on_lost(std::uint64_t tag, std::int64_t now_ns) override {
    ++retries_;
    later_.emplace(now_ns + retry_ns, static_cast<std::size_t>(tag));
  }

 private:
  void send(std::int64_t now) {
    while (engine_.in_flight() < job_.in_flight_max && engine_.has_room()) {
      std::size_t item = 0;
      if (!again_.empty()) {
        item = again_.back();
        again_.pop_back();
      } else if (!later_.empty() && later_.top().first <= now) {
        item = later_.top().second;
        later_.pop();
      } else if (fresh_ < job_.count) {
        item = fresh_++;
      } else {
        return;
      }
      job_.write_request(item, engine_.begin(item, now));
    }
  }
  void abandon() {
    abandoned_ += again_.size() + later_.size() + (job_.count - fresh_);
    fresh_ = job_.count;
    again_.clear();
    later_ = {};
  }

  HttpEngine& engine_;
  const BulkJob& job_;
  Progress progress_;
  std::size_t fresh_ = 0;
  std::size_t finished_ = 0;
  std::size_t abandoned_ = 0;
  std::uint64_t retries_ = 0;
  std::optional<Error> stopped_;
  std::vector<std::size_t> again_;
  using Due = std::pair<std::int64_t, std::size_t>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> later_;
};
}  // namespace

Result<std::size_t, Error> run_bulk(HttpEngine& engine, const BulkJob& job, bool show_progress) {
  return BulkRun(engine, job, show_progress).run();
}

}  // namespace florin::load
