// Rows of the state table, as PAYMENTS.md writes them: which phases, which inputs, what follows.
// `then` begins a row; a cell that two rows claim does not compile.
//
// Four rows are not written there as such, and complete it:
//   - Reserve and Begin of a known order have their answers from rule 7;
//   - `cancelling` without the provider's id ends when it is certain that no registration has arrived (nothing to close), and hears the
//     registration's answer as `registering` does;
//   - what is unequal but not paid is a mismatch too (section 3: "something unequal"), and is closed;
//   - a late answer to the registration makes `unresolved` read, as a hint does.
#include "domain/payment/order/order_table.hpp"

#include <array>
#include <initializer_list>

namespace florin {
namespace {

using Phase = OrderPhase;
using In = OrderInput;
using Failure = OrderFailure;
using Attention = OrderAttention;
using Reply = OrderReply;

// Phases, or inputs, of a row.
template <class E>
struct Set {
  constexpr Set(E one) : list{one}, count(1) {}  // NOLINT(google-explicit-constructor)
  constexpr Set(std::initializer_list<E> some) {
    for (const E e : some) list[count++] = e;
  }
  std::array<E, 20> list{};
  std::size_t count = 0;
};
using Phases = Set<Phase>;
using Inputs = Set<In>;

constexpr OrderCell stays() {
  OrderCell cell;
  cell.is_listed = true;
  return cell;
}
constexpr OrderCell to(Phase next) {
  OrderCell cell = stays();
  cell.moves = true;
  cell.next = next;
  return cell;
}
constexpr OrderCell fails(Failure failure) {
  OrderCell cell = to(Phase::failed);
  cell.failure = failure;
  return cell;
}
constexpr OrderCell later(OrderCell cell) { return cell.is_later = true, cell; }
constexpr OrderCell raising(OrderCell cell, Attention a) { return cell.attention = a, cell; }
constexpr OrderCell reading(OrderCell cell) { return cell.reads = true, cell; }
constexpr OrderCell answering(OrderCell cell, Reply reply) { return cell.reply = reply, cell; }
constexpr OrderCell closing(OrderCell cell, Failure reason) {
  return cell.asks_close = reason, cell;
}
constexpr OrderCell answers(Reply reply) { return answering(stays(), reply); }

constexpr Phases every{Phase::none,        Phase::reserved,    Phase::risk_check,
                       Phase::risk_review, Phase::debiting,    Phase::wallet_crediting,
                       Phase::returning,   Phase::registering, Phase::awaiting_payer,
                       Phase::action,      Phase::psp_pending, Phase::cancelling,
                       Phase::unresolved,  Phase::mismatch,    Phase::crediting,
                       Phase::parked,      Phase::posting,     Phase::done,
                       Phase::failed};
constexpr Phases held{Phase::reserved,
                      Phase::risk_check,
                      Phase::risk_review,
                      Phase::debiting,
                      Phase::wallet_crediting,
                      Phase::returning,
                      Phase::registering,
                      Phase::awaiting_payer,
                      Phase::action,
                      Phase::psp_pending,
                      Phase::cancelling,
                      Phase::unresolved,
                      Phase::mismatch,
                      Phase::crediting,
                      Phase::parked,
                      Phase::posting,
                      Phase::done,
                      Phase::failed};
constexpr Phases begun{
    Phase::risk_check,  Phase::risk_review, Phase::debiting,       Phase::wallet_crediting,
    Phase::returning,   Phase::registering, Phase::awaiting_payer, Phase::action,
    Phase::psp_pending, Phase::cancelling,  Phase::unresolved,     Phase::mismatch,
    Phase::crediting,   Phase::parked,      Phase::posting,        Phase::done,
    Phase::failed};
constexpr Phases wallet_phases{Phase::debiting, Phase::wallet_crediting, Phase::returning};
constexpr Phases at_psp{Phase::registering, Phase::awaiting_payer, Phase::action,
                        Phase::psp_pending, Phase::cancelling,     Phase::unresolved,
                        Phase::mismatch};
constexpr Phases asked_psp{Phase::registering, Phase::awaiting_payer, Phase::action,
                           Phase::psp_pending, Phase::cancelling,     Phase::unresolved,
                           Phase::mismatch,    Phase::crediting,      Phase::parked,
                           Phase::posting,     Phase::done,           Phase::failed};
// Whose phase is what the provider says.
constexpr Phases following{Phase::awaiting_payer, Phase::action, Phase::psp_pending,
                           Phase::unresolved};
constexpr Phases success{Phase::crediting, Phase::parked, Phase::posting, Phase::done};

using Cells = std::array<std::array<OrderCell, order_input_count>, order_phase_count>;

struct TableMaker {
  Cells cells{};
  bool is_sound = true;  // no cell was claimed twice

  constexpr TableMaker& row(const Phases& phases, const Inputs& inputs, const OrderCell& cell) {
    for (std::size_t p = 0; p < phases.count; ++p)
      for (std::size_t i = 0; i < inputs.count; ++i) {
        OrderCell& at = cells[static_cast<std::size_t>(phases.list[p])]
                             [static_cast<std::size_t>(inputs.list[i])];
        if (at.is_listed) is_sound = false;
        at = cell;
        // To where it is already: nothing moves.
        if (cell.moves && cell.next == phases.list[p]) at.moves = false, at.next = Phase::none;
      }
    return *this;
  }
};

constexpr void add_reserve(TableMaker& t) {
  t.row(Phase::none, In::reserve, answering(to(Phase::reserved), Reply::reserved))
      .row(held, In::reserve, answers(Reply::same))  // or busy, or taken: by who holds it
      .row(every, In::reserve_released, answers(Reply::released))
      .row(every, In::release_other, answers(Reply::released))
      .row(Phase::reserved, In::release, answering(to(Phase::none), Reply::released))
      .row(Phase::reserved, In::begin, answering(to(Phase::risk_check), Reply::begun))
      .row(begun, In::begin, answers(Reply::begun))
      .row({Phase::none, Phase::reserved}, In::cancel, answers(Reply::not_found));
}

constexpr void add_risk(TableMaker& t) {
  const Phases both{Phase::risk_check, Phase::risk_review};
  t.row(Phase::risk_check, In::risk_unknown, stays())
      .row(Phase::risk_check, In::risk_tries_spent, later(to(Phase::risk_review)))
      .row(Phase::risk_check, In::risk_ok, to(Phase::registering))
      .row(Phase::risk_review, In::risk_ok, later(to(Phase::registering)))
      .row(both, In::risk_ok_wallet, later(to(Phase::debiting)))
      .row(both, In::risk_review, later(to(Phase::risk_review)))
      .row(Phase::risk_check, In::risk_no, fails(Failure::risk_rejected))
      .row(Phase::risk_review, In::risk_no, later(fails(Failure::risk_rejected)))
      .row(Phase::risk_check, In::cancel, answering(fails(Failure::canceled), Reply::cancelled))
      .row(Phase::risk_check, In::expire, fails(Failure::expired))
      .row(Phase::risk_review, In::cancel,
           later(answering(fails(Failure::canceled), Reply::cancelled)))
      .row(Phase::risk_review, In::expire, later(fails(Failure::expired)));
}

// The buyer's wallet pays: no provider hears of it.
constexpr void add_wallet_method(TableMaker& t) {
  t.row(Phase::debiting, In::debited, later(to(Phase::wallet_crediting)))
      .row(Phase::debiting, In::debit_refused, later(fails(Failure::wallet_refused)))
      .row(Phase::wallet_crediting, In::credited, later(to(Phase::posting)))
      .row(Phase::wallet_crediting, In::credit_refused, later(to(Phase::returning)))
      .row(Phase::returning, In::returned, later(fails(Failure::seller_unavailable)))
      .row(Phase::returning, In::return_refused,
           later(raising(stays(), Attention::seller_unavailable)))
      .row(wallet_phases, In::cancel, later(answers(Reply::in_progress)))
      .row(wallet_phases, In::expire, later(stays()))
      .row(wallet_phases, {In::seen_succeeded, In::seen_unequal, In::seen_ended}, later(stays()));
}

constexpr void add_registering(TableMaker& t) {
  const Phase registering = Phase::registering;
  const OrderCell unequal =
      closing(raising(to(Phase::mismatch), Attention::mismatch), Failure::mismatch);
  t.row(registering, In::registered_open, to(Phase::awaiting_payer))
      .row(registering, In::registered_succeeded, to(Phase::crediting))
      .row(registering, In::registered_action, to(Phase::action))
      .row(registering, In::registered_processing, to(Phase::psp_pending))
      .row(registering, {In::register_not_executed, In::register_unexecuted}, stays())
      .row({registering, Phase::cancelling}, In::registered_unequal, unequal)
      .row({registering, Phase::cancelling}, In::register_key_conflict,
           reading(raising(to(Phase::unresolved), Attention::key_conflict)))
      .row(registering, In::register_maybe, stays())
      .row(registering, In::register_spent, raising(to(Phase::unresolved), Attention::dead_letter))
      .row(registering, In::register_refused, fails(Failure::psp_refused))
      .row(registering, In::register_refused_unclear,
           reading(raising(to(Phase::unresolved), Attention::dead_letter)))
      .row(registering, In::register_declined, later(fails(Failure::card_declined)))
      .row(registering, In::seen_open, to(Phase::awaiting_payer))
      .row(registering, In::seen_action, to(Phase::action))
      .row(registering, In::seen_processing, to(Phase::psp_pending))
      .row(registering, In::cancel_unexecuted,
           answering(fails(Failure::canceled), Reply::cancelled))
      .row(registering, In::expire_untried, fails(Failure::expired))
      .row(registering, In::expire_unexecuted, fails(Failure::psp_unreachable));
}

constexpr void add_hosted(TableMaker& t) {
  const Phases payable{Phase::registering, Phase::awaiting_payer, Phase::action};
  t.row(asked_psp, {In::hint, In::poll}, reading(stays()))
      .row(asked_psp, In::seen_other_object, raising(stays(), Attention::psp_two_objects))
      .row(following, {In::seen_open, In::seen_failed_attempt}, to(Phase::awaiting_payer))
      .row(following, In::seen_action, to(Phase::action))
      .row(following, In::seen_processing, to(Phase::psp_pending))
      .row(following, In::seen_unpaid_to_close, to(Phase::cancelling))
      // payment path 10/12: a read says that all is paid: SUCCESS, and the wallet is owed.
      .row(at_psp, In::seen_succeeded, to(Phase::crediting))
      .row(at_psp, In::seen_unequal, raising(to(Phase::mismatch), Attention::mismatch))
      .row(at_psp, In::seen_unequal_unpaid,
           closing(raising(to(Phase::mismatch), Attention::mismatch), Failure::mismatch))
      .row(at_psp, In::seen_ended, fails(Failure::none))
      .row(payable, In::cancel,
           answering(closing(to(Phase::cancelling), Failure::canceled), Reply::cancelling))
      .row(payable, In::expire, closing(to(Phase::cancelling), Failure::expired))
      .row(Phase::psp_pending, In::cancel, answers(Reply::in_progress))
      .row(Phase::psp_pending, In::expire, closing(stays(), Failure::expired));
}

constexpr void add_cancelling(TableMaker& t) {
  const Phase cancelling = Phase::cancelling;
  t.row(cancelling, In::closed, fails(Failure::none))
      .row(cancelling, In::close_failed, reading(stays()))
      .row(cancelling, {In::close_spent, In::register_spent},
           raising(to(Phase::unresolved), Attention::dead_letter))
      .row(cancelling, In::close_not_executed, stays())
      .row(cancelling, In::seen_unpaid_to_close, stays())
      .row(cancelling, In::seen_processing, to(Phase::psp_pending))
      .row(cancelling, In::cancel, answers(Reply::cancelling))
      .row(cancelling, {In::registered_open, In::registered_action}, stays())
      .row(cancelling, In::registered_processing, to(Phase::psp_pending))
      .row(cancelling, In::registered_succeeded, to(Phase::crediting))
      .row(cancelling, {In::register_not_executed, In::register_maybe}, stays())
      .row(cancelling, {In::register_unexecuted, In::register_refused}, fails(Failure::none))
      .row(cancelling, In::register_refused_unclear, reading(stays()));
}

constexpr void add_special_lists(TableMaker& t) {
  const Phases both{Phase::unresolved, Phase::mismatch};
  t.row(both, In::cancel, answers(Reply::in_progress))
      .row(both, In::expire, reading(closing(stays(), Failure::expired)))
      .row(Phase::unresolved,
           {In::registered_open, In::registered_action, In::registered_processing},
           reading(stays()))
      .row(Phase::unresolved, In::settled, later(stays()))
      .row(Phase::unresolved, In::retry, later(to(Phase::registering)))
      .row(Phase::unresolved, {In::discard_not_charged, In::discard_refunded},
           later(fails(Failure::psp_unreachable)))
      .row(Phase::unresolved, In::discard_charged, later(to(Phase::crediting)))
      .row(Phase::mismatch, {In::closed, In::close_failed}, reading(stays()))
      .row(Phase::mismatch, In::accept, later(to(Phase::crediting)))
      .row(Phase::mismatch, In::refund, later(fails(Failure::mismatch)));
}

constexpr void add_after_success(TableMaker& t) {
  t.row(Phase::crediting, In::credited, to(Phase::posting))
      .row(Phase::crediting, In::credit_refused,
           raising(to(Phase::parked), Attention::seller_unavailable))
      .row(Phase::parked, In::credited, to(Phase::posting))
      .row(Phase::parked, In::refunded, later(to(Phase::done)))
      .row(Phase::posting, In::posted, to(Phase::done))
      .row(success, {In::seen_failed_attempt, In::seen_ended},
           raising(stays(), Attention::psp_contradicts))
      .row(success, In::cancel, answers(Reply::final_));
}

constexpr void add_after_failure(TableMaker& t) {
  t.row(Phase::failed, {In::seen_succeeded, In::seen_unequal},
        raising(stays(), Attention::late_success))
      .row(Phase::failed, In::refunded, later(stays()))
      .row(Phase::failed, In::cancel, answers(Reply::final_))
      .row(Phase::failed, In::cancel_again, answers(Reply::cancelled));
}

constexpr TableMaker made() {
  TableMaker t;
  add_reserve(t);
  add_risk(t);
  add_wallet_method(t);
  add_registering(t);
  add_hosted(t);
  add_cancelling(t);
  add_special_lists(t);
  add_after_success(t);
  add_after_failure(t);
  return t;
}

constexpr TableMaker state_table = made();
static_assert(state_table.is_sound, "no cell of the state table is claimed by two rows");

}  // namespace

const OrderCell& order_cell(OrderPhase phase, OrderInput input) noexcept {
  return state_table.cells[static_cast<std::size_t>(phase)][static_cast<std::size_t>(input)];
}

}  // namespace florin
