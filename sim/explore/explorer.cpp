// Depth first, so that schedules can be counted as states are left and a circle is seen as such; when something is
// wrong, breadth first once more, for the shortest sequence of moves that leads there.
#include "sim/explore/explorer.hpp"

#include <algorithm>
#include <deque>

#include "sim/explore/state_table.hpp"

namespace florin::sim {
namespace {

// A state on the way from the start to here.
struct Frame {
  std::uint32_t state = 0;
  std::vector<ExploreMove> moves;
  std::size_t next = 0;
  UnsignedWideMinor schedules = 0;  // from it to an end, as far as seen
  std::uint16_t height = 0;         // moves to the farthest end
};

constexpr std::uint16_t on_the_way = UINT16_MAX;  // height of a state that is in a frame
constexpr std::size_t depth_max = 1'000;

class Search {
 public:
  Search(const ExploreCase& explored, ExploreBudget budget, std::uint64_t states_max,
         const std::function<bool(const ExploreProgress&)>& progress)
      : world_(explored, budget), states_max_(states_max), progress_(progress) {
    report_.name = explored.name;
    report_.budget = budget;
    at_hand = this;
  }
  ~Search() { at_hand = nullptr; }
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  ExploreReport run() {
    report_.violation = world_.initial_violation();
    if (report_.violation.empty()) search();
    if (report_.violation.empty()) report_.violation = world_.check_other_ways();
    report_.states = table_.size();
    report_.local_states = world_.local_states();
    report_.turns = world_.turns_run();
    report_.messages = world_.distinct_messages();
    if (report_.complete) {
      report_.schedules = schedules_[0];
      report_.deepest = heights_[0];
    }
    return std::move(report_);
  }

  // The moves of the stack, as text. The last one may be what does not return: it is not run again on request.
  std::vector<std::string> told_path(bool run_last) {
    std::vector<std::string> path;
    for (const Frame& frame : stack_) {
      if (frame.next == 0) break;
      const ExploreMove& move = frame.moves[frame.next - 1];
      std::string told, ignored;
      if (run_last || &frame != &stack_.back())
        world_.after(table_.at(frame.state), move, ignored, &told);
      else
        told = world_.words_of(table_.at(frame.state), move);
      path.push_back(std::move(told));
    }
    return path;
  }

  static Search* at_hand;

 private:
  void search() {
    enter(table_.number(world_.initial()).first);
    while (!stack_.empty() && report_.violation.empty()) {
      if (stack_.back().next == stack_.back().moves.size()) {
        leave();
        continue;
      }
      const ExploreMove move = stack_.back().moves[stack_.back().next++];
      std::string violation;
      const ExploreState next = world_.after(table_.at(stack_.back().state), move, violation);
      ++report_.moves;
      if (!violation.empty()) return fail(violation);
      const auto [number, is_new] = table_.number(next);
      if (is_new) {
        if (table_.size() >= states_max_ || !report_progress()) return;
        enter(number);
      } else if (heights_[number] == on_the_way) {
        return fail("it goes in circles: this state was on the way here");
      } else {
        add(number);
      }
    }
    report_.complete = report_.violation.empty();
  }

  bool report_progress() {
    if (!progress_ || table_.size() % 4'096 != 0) return true;
    return progress_({table_.size(), report_.ends, stack_.size()});
  }

  void enter(std::uint32_t number) {
    schedules_.push_back(0);
    heights_.push_back(on_the_way);
    Frame frame;
    frame.state = number;
    bool quiet = false;
    world_.moves(table_.at(number), frame.moves, quiet);
    const bool stuck = frame.moves.empty() && !quiet;
    if (quiet) {
      ++report_.ends;
      frame.schedules = 1;
    }
    const std::string violation = quiet ? world_.end_violation(table_.at(number)) : "";
    stack_.push_back(std::move(frame));
    if (!violation.empty())
      fail(violation);
    else if (stuck)
      fail("nothing can happen any more, but it is not over");
    else if (stack_.size() > depth_max)
      fail("it never ends");
  }

  void leave() {
    const std::uint32_t number = stack_.back().state;
    schedules_[number] = stack_.back().schedules;
    heights_[number] = stack_.back().height;
    stack_.pop_back();
    if (!stack_.empty()) add(number);
  }

  // A move leads from the top of the stack to a state that is known to its ends.
  void add(std::uint32_t number) {
    Frame& from = stack_.back();
    from.schedules += schedules_[number];
    if (from.schedules < schedules_[number]) report_.schedules_overflow = true;
    from.height = std::max(from.height, static_cast<std::uint16_t>(heights_[number] + 1));
  }

  void fail(const std::string& violation) {
    if (!report_.violation.empty()) return;
    report_.violation = violation;
    report_.path = told_path(true);
    shorten();
  }

  // Breadth first until anything is wrong; gives up where the search has found nothing nearer (a circle, say).
  void shorten() {
    struct Origin {
      std::uint32_t from;
      ExploreMove move;
    };
    StateTable table;
    std::vector<Origin> origins{{0, {}}};
    table.number(world_.initial());
    std::vector<ExploreMove> moves;
    const auto tell = [&](std::uint32_t last, const ExploreMove* move,
                          const std::string& violation) {
      std::vector<Origin> way;
      if (move != nullptr) way.push_back({last, *move});
      for (std::uint32_t at = last; at != 0; at = origins[at].from) way.push_back(origins[at]);
      report_.violation = violation;
      report_.path.clear();
      for (auto step = way.rbegin(); step != way.rend(); ++step) {
        std::string told, ignored;
        world_.after(table.at(step->from), step->move, ignored, &told);
        report_.path.push_back(std::move(told));
      }
    };
    for (std::uint32_t at = 0; at < table.size() && table.size() < states_max_; ++at) {
      bool quiet = false;
      world_.moves(table.at(at), moves, quiet);
      if (quiet)
        if (const auto wrong = world_.end_violation(table.at(at)); !wrong.empty())
          return tell(at, nullptr, wrong);
      for (const ExploreMove& move : moves) {
        std::string violation;
        const ExploreState next = world_.after(table.at(at), move, violation);
        if (!violation.empty()) return tell(at, &move, violation);
        if (table.number(next).second) origins.push_back({at, move});
      }
    }
  }

  ExploreWorld world_;
  std::uint64_t states_max_;
  const std::function<bool(const ExploreProgress&)>& progress_;
  ExploreReport report_;
  StateTable table_;
  std::deque<UnsignedWideMinor> schedules_;  // by state; deques, because there are millions
  std::deque<std::uint16_t> heights_;
  std::vector<Frame> stack_;
};

Search* Search::at_hand = nullptr;

}  // namespace

ExploreReport explore(const ExploreCase& explored, ExploreBudget budget, std::uint64_t states_max,
                      const std::function<bool(const ExploreProgress&)>& progress) {
  return Search(explored, budget, states_max, progress).run();
}

std::vector<std::string> moves_at_hand() {
  return Search::at_hand == nullptr ? std::vector<std::string>{}
                                    : Search::at_hand->told_path(false);
}

std::string decimal(UnsignedWideMinor value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return digits;
}

}  // namespace florin::sim
