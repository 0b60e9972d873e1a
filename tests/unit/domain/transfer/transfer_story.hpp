// TransferStory: one transfer as its coordinator or saga knows it. Given answers, when one more comes or
// time passes, then these events follow and these messages are owed.
#pragma once

#include <gtest/gtest.h>

#include <source_location>
#include <string>
#include <vector>

#include "domain/transfer/transfer_decide.hpp"
#include "domain/transfer/transfer_evolve.hpp"
#include "domain/transfer/transfer_steps.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {

inline constexpr LegAnswer yes{AnswerCode::ok, std::nullopt};
inline constexpr LegAnswer empty{AnswerCode::ok_empty, std::nullopt};
inline LegAnswer no(Rejection code) { return {AnswerCode::refused, code}; }
inline LegAnswer says(AnswerCode code) { return {code, std::nullopt}; }

class TransferStory {
 public:
  static constexpr Timestamp deadline = {words::noon.us + 10 * words::second};
  static constexpr Position decided_at = {6, 0, 0};

  explicit TransferStory(Protocol protocol, std::size_t legs = 2) {
    TransferStarted started{words::uuid(1), words::alice, protocol, words::usd, deadline, {}};
    for (std::size_t i = 0; i < legs; ++i)
      started.legs.push_back({words::alice, static_cast<PartitionId>(i),
                              i + 1 < legs ? LegRole::debit : LegRole::credit, 100});
    transfer_ = evolve_started(started, {5, 0, 0}, words::noon);
  }

  // A transaction: each leg in a partition of its own.
  explicit TransferStory(const TransferPostings& postings) {
    TransferStarted started{
        words::uuid(1), postings.front().from, Protocol::tcc, words::usd, deadline, {}};
    PartitionId next = 0;
    for (const TransferPosting& p : postings)
      started.legs.push_back({p.from, next++, LegRole::debit, p.amount});
    for (const TransferPosting& p : postings)
      started.legs.push_back({p.to, next++, LegRole::credit, p.amount});
    transfer_ = evolve_started(started, {5, 0, 0}, words::noon);
  }

  // Of the past, as an older version may have written it.
  TransferStory& given(const Event& event) {
    TransferEvents past;
    past.push_back(event);
    return apply(past);
  }
  TransferStory& at(Timestamp now) { return now_ = now, *this; }
  TransferStory& try_answered(std::uint8_t leg, const LegAnswer& answer) {
    return apply(decide_try_answer(transfer_, leg, answer, now_));
  }
  TransferStory& second_answered(std::uint8_t leg, const LegAnswer& answer) {
    return apply(decide_second_answer(transfer_, leg, answer));
  }
  TransferStory& time_passes() { return apply(decide_timeout(transfer_, now_)); }

  TransferStory& then(std::vector<std::string> events,
                      std::source_location where = std::source_location::current()) {
    const ::testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "here");
    EXPECT_EQ(events_, events);
    return *this;
  }
  // "try 0", "confirm 1", ... in order.
  TransferStory& owes(std::vector<std::string> steps,
                      std::source_location where = std::source_location::current()) {
    const ::testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "here");
    std::vector<std::string> owed;
    for (const TransferStep& step : next_steps(transfer_))
      owed.push_back(words::text(step.message) + " " + std::to_string(step.leg));
    EXPECT_EQ(owed, steps);
    return *this;
  }
  [[nodiscard]] const TransferState& state() const { return transfer_; }
  [[nodiscard]] const std::vector<Event>& decided() const { return raw_; }

 private:
  TransferStory& apply(const TransferEvents& events) {
    events_.clear();
    if (ended_) return *this;  // nobody knows it any more
    raw_.assign(events.begin(), events.end());
    for (const Event& event : events) {
      ended_ = holds_alternative<TransferCompleted>(event) ||
               holds_alternative<TransferCancelled>(event);
      events_.push_back(words::text(event));
      if (const auto* e = get_if<TryAnswered>(&event)) evolve(transfer_, *e);
      if (const auto* e = get_if<TransferDecided>(&event)) evolve(transfer_, *e);
      if (const auto* e = get_if<CancelDecided>(&event)) evolve(transfer_, *e, decided_at);
      if (const auto* e = get_if<SecondPhaseAnswered>(&event)) evolve(transfer_, *e);
    }
    return *this;
  }

  TransferState transfer_;
  Timestamp now_ = words::noon;
  bool ended_ = false;
  std::vector<std::string> events_;
  std::vector<Event> raw_;
};

}  // namespace florin
