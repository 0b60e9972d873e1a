// All checkers by name. To add one: a file here, a line here, a line in all_checkers.cpp.
#pragma once

#include <memory>

#include "sim/checker.hpp"

namespace florin::sim {

std::unique_ptr<Checker> make_entries_bounded(const RunView& run);
std::unique_ptr<Checker> make_auditor(const RunView& run);
std::unique_ptr<Checker> make_account_commands(const RunView& run);
// Without a follower: for histories that no partition could have.
std::unique_ptr<Checker> make_account_terms(const RunView& run, bool has_follower = true);
std::unique_ptr<Checker> make_acknowledged_on_a_majority(const RunView& run);
std::unique_ptr<Checker> make_acknowledged_once(const RunView& run);
std::unique_ptr<Checker> make_books_balance(const RunView& run);
std::unique_ptr<Checker> make_charged_once(const RunView& run);
std::unique_ptr<Checker> make_one_checkout_per_key(const RunView& run);
std::unique_ptr<Checker> make_clearing_zero(const RunView& run);
std::unique_ptr<Checker> make_committed_prefixes_agree(const RunView& run);
std::unique_ptr<Checker> make_credited_once(const RunView& run);
std::unique_ptr<Checker> make_deadlines_are_true(const RunView& run);
std::unique_ptr<Checker> make_follower_reads_honour_min_position(const RunView& run);
std::unique_ptr<Checker> make_format_levels_hold(const RunView& run);
std::unique_ptr<Checker> make_leader_reads_linearizable(const RunView& run);
std::unique_ptr<Checker> make_ledger_agrees(const RunView& run);
std::unique_ptr<Checker> make_memory_is_bounded(const RunView& run);
std::unique_ptr<Checker> make_membership_holds(const RunView& run);
std::unique_ptr<Checker> make_money_conserved(const RunView& run);
std::unique_ptr<Checker> make_not_executed_is_kept(const RunView& run);
std::unique_ptr<Checker> make_notes_are_kept(const RunView& run);
std::unique_ptr<Checker> make_nothing_open(const RunView& run);
std::unique_ptr<Checker> make_one_leader_per_term(const RunView& run);
std::unique_ptr<Checker> make_participant_table(const RunView& run);
std::unique_ptr<Checker> make_payments_end(const RunView& run);
std::unique_ptr<Checker> make_positions_name_events(const RunView& run);
std::unique_ptr<Checker> make_reads_never_go_back(const RunView& run);
std::unique_ptr<Checker> make_recovery_prefix(const RunView& run);
std::unique_ptr<Checker> make_reply_never_contradicts(const RunView& run);
std::unique_ptr<Checker> make_removed_nodes_are_silent(const RunView& run);
std::unique_ptr<Checker> make_replicas_agree(const RunView& run);
std::unique_ptr<Checker> make_replay_equals_live(const RunView& run);
std::unique_ptr<Checker> make_rows_are_live(const RunView& run);
std::unique_ptr<Checker> make_work_is_linear(const RunView& run);

}  // namespace florin::sim
