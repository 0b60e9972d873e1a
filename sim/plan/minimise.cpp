// Delta debugging over the lists of a plan.
#include "sim/plan/minimise.hpp"

#include <algorithm>

namespace florin::sim {
namespace {

class Minimiser {
 public:
  Minimiser(const RunPlan& failing, const RunReport& failure,
            const std::function<RunReport(const RunPlan&)>& run,
            const std::function<void(const Minimised&)>& progress, std::uint64_t runs_max)
      : run_(run),
        progress_(progress),
        runs_max_(runs_max),
        wanted_(failure),
        best_{failing, failure} {}

  Minimised go() {
    for (bool smaller = true; smaller && best_.runs < runs_max_;) {
      smaller = shrink([](RunPlan & plan) -> auto& { return plan.faults.faults; });
      smaller = shrink([](RunPlan & plan) -> auto& { return plan.members.commands; }) || smaller;
      smaller = shrink([](RunPlan & plan) -> auto& { return plan.workload.actions; }) || smaller;
      smaller = shrink([](RunPlan & plan) -> auto& { return plan.workload.shop; }) || smaller;
      smaller = calm_network() || smaller;
    }
    return std::move(best_);
  }

 private:
  // Becomes the best one when it fails as the first one did.
  bool try_plan(RunPlan plan) {
    if (best_.runs >= runs_max_) return false;
    ++best_.runs;
    RunReport report = run_(plan);
    const bool same = report.outcome == wanted_.outcome && report.checker == wanted_.checker;
    if (same) {
      best_.plan = std::move(plan);
      best_.report = std::move(report);
    }
    if (progress_) progress_(best_);
    return same;
  }

  // Takes chunks out, first large ones, then smaller ones, down to single items.
  template <class List>
  bool shrink(List&& list_of) {
    const std::size_t before = list_of(best_.plan).size();
    for (std::size_t chunk = std::max<std::size_t>(1, before); chunk > 0; chunk /= 2) {
      for (std::size_t at = 0; at < list_of(best_.plan).size();) {
        RunPlan plan = best_.plan;
        auto& list = list_of(plan);
        const auto first = list.begin() + static_cast<std::ptrdiff_t>(at);
        const auto last =
            list.begin() + static_cast<std::ptrdiff_t>(std::min(at + chunk, list.size()));
        list.erase(first, last);
        if (!try_plan(std::move(plan))) at += chunk;
      }
    }
    return list_of(best_.plan).size() < before;
  }

  bool calm_network() {
    bool calmer = false;
    const auto calm = [&](auto field) {
      RunPlan plan = best_.plan;
      if (field(plan.options) == 0) return;
      field(plan.options) = 0;
      calmer = try_plan(std::move(plan)) || calmer;
    };
    calm([](SimOptions & o) -> auto& { return o.network.loss_permille; });
    calm([](SimOptions & o) -> auto& { return o.network.duplicate_permille; });
    calm([](SimOptions & o) -> auto& { return o.network.hour_late_permille; });
    calm([](SimOptions & o) -> auto& { return o.clock_skew_max; });
    return calmer;
  }

  const std::function<RunReport(const RunPlan&)>& run_;
  const std::function<void(const Minimised&)>& progress_;
  const std::uint64_t runs_max_;
  const RunReport wanted_;
  Minimised best_;
};

}  // namespace

Minimised minimise(const RunPlan& failing, const RunReport& failure,
                   const std::function<RunReport(const RunPlan&)>& run,
                   const std::function<void(const Minimised&)>& progress, std::uint64_t runs_max) {
  return Minimiser(failing, failure, run, progress, runs_max).go();
}

}  // namespace florin::sim
