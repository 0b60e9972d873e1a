// Entities that wait for a time under random programs: events, messages, checkpoints in their three steps, sleep,
// crashes and time, against a sorted map of what each waits for.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <map>
#include <ostream>
#include <set>

#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/due_world.hpp"

namespace florin::test {
namespace {

constexpr std::int64_t begin_us = 1'000'000;
constexpr std::uint32_t id_count = 12;
constexpr DueBounds bounds{.window_us = 200, .per_turn = 3, .per_second = 10'000, .at_once = 3};
// More than all of them take when they are late, and than any is put off.
constexpr std::int64_t slack_us = 10'000;
constexpr std::int64_t again_us = 300;

enum class Op : int { set, unset, end, message, collect, write, heard, sleep, crash, wait };
constexpr std::array op_names{"set",   "unset", "end",   "message", "collect",
                              "write", "heard", "sleep", "crash",   "wait"};

struct Step {
  Op op = Op::set;
  std::uint32_t id = 0;
  int amount = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << op_names.at(static_cast<std::size_t>(step.op)) << "(" << step.id << ","
             << step.amount << ")";
}

rc::Gen<std::vector<Step>> programs() {
  const auto op = rc::gen::weightedElement<Op>({{6, Op::set},
                                                {1, Op::unset},
                                                {1, Op::end},
                                                {2, Op::message},
                                                {3, Op::collect},
                                                {3, Op::write},
                                                {3, Op::heard},
                                                {3, Op::sleep},
                                                {1, Op::crash},
                                                {6, Op::wait}});
  return rc::gen::container<std::vector<Step>>(rc::gen::construct<Step>(
      op, rc::gen::inRange<std::uint32_t>(0, 2 * id_count), rc::gen::inRange(0, 1'000)));
}

// The world, and beside it what each entity waits for. Even ids are of one kind, odd ones of the other.
class Run {
 public:
  void take(const Step& step) {
    if (step.id % 2 == 0)
      take<Order>(step, step.id / 2);
    else
      take<Payout>(step, step.id / 2);
    look();
  }
  // Until nobody waits any more: each is looked at, and is over then.
  void finish() {
    while (const auto next = world_.next()) {
      now_ = std::max(now_, next->us);
      tick([this]<class Kind>(std::uint32_t id) { end<Kind>(id); });
    }
    for (const auto& [key, due] : waits_) RC_ASSERT(!due.has_value());
    world_.checkpoint();
    RC_ASSERT(world_.due_rows().empty());
  }

 private:
  using Key = std::pair<std::uint16_t, std::uint32_t>;

  template <class Kind>
  void take(const Step& step, std::uint32_t id) {
    switch (step.op) {
      case Op::set: return set<Kind>(id, Timestamp{now_ + step.amount});
      case Op::unset: return set<Kind>(id, std::nullopt);
      case Op::end: return end<Kind>(id);
      case Op::message: return message<Kind>(id);
      case Op::collect: return world_.collect();
      case Op::write: return world_.write();
      case Op::heard: return world_.heard();
      case Op::sleep: return world_.sleep(static_cast<std::size_t>(step.amount % 4));
      case Op::crash: return world_.crash();
      case Op::wait: return wait(step.amount);
    }
  }
  template <class Kind>
  void set(std::uint32_t id, std::optional<Timestamp> due) {
    world_.set<Kind>(id, due);
    waits_[{Kind::due_number, id}] = due;
  }
  template <class Kind>
  void end(std::uint32_t id) {
    if (waits_.erase({Kind::due_number, id}) != 0) world_.end<Kind>(id);
  }
  template <class Kind>
  void message(std::uint32_t id) {
    const auto known = waits_.find({Kind::due_number, id});
    const ToyRow* row = world_.message<Kind>(id);
    RC_ASSERT((row != nullptr) == (known != waits_.end()));
    if (row != nullptr) RC_ASSERT(row->state.due == known->second);
  }

  // A while, with a tick whenever one is due.
  void wait(int amount) {
    const std::int64_t until = now_ + amount;
    for (auto next = world_.next(); next && next->us <= until; next = world_.next()) {
      now_ = std::max(now_, next->us);
      tick([this]<class Kind>(std::uint32_t id) { act<Kind>(id); });
    }
    now_ = until;
  }
  template <class Kind>
  void act(std::uint32_t id) {
    if (id % 4 == 0) set<Kind>(id, std::nullopt);
    if (id % 4 == 1) set<Kind>(id, Timestamp{now_ + 150});
    if (id % 4 == 2) end<Kind>(id);
    // All others stay as they are: they are looked at again, and again.
  }
  template <class Act>
  void tick(Act&& act) {
    std::set<Key> seen;
    world_.tick(
        Timestamp{now_},
        [&]<class Kind>(std::type_identity<Kind>, std::uint32_t id) {
          const Key key{Kind::due_number, id};
          RC_ASSERT(seen.insert(key).second);
          const auto known = waits_.find(key);
          RC_ASSERT(known != waits_.end());
          RC_ASSERT(known->second.has_value());
          RC_ASSERT(known->second->us <= now_);
          act.template operator()<Kind>(id);
        },
        Timestamp{now_ + again_us});
    RC_ASSERT(seen.size() <= bounds.per_turn);
    now_ += 1;  // time never stands still
  }

  // Whoever waits is going to be looked at, not long after its time.
  void look() {
    std::optional<Timestamp> first;
    for (const auto& [key, due] : waits_) first = earlier(first, due);
    if (!first) return;
    const auto next = world_.next();
    RC_ASSERT(next.has_value());
    RC_ASSERT(next->us <= std::max(first->us, now_ + slack_us));
  }

  MemoryStateStore store_;
  DueWorld world_{store_, bounds};
  std::int64_t now_ = begin_us;
  std::map<Key, std::optional<Timestamp>> waits_;
};

RC_GTEST_PROP(DueEntitiesProperty, NoneIsEarlyNoneIsLostNoneIsLookedAtTwice, ()) {
  Run run;
  for (const Step& step : *programs()) run.take(step);
  run.finish();
}

}  // namespace
}  // namespace florin::test
