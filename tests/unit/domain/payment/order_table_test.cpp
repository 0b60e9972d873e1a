// The state table of PAYMENTS.md, section 2, cell by cell, against an own copy of it: every phase
// with every input. A cell that stands in no line here is "record as seen, no effect".
#include "domain/payment/order/order_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "tests/unit/domain/payment/order_story.hpp"

namespace florin {
namespace {

constexpr std::array<std::string_view, 12> reply_names{
    "none",  "reserved",  "same",       "busy",        "taken", "released",
    "begun", "cancelled", "cancelling", "in_progress", "final", "not_found"};

// phase: input -> outcome. The outcome: the next phase (with the failure's code) or "same";
// `close:` the reason for which it is to be closed from now on; `!` what is raised; "read"; `=` the
// answer; "later": not built yet.
constexpr std::string_view contract = R"(
none: reserve -> reserved =reserved
none: reserve_released -> same =released
none: release_other -> same =released
none: cancel -> same =not_found

reserved: reserve -> same =same
reserved: reserve_released -> same =released
reserved: release -> none =released
reserved: release_other -> same =released
reserved: begin -> risk_check =begun
reserved: cancel -> same =not_found

risk_check: risk_ok -> registering
risk_check: risk_ok_wallet -> debiting later
risk_check: risk_review -> risk_review later
risk_check: risk_no -> failed/risk_rejected
risk_check: risk_unknown -> same
risk_check: risk_tries_spent -> risk_review later
risk_check: cancel -> failed/canceled =cancelled
risk_check: expire -> failed/expired

risk_review: risk_ok -> registering later
risk_review: risk_ok_wallet -> debiting later
risk_review: risk_review -> same later
risk_review: risk_no -> failed/risk_rejected later
risk_review: cancel -> failed/canceled =cancelled later
risk_review: expire -> failed/expired later

debiting: debited -> wallet_crediting later
debiting: debit_refused -> failed/wallet_refused later
debiting: cancel -> same =in_progress later
debiting: expire -> same later
debiting: seen_succeeded -> same later
debiting: seen_unequal -> same later
debiting: seen_ended -> same later

wallet_crediting: credited -> posting later
wallet_crediting: credit_refused -> returning later
wallet_crediting: cancel -> same =in_progress later
wallet_crediting: expire -> same later
wallet_crediting: seen_succeeded -> same later
wallet_crediting: seen_unequal -> same later
wallet_crediting: seen_ended -> same later

returning: returned -> failed/seller_unavailable later
returning: return_refused -> same !seller_unavailable later
returning: cancel -> same =in_progress later
returning: expire -> same later
returning: seen_succeeded -> same later
returning: seen_unequal -> same later
returning: seen_ended -> same later

registering: registered_open -> awaiting_payer
registering: registered_action -> action
registering: registered_processing -> psp_pending
registering: registered_succeeded -> crediting
registering: registered_unequal -> mismatch close:mismatch !mismatch
registering: register_not_executed -> same
registering: register_unexecuted -> same
registering: register_maybe -> same
registering: register_spent -> unresolved !dead_letter
registering: register_refused -> failed/psp_refused
registering: register_refused_unclear -> unresolved !dead_letter read
registering: register_key_conflict -> unresolved !key_conflict read
registering: register_declined -> failed/card_declined later
registering: seen_open -> awaiting_payer
registering: seen_action -> action
registering: seen_processing -> psp_pending
registering: seen_succeeded -> crediting
registering: seen_unequal -> mismatch !mismatch
registering: seen_unequal_unpaid -> mismatch close:mismatch !mismatch
registering: seen_ended -> failed
registering: seen_other_object -> same !psp_two_objects
registering: hint -> same read
registering: poll -> same read
registering: cancel -> cancelling close:canceled =cancelling
registering: cancel_unexecuted -> failed/canceled =cancelled
registering: expire -> cancelling close:expired
registering: expire_unexecuted -> failed/psp_unreachable
registering: expire_untried -> failed/expired

awaiting_payer: seen_open -> same
awaiting_payer: seen_action -> action
awaiting_payer: seen_processing -> psp_pending
awaiting_payer: seen_failed_attempt -> same
awaiting_payer: seen_unpaid_to_close -> cancelling
awaiting_payer: seen_succeeded -> crediting
awaiting_payer: seen_unequal -> mismatch !mismatch
awaiting_payer: seen_unequal_unpaid -> mismatch close:mismatch !mismatch
awaiting_payer: seen_ended -> failed
awaiting_payer: seen_other_object -> same !psp_two_objects
awaiting_payer: hint -> same read
awaiting_payer: poll -> same read
awaiting_payer: cancel -> cancelling close:canceled =cancelling
awaiting_payer: expire -> cancelling close:expired

action: seen_open -> awaiting_payer
action: seen_action -> same
action: seen_processing -> psp_pending
action: seen_failed_attempt -> awaiting_payer
action: seen_unpaid_to_close -> cancelling
action: seen_succeeded -> crediting
action: seen_unequal -> mismatch !mismatch
action: seen_unequal_unpaid -> mismatch close:mismatch !mismatch
action: seen_ended -> failed
action: seen_other_object -> same !psp_two_objects
action: hint -> same read
action: poll -> same read
action: cancel -> cancelling close:canceled =cancelling
action: expire -> cancelling close:expired

psp_pending: seen_open -> awaiting_payer
psp_pending: seen_action -> action
psp_pending: seen_processing -> same
psp_pending: seen_failed_attempt -> awaiting_payer
psp_pending: seen_unpaid_to_close -> cancelling
psp_pending: seen_succeeded -> crediting
psp_pending: seen_unequal -> mismatch !mismatch
psp_pending: seen_unequal_unpaid -> mismatch close:mismatch !mismatch
psp_pending: seen_ended -> failed
psp_pending: seen_other_object -> same !psp_two_objects
psp_pending: hint -> same read
psp_pending: poll -> same read
psp_pending: cancel -> same =in_progress
psp_pending: expire -> same close:expired

cancelling: registered_open -> same
cancelling: registered_action -> same
cancelling: registered_processing -> psp_pending
cancelling: registered_succeeded -> crediting
cancelling: registered_unequal -> mismatch close:mismatch !mismatch
cancelling: register_not_executed -> same
cancelling: register_unexecuted -> failed
cancelling: register_maybe -> same
cancelling: register_spent -> unresolved !dead_letter
cancelling: register_refused -> failed
cancelling: register_refused_unclear -> same read
cancelling: register_key_conflict -> unresolved !key_conflict read
cancelling: closed -> failed
cancelling: close_failed -> same read
cancelling: close_spent -> unresolved !dead_letter
cancelling: close_not_executed -> same
cancelling: seen_processing -> psp_pending
cancelling: seen_unpaid_to_close -> same
cancelling: seen_succeeded -> crediting
cancelling: seen_unequal -> mismatch !mismatch
cancelling: seen_unequal_unpaid -> mismatch close:mismatch !mismatch
cancelling: seen_ended -> failed
cancelling: seen_other_object -> same !psp_two_objects
cancelling: hint -> same read
cancelling: poll -> same read
cancelling: cancel -> same =cancelling

unresolved: registered_open -> same read
unresolved: registered_action -> same read
unresolved: registered_processing -> same read
unresolved: seen_open -> awaiting_payer
unresolved: seen_action -> action
unresolved: seen_processing -> psp_pending
unresolved: seen_failed_attempt -> awaiting_payer
unresolved: seen_unpaid_to_close -> cancelling
unresolved: seen_succeeded -> crediting
unresolved: seen_unequal -> mismatch !mismatch
unresolved: seen_unequal_unpaid -> mismatch close:mismatch !mismatch
unresolved: seen_ended -> failed
unresolved: seen_other_object -> same !psp_two_objects
unresolved: hint -> same read
unresolved: poll -> same read
unresolved: cancel -> same =in_progress
unresolved: expire -> same close:expired read
unresolved: retry -> registering later
unresolved: discard_not_charged -> failed/psp_unreachable later
unresolved: discard_charged -> crediting later
unresolved: discard_refunded -> failed/psp_unreachable later
unresolved: settled -> same later

mismatch: closed -> same read
mismatch: close_failed -> same read
mismatch: seen_succeeded -> crediting
mismatch: seen_unequal -> same !mismatch
mismatch: seen_unequal_unpaid -> same close:mismatch !mismatch
mismatch: seen_ended -> failed
mismatch: seen_other_object -> same !psp_two_objects
mismatch: hint -> same read
mismatch: poll -> same read
mismatch: cancel -> same =in_progress
mismatch: expire -> same close:expired read
mismatch: accept -> crediting later
mismatch: refund -> failed/mismatch later

crediting: credited -> posting
crediting: credit_refused -> parked !seller_unavailable
crediting: seen_failed_attempt -> same !psp_contradicts
crediting: seen_ended -> same !psp_contradicts
crediting: seen_other_object -> same !psp_two_objects
crediting: hint -> same read
crediting: poll -> same read
crediting: cancel -> same =final

parked: credited -> posting
parked: refunded -> done later
parked: seen_failed_attempt -> same !psp_contradicts
parked: seen_ended -> same !psp_contradicts
parked: seen_other_object -> same !psp_two_objects
parked: hint -> same read
parked: poll -> same read
parked: cancel -> same =final

posting: posted -> done
posting: seen_failed_attempt -> same !psp_contradicts
posting: seen_ended -> same !psp_contradicts
posting: seen_other_object -> same !psp_two_objects
posting: hint -> same read
posting: poll -> same read
posting: cancel -> same =final

done: seen_failed_attempt -> same !psp_contradicts
done: seen_ended -> same !psp_contradicts
done: seen_other_object -> same !psp_two_objects
done: hint -> same read
done: poll -> same read
done: cancel -> same =final

failed: seen_succeeded -> same !late_success
failed: seen_unequal -> same !late_success
failed: seen_other_object -> same !psp_two_objects
failed: hint -> same read
failed: poll -> same read
failed: refunded -> same later
failed: cancel -> same =final
failed: cancel_again -> same =cancelled
)";

// Of whoever holds it: what Reserve, Begin and Release hear in every phase behind `reserved`.
constexpr std::string_view contract_of_begun = R"(
reserve -> same =same
reserve_released -> same =released
release_other -> same =released
begin -> same =begun
)";

std::string outcome_of(const OrderCell& cell) {
  std::string text = cell.moves ? std::string(to_string(cell.next)) : "same";
  if (cell.failure != OrderFailure::none) text += '/' + std::string(to_string(cell.failure));
  if (cell.asks_close != OrderFailure::none)
    text += " close:" + std::string(to_string(cell.asks_close));
  if (cell.attention != OrderAttention::none) text += " !" + std::string(to_string(cell.attention));
  if (cell.reads) text += " read";
  if (cell.reply != OrderReply::none)
    text += " =" + std::string(reply_names[static_cast<std::size_t>(cell.reply)]);
  if (cell.is_later) text += " later";
  return cell.is_listed ? text : "";
}

using Contract = std::map<std::pair<std::string, std::string>, std::string>;

void add_lines(Contract& cells, std::string_view text, const std::string& phase) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    const std::size_t colon = phase.empty() ? line.find(": ") : 0;
    const std::size_t arrow = line.find(" -> ");
    const std::size_t begin = phase.empty() ? colon + 2 : 0;
    const std::string of = phase.empty() ? line.substr(0, colon) : phase;
    const bool is_new =
        cells.emplace(std::pair(of, line.substr(begin, arrow - begin)), line.substr(arrow + 4))
            .second;
    EXPECT_TRUE(is_new) << "twice: " << line;
  }
}

Contract whole_contract() {
  Contract cells;
  add_lines(cells, contract, "");
  for (const OrderPhaseWords& words : order_phase_words)
    if (words.phase > OrderPhase::reserved)
      add_lines(cells, contract_of_begun, std::string(words.name));
  return cells;
}

TEST(OrderTable, SaysInEveryCellWhatTheContractSays) {
  Contract cells = whole_contract();
  std::size_t walked = 0;
  for (const OrderPhaseWords& phase : order_phase_words)
    for (std::size_t i = 0; i < order_input_count; ++i, ++walked) {
      const auto input = static_cast<OrderInput>(i);
      const auto line = cells.extract({std::string(phase.name), std::string(to_string(input))});
      EXPECT_EQ(outcome_of(order_cell(phase.phase, input)), line.empty() ? "" : line.mapped())
          << to_string(input) << " in " << phase.name;
    }
  EXPECT_EQ(walked, order_phase_count * order_input_count);
  for (const auto& [cell, outcome] : cells)
    ADD_FAILURE() << "there is no such cell: " << cell.first << ": " << cell.second;
}

TEST(OrderTable, NamesEachPhaseInputFailureAndAttentionOnce) {
  const auto are_distinct = [](const auto& names) {
    return std::set(names.begin(), names.end()).size() == names.size();
  };
  EXPECT_TRUE(are_distinct(order_input_names));
  EXPECT_TRUE(are_distinct(order_failure_names));
  EXPECT_TRUE(are_distinct(order_attention_names));
  for (std::size_t i = 0; i < order_phase_count; ++i)
    EXPECT_EQ(static_cast<std::size_t>(order_phase_words[i].phase), i);
}

// Walked by decide as well: in every phase, each input that can be brought about there does what its cell says.
struct Brought {
  OrderInput input;
  OrderNews news;
  bool needs_close = false;  // a close was asked before
};

PspReport unequal(PspStatus status) {
  PspReport said = OrderStory::report(status);
  said.amount += 1;
  said.received = status == PspStatus::succeeded ? said.amount : 0;
  return said;
}
OrderNews called(OrderOperation operation, PspAnswerSeen answer,
                 std::optional<RiskVerdict> verdict = std::nullopt) {
  return OrderCallAnswered{operation, 1, 1, std::move(answer), verdict};
}
OrderNews seen(const PspReport& said) { return OrderReadAnswered{1, OrderStory::ok(said)}; }
OrderNews seen(PspStatus status) { return seen(OrderStory::report(status)); }

std::vector<Brought> all_news() {
  using Op = OrderOperation;
  const auto came_to = [](PspOutcome outcome) { return OrderStory::came_to(outcome); };
  PspReport other = OrderStory::report(PspStatus::open);
  other.object = "cs_2";
  OrderHint hint;
  hint.hint = "evt_1";
  return {
      {OrderInput::risk_ok, called(Op::risk, came_to(PspOutcome::ok), RiskVerdict::approve)},
      {OrderInput::risk_no, called(Op::risk, came_to(PspOutcome::ok), RiskVerdict::deny)},
      {OrderInput::risk_review, called(Op::risk, came_to(PspOutcome::ok), RiskVerdict::review)},
      {OrderInput::risk_unknown, called(Op::risk, came_to(PspOutcome::unknown))},
      {OrderInput::registered_open, called(Op::registration, OrderStory::ok(PspStatus::open))},
      {OrderInput::registered_action, called(Op::registration, OrderStory::ok(PspStatus::action))},
      {OrderInput::registered_processing,
       called(Op::registration, OrderStory::ok(PspStatus::processing))},
      {OrderInput::register_maybe, called(Op::registration, came_to(PspOutcome::unknown))},
      {OrderInput::register_key_conflict,
       called(Op::registration, came_to(PspOutcome::key_conflict))},
      {OrderInput::close_failed, called(Op::expiry, came_to(PspOutcome::refused))},
      {OrderInput::close_not_executed, called(Op::expiry, came_to(PspOutcome::throttled))},
      {OrderInput::closed, called(Op::expiry, OrderStory::ok(PspStatus::expired))},
      {OrderInput::seen_open, seen(PspStatus::open)},
      {OrderInput::seen_action, seen(PspStatus::action)},
      {OrderInput::seen_processing, seen(PspStatus::processing)},
      {OrderInput::seen_failed_attempt, seen(PspStatus::failed_attempt)},
      {OrderInput::seen_unpaid_to_close, seen(PspStatus::open), true},
      {OrderInput::seen_succeeded, seen(PspStatus::succeeded)},
      {OrderInput::seen_unequal, seen(unequal(PspStatus::succeeded))},
      {OrderInput::seen_unequal_unpaid, seen(unequal(PspStatus::open))},
      {OrderInput::seen_ended, seen(PspStatus::canceled)},
      {OrderInput::seen_absent, OrderReadAnswered{1, came_to(PspOutcome::absent)}},
      {OrderInput::seen_nothing, OrderReadAnswered{1, came_to(PspOutcome::unknown)}},
      {OrderInput::seen_other_object, seen(other)},
      {OrderInput::hint, hint},
      {OrderInput::cancel, OrderCancelAsked{}},
      {OrderInput::credited, OrderCreditAnswered{}},
      {OrderInput::credit_refused, OrderCreditAnswered{Rejection::account_frozen}},
      {OrderInput::retry, OrderOperatorAsked{OrderOperatorAct::retry}},
      {OrderInput::discard_not_charged, OrderOperatorAsked{OrderOperatorAct::discard_not_charged}},
      {OrderInput::discard_charged, OrderOperatorAsked{OrderOperatorAct::discard_charged}},
      {OrderInput::discard_refunded, OrderOperatorAsked{OrderOperatorAct::discard_refunded}},
      {OrderInput::accept, OrderOperatorAsked{OrderOperatorAct::accept}},
      {OrderInput::refund, OrderOperatorAsked{OrderOperatorAct::refund}},
  };
}

// An order that stands in this phase, with the call in flight that the news answers, and a read.
OrderState standing_in(OrderPhase phase, const Brought& brought) {
  OrderStory story;
  story.awaiting().hinted("evt_0");
  OrderState order = story.state();
  order.phase = phase;
  if (brought.needs_close) order.close = OrderFailure::canceled;
  if (phase == OrderPhase::failed) order.failure = OrderFailure::expired;
  if (const auto* answer = get_if<OrderCallAnswered>(&brought.news)) {
    order.call.operation = answer->operation;
    order.call.in_flight = true;
    order.call.is_answered = false;
  }
  return order;
}

TEST(OrderTable, IsWhatDecideDoesInEveryCellThatNewsCanReach) {
  OrderStory story;
  for (const OrderPhaseWords& words : order_phase_words) {
    if (words.phase <= OrderPhase::reserved) continue;
    for (const Brought& brought : all_news()) {
      const OrderState before = standing_in(words.phase, brought);
      // In a phase that is not the provider's there is nothing to be closed.
      const bool is_plain = brought.needs_close && !is_at_psp(words.phase);
      const OrderInput input = is_plain ? OrderInput::seen_open : brought.input;
      const OrderCell& cell = order_cell(words.phase, input);
      const OrderDecision decision = decide(before, brought.news, story.context());
      OrderState after = before;
      for (const AnyOrderEvent& event : decision.events)
        evolve(after, event, {{1, 0, 0}, story.context().now});
      const std::string where = std::string(to_string(input)) + " in " + std::string(words.name);
      EXPECT_EQ(decision.alarm.empty(), !cell.is_later) << where;
      const bool moves = cell.moves && !cell.is_later;
      EXPECT_EQ(to_string(after.phase), to_string(moves ? cell.next : words.phase)) << where;
      EXPECT_EQ(static_cast<int>(decision.reply),
                static_cast<int>(cell.is_later ? OrderReply::none : cell.reply))
          << where;
      if (cell.attention != OrderAttention::none && !cell.is_later) {
        EXPECT_TRUE(after.has(cell.attention)) << where;
      }
      // (Of a key in conflict somebody is told wherever the order is.)
      if (!cell.is_listed && input != OrderInput::register_key_conflict) {
        EXPECT_EQ(after.attention, before.attention) << where;
      }
    }
  }
}

}  // namespace
}  // namespace florin
