// A world is known by a hash of 128 bits of its identity; whole ones are kept on the way from the start only.
#include "sim/explore/hosted/hosted_explorer.hpp"

#include <xxhash.h>

#include <algorithm>

#include "actors/entity/slot_index.hpp"

namespace florin::sim {
namespace {

struct WorldHash {
  std::uint64_t high = 0, low = 0;
  bool operator==(const WorldHash&) const = default;
};

WorldHash hash_of_world(const HostedWorld& world) {
  const std::string bytes = identity_of(world);
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

struct HostedFrame {
  HostedWorld world;
  std::uint32_t number = 0;
  std::vector<HostedMove> moves;
  std::size_t next = 0;
};

class HostedSearch {
 public:
  HostedSearch(const HostedCase& explored, HostedBudget budget, std::uint64_t states_max,
               const std::function<bool(std::uint64_t)>& progress)
      : rules_(explored), states_max_(states_max), progress_(progress) {
    report_.name = explored.name;
    report_.budget = budget;
  }

  HostedReport run() {
    enter(rules_.initial(report_.budget), number(rules_.initial(report_.budget)).first);
    while (!stack_.empty() && report_.violation.empty() && !is_stopped_) step();
    report_.states = hashes_.size();
    report_.complete = !is_stopped_ && report_.violation.empty();
    report_.cells = rules_.cells();
    if (report_.complete) check_progress();
    return std::move(report_);
  }

 private:
  std::pair<std::uint32_t, bool> number(const HostedWorld& world) {
    const WorldHash hash = hash_of_world(world);
    const auto known =
        index_.find(hash.low, [&](std::uint32_t number) { return hashes_[number] == hash; });
    if (known != SlotIndex::no_slot) return {known, false};
    const auto number = static_cast<std::uint32_t>(hashes_.size());
    hashes_.push_back(hash);
    index_.insert(hash.low, number);
    return {number, true};
  }

  void enter(HostedWorld world, std::uint32_t number) {
    HostedFrame frame{std::move(world), number, {}, 0};
    frame.moves = rules_.moves(frame.world);
    ends_.resize(hashes_.size());
    if (frame.moves.empty()) {
      ++report_.ends;
      ends_[number] = true;
      if (std::string wrong = rules_.check_end(frame.world); !wrong.empty())
        report_.violation = std::move(wrong);
    } else if (HostedRules::may_rest(frame.world)) {
      ++report_.rests;
      ends_[number] = true;
    }
    stack_.push_back(std::move(frame));
    report_.deepest = std::max<std::uint64_t>(report_.deepest, stack_.size());
    if (!report_.violation.empty()) tell_path();
  }

  void step() {
    HostedFrame& frame = stack_.back();
    if (frame.next == frame.moves.size()) {
      stack_.pop_back();
      return;
    }
    const HostedMove move = frame.moves[frame.next++];
    HostedWorld world = frame.world;
    report_.violation = rules_.make(world, move);
    ++report_.moves;
    if (!report_.violation.empty()) return tell_path();
    const std::uint32_t from = frame.number;
    const auto [to, is_new] = number(world);
    edges_.emplace_back(to, from);
    if (!is_new) return;
    first_ways_.emplace_back(from, move);
    if (hashes_.size() >= states_max_) is_stopped_ = true;
    if (hashes_.size() % 100'000 == 0 && progress_ && !progress_(hashes_.size()))
      is_stopped_ = true;
    enter(std::move(world), to);
  }

  void tell_path() {
    for (const HostedFrame& frame : stack_)
      if (frame.next > 0)
        report_.path.push_back(rules_.words_of(frame.world, frame.moves[frame.next - 1]));
  }

  // From every world an end can be reached: nothing is stuck, and no circle has no way out.
  void check_progress() {
    std::ranges::sort(edges_);
    std::vector<std::uint32_t> todo;
    for (std::uint32_t i = 0; i < ends_.size(); ++i)
      if (ends_[i]) todo.push_back(i);
    while (!todo.empty()) {
      const std::uint32_t to = todo.back();
      todo.pop_back();
      for (auto edge = std::ranges::lower_bound(edges_, std::pair(to, std::uint32_t{0}));
           edge != edges_.end() && edge->first == to; ++edge)
        if (!ends_[edge->second]) {
          ends_[edge->second] = true;
          todo.push_back(edge->second);
        }
    }
    const auto stuck = std::ranges::find(ends_, false);
    if (stuck == ends_.end()) return;
    report_.violation = "it never comes to an end";
    tell_way(static_cast<std::uint32_t>(stuck - ends_.begin()));
  }

  // By which a world was met first.
  void tell_way(std::uint32_t number) {
    std::vector<HostedMove> way;
    for (; number != 0; number = first_ways_[number - 1].first)
      way.push_back(first_ways_[number - 1].second);
    HostedWorld world = rules_.initial(report_.budget);
    for (auto move = way.rbegin(); move != way.rend(); ++move) {
      report_.path.push_back(rules_.words_of(world, *move));
      static_cast<void>(rules_.make(world, *move));
    }
    report_.path.push_back("[" + std::string(to_string(world.order.phase)) + "]");
  }

  HostedRules rules_;
  std::uint64_t states_max_;
  const std::function<bool(std::uint64_t)>& progress_;
  HostedReport report_;
  std::vector<WorldHash> hashes_;  // of the worlds, by number
  SlotIndex index_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges_;    // to, from
  std::vector<std::pair<std::uint32_t, HostedMove>> first_ways_;  // to the world behind its place
  std::vector<bool> ends_;  // by number: an end, or one can be reached
  std::vector<HostedFrame> stack_;
  bool is_stopped_ = false;
};

}  // namespace

HostedReport explore_hosted(const HostedCase& explored, HostedBudget budget,
                            std::uint64_t states_max,
                            const std::function<bool(std::uint64_t)>& progress) {
  return HostedSearch(explored, budget, states_max, progress).run();
}

}  // namespace florin::sim
