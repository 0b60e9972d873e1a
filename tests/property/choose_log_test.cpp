// Any history of a raft group of three or five: whatever was acknowledged by a majority is in the log that is chosen out of the
// newest logs of any majority, whatever the records say of it; and no honest history is called a contradiction.
#include "cluster/recovery/choose_log.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace florin {
namespace {

struct Replica {
  std::vector<consensus::Term> log;  // one leader for each term: a term names its entries
  consensus::Term term = 0;
  LogIndex committed = 0;
};

// Raft, in a page: elections by the up-to-date rule, appends that overwrite, commits of the leader's own term.
class Group {
 public:
  explicit Group(std::size_t count) : replicas_(count) {}

  void step() {
    const auto who = *rc::gen::inRange<std::size_t>(0, replicas_.size());
    switch (*rc::gen::inRange(0, 4)) {
      case 0: return elect(who);
      case 1:
        if (leads(leader_)) replicas_[leader_].log.push_back(replicas_[leader_].term);
        return;
      default: return append_to(who);
    }
  }
  [[nodiscard]] const std::vector<Replica>& replicas() const { return replicas_; }
  [[nodiscard]] const std::vector<consensus::Term>& agreed() const { return agreed_; }

 private:
  [[nodiscard]] bool leads(std::size_t who) const {
    return who < replicas_.size() && replicas_[who].term == led_term_;
  }
  void elect(std::size_t who) {
    const auto rank = [&](const Replica& r) {
      return std::pair(r.log.empty() ? 0 : r.log.back(), r.log.size());
    };
    const consensus::Term term = replicas_[who].term + 1;
    std::vector<std::size_t> votes;
    for (std::size_t i = 0; i < replicas_.size(); ++i)
      if (replicas_[i].term < term && rank(replicas_[i]) <= rank(replicas_[who]) &&
          (i == who || *rc::gen::inRange(0, 3) != 0))
        votes.push_back(i);
    if (votes.size() <= replicas_.size() / 2) return;
    for (const std::size_t i : votes) replicas_[i].term = term;
    leader_ = who;
    led_term_ = term;
    acknowledged_.assign(replicas_.size(), 0);
    replicas_[who].log.push_back(term);
  }
  // The leader's whole log, or a part of it; and what it knows as committed, or not.
  void append_to(std::size_t who) {
    if (!leads(leader_) || replicas_[who].term > led_term_) return;
    const Replica& leader = replicas_[leader_];
    Replica& to = replicas_[who];
    to.term = led_term_;
    const auto upto = who == leader_ ? leader.log.size()
                                     : *rc::gen::inRange<std::size_t>(0, leader.log.size() + 1);
    const auto [mine, its] = std::mismatch(to.log.begin(), to.log.end(), leader.log.begin(),
                                           leader.log.begin() + static_cast<std::ptrdiff_t>(upto));
    if (its != leader.log.begin() + static_cast<std::ptrdiff_t>(upto))
      to.log.assign(leader.log.begin(), leader.log.begin() + static_cast<std::ptrdiff_t>(upto));
    acknowledged_[who] = std::max<LogIndex>(acknowledged_[who], upto);
    commit();
    if (*rc::gen::inRange(0, 2) == 0)
      to.committed =
          std::max(to.committed, std::min<LogIndex>(leader.committed, acknowledged_[who]));
  }
  void commit() {
    auto sorted = acknowledged_;
    std::ranges::sort(sorted, std::greater<>());
    const LogIndex index = sorted[replicas_.size() / 2];
    Replica& leader = replicas_[leader_];
    if (index == 0 || leader.log[index - 1] != led_term_ || index <= agreed_.size()) return;
    agreed_.assign(leader.log.begin(), leader.log.begin() + static_cast<std::ptrdiff_t>(index));
    if (*rc::gen::inRange(0, 2) == 0) leader.committed = std::max(leader.committed, index);
  }

  std::vector<Replica> replicas_;
  std::size_t leader_ = SIZE_MAX;
  consensus::Term led_term_ = 0;
  std::vector<LogIndex> acknowledged_;
  std::vector<consensus::Term> agreed_;  // acknowledged by a majority: clients have been told
};

RC_GTEST_PROP(ChooseLogProperty, WhatAMajorityHasAcknowledgedIsKept, ()) {
  Group group(*rc::gen::element<std::size_t>(3, 5));
  const auto steps = *rc::gen::inRange(5, 120);
  for (int i = 0; i < steps; ++i) group.step();
  std::vector<std::size_t> order(group.replicas().size());
  std::iota(order.begin(), order.end(), 0);
  const auto given = *rc::gen::inRange<std::size_t>(order.size() / 2 + 1, order.size() + 1);
  for (std::size_t i = 0; i < given; ++i)
    std::swap(order[i], order[*rc::gen::inRange(i, order.size())]);
  order.resize(given);
  std::vector<ReplicaLog> logs;
  std::vector<std::string> names;
  for (const std::size_t i : order) {
    const Replica& one = group.replicas()[i];
    logs.push_back({one.log.size(), one.log.empty() ? 0 : one.log.back(), one.committed, one.term});
    names.push_back(std::to_string(i));
  }
  const auto chosen =
      choose_log(logs, names, [&](std::size_t log, LogIndex index) -> Result<Hash, Error> {
        const auto& terms = group.replicas()[order[log]].log;
        std::string bytes;
        for (LogIndex i = 0; i < index; ++i) bytes += std::to_string(terms.at(i)) + " ";
        return chain_hash(bytes);
      });
  RC_ASSERT(chosen.has_value());
  const auto& kept = group.replicas()[order[chosen->log]].log;
  RC_ASSERT(kept.size() >= group.agreed().size());
  RC_ASSERT(std::equal(group.agreed().begin(), group.agreed().end(), kept.begin()));
  RC_ASSERT(chosen->committed <= kept.size());
}

}  // namespace
}  // namespace florin
