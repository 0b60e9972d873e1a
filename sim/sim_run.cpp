// The phases of a run.
#include "sim/sim_run.hpp"

#include "cluster/consensus/etcd_raft_engine.hpp"
#include "sim/sim_cluster.hpp"

namespace florin::sim {
namespace {

class Run {
 public:
  // Elections are the engine's only chance, one source for the process: so one run at a time.
  Run(const RunPlan& plan, std::FILE* text)
      : plan_(seeded(plan)),
        trace_(text),
        cluster_(plan.options, plan.workload, plan.faults, plan.members, trace_) {}

  RunReport run() {
    report_.seed = plan_.options.seed;
    report_.kind = plan_.kind();
    phases();
    fill_report();
    return report_;
  }

 private:
  static const RunPlan& seeded(const RunPlan& plan) {
    if (plan.options.replication > 0) consensus::seed_elections(plan.options.seed);
    return plan;
  }

  void phases() {
    cluster_.begin();
    if (!run_until(plan_.options.safety_time)) return;
    cluster_.heal();
    if (!run_until_quiet()) return;
    cluster_.clients().read_all_accounts();
    if (!run_until_quiet()) return;
    trace_.step(Step::quiet, cluster_.events().now());
    cluster_.check_end();
    if (is_wrong()) return;
    cluster_.restart_all();
    if (is_wrong() || !run_until_quiet()) return;
    cluster_.check_end();
    is_wrong();
  }

  bool is_wrong() {
    const auto& violation = cluster_.violation();
    if (!violation) return false;
    report_.outcome = Outcome::correctness;
    report_.checker = violation->checker;
    report_.what = violation->what;
    return true;
  }

  // False: something is wrong.
  bool run_until(SimTime end) {
    while (!is_wrong()) {
      if (has_run_too_long()) return false;
      const auto next = cluster_.events().next_time();
      if (!next || *next > end) return true;
      cluster_.run_one();
    }
    return false;
  }

  bool run_until_quiet() {
    const SimTime end = cluster_.events().now() + plan_.options.liveness_time_max;
    while (!is_wrong()) {
      if (cluster_.is_quiet()) return true;
      if (has_run_too_long()) return false;
      if (!cluster_.run_one() || cluster_.events().now() > end) {
        not_live("not quiet although everything is healed: " + cluster_.why_not_quiet());
        return false;
      }
    }
    return false;
  }

  bool has_run_too_long() {
    if (cluster_.events().ran() < plan_.options.events_max) return false;
    not_live("never quiet: " + std::to_string(cluster_.events().ran()) + " events; " +
             cluster_.why_not_quiet());
    return true;
  }

  void not_live(std::string what) {
    report_.outcome = Outcome::liveness;
    report_.checker = "liveness";
    report_.what = std::move(what);
  }

  void fill_report() {
    report_.trace_hash = trace_.hash();
    report_.events = cluster_.events().ran();
    report_.entries = cluster_.entries();
    report_.crashes = cluster_.crashes();
    report_.packets = cluster_.network().sent();
    report_.packets_lost = cluster_.network().lost();
    report_.simulated_us = static_cast<std::uint64_t>(cluster_.events().now());
    for (const Operation& operation : cluster_.clients().operations()) {
      report_.requests += operation.attempts;
      if (!moves_money(operation.action.kind) || !operation.answer) continue;
      if (operation.answer->verdict == Verdict::completed) ++report_.completed;
      if (operation.answer->verdict == Verdict::refused) ++report_.refused;
    }
  }

  const RunPlan& plan_;
  Trace trace_;
  SimCluster cluster_;
  RunReport report_;
};

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok: return "ok";
    case Outcome::crash: return "crash";
    case Outcome::liveness: return "liveness";
    case Outcome::correctness: return "correctness";
  }
  return "?";
}

namespace {

// Clients come when the first leaders are likely to be there: accounts that nobody could open show nothing.
void begin_later(Workload& workload, SimTime by) {
  for (Action& action : workload.actions) {
    action.at += by;
    if (action.deadline >= 0) action.deadline += by;
  }
  for (ShopAction& action : workload.shop) {
    action.at += by;
    action.expires += by;
  }
}

}  // namespace

RunPlan draw_plan(std::uint64_t seed, RunKind kind) {
  RunPlan plan;
  plan.options = draw_options(seed, kind);
  draw_checkouts(plan.options);
  set_up_payments(plan.options);
  plan.faults = draw_fault_plan(plan.options);
  plan.members = draw_member_plan(plan.options);
  plan.workload = draw_workload(plan.options);
  draw_shop(plan.options, plan.workload);
  if (kind == RunKind::cluster) {
    const SimTime first_leaders = 3 * plan.options.election_ticks * plan.options.consensus_tick;
    begin_later(plan.workload, first_leaders);
    plan.options.safety_time += first_leaders;
  }
  return plan;
}

std::string to_string(const RunPlan& plan) {
  std::string text = to_string(plan.options);
  for (const Fault& fault : plan.faults.faults) text += "\n fault " + to_string(fault);
  for (const MemberCommand& command : plan.members.commands)
    text += "\n command " + to_string(command);
  for (const Action& action : plan.workload.actions)
    text += "\n action " + to_string(plan.workload, action);
  for (const ShopAction& action : plan.workload.shop)
    text += "\n shop " + to_string(plan.workload, action);
  return text + "\n";
}

RunReport run_plan(const RunPlan& plan, std::FILE* trace) {
  RunReport nothing;
  nothing.seed = plan.options.seed;
  nothing.kind = plan.kind();
  // -DFLORIN_CLUSTER=OFF: there is no cluster to run.
  if (plan.options.replication > 0 && !consensus::make_etcd_raft_engine()) return nothing;
  return Run(plan, trace).run();
}

}  // namespace florin::sim
