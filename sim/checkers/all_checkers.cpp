// The list of checkers that judge every run, in the order in which their findings are reported.
#include "sim/checkers/checkers.hpp"

namespace florin::sim {

Checkers make_checkers(const RunView& run) {
  Checkers all;
  all.push_back(make_acknowledged_once(run));
  all.push_back(make_reply_never_contradicts(run));
  all.push_back(make_positions_name_events(run));
  all.push_back(make_not_executed_is_kept(run));
  all.push_back(make_notes_are_kept(run));
  all.push_back(make_reads_never_go_back(run));
  all.push_back(make_leader_reads_linearizable(run));
  if (run.options.replication == 0) {
    all.push_back(make_recovery_prefix(run));  // one log, and all that is durable in it counts
  } else {
    all.push_back(make_follower_reads_honour_min_position(run));
    all.push_back(make_one_leader_per_term(run));
    all.push_back(make_acknowledged_on_a_majority(run));
    if (run.options.meta_group != 0) {
      all.push_back(make_membership_holds(run));
      all.push_back(make_removed_nodes_are_silent(run));
      all.push_back(make_format_levels_hold(run));
    }
    all.push_back(make_committed_prefixes_agree(run));
    all.push_back(make_replicas_agree(run));
  }
  all.push_back(make_entries_bounded(run));
  all.push_back(make_work_is_linear(run));
  all.push_back(make_memory_is_bounded(run));
  all.push_back(make_participant_table(run));
  all.push_back(make_money_conserved(run));
  all.push_back(make_account_terms(run));
  all.push_back(make_account_commands(run));
  all.push_back(make_deadlines_are_true(run));
  all.push_back(make_books_balance(run));
  all.push_back(make_replay_equals_live(run));
  all.push_back(make_nothing_open(run));
  all.push_back(make_rows_are_live(run));
  all.push_back(make_clearing_zero(run));
  all.push_back(make_auditor(run));
  if (run.options.checkouts != 0) {
    all.push_back(make_charged_once(run));
    all.push_back(make_one_checkout_per_key(run));
    all.push_back(make_credited_once(run));
    all.push_back(make_ledger_agrees(run));
    all.push_back(make_payments_end(run));
  }
  return all;
}

}  // namespace florin::sim
