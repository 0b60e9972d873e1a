// The participant contract (ADR-0005) as data: state of one leg x message -> what is done and
// what is answered. tests/unit/domain/transfer/participant_table_test.cpp walks every cell.
#pragma once

#include <array>

#include "domain/transfer/leg.hpp"

namespace florin {

enum class LegAction : std::uint8_t {
  reserve,     // check the account: tried or refused, recorded either way
  post,        // TC/C Confirm: move the money against clearing
  release,     // TC/C Cancel: give back what was reserved
  leave_flag,  // Cancel or Compensate before Try or Apply: leave the cancel flag
  apply,       // saga: check and move the money at once, or record the refusal
  give_back,   // saga: reverse posting
  compare,     // repeat: `answer` when the content is the same, leg_mismatch otherwise
  answer,      // nothing changes
  alarm,       // nothing changes, and this must never happen
};

struct LegCell {
  LegAction action;
  AnswerCode answer;  // when the action succeeds (reserve and apply may answer `refused`)
};

inline constexpr std::size_t leg_state_count = 6;
inline constexpr std::size_t leg_message_count = 5;

// clang-format off
inline constexpr std::array<std::array<LegCell, leg_message_count>, leg_state_count>
participant_table{{
  // none = never heard of
  {{ /* try        */ {LegAction::reserve,    AnswerCode::ok},
     /* confirm    */ {LegAction::answer,     AnswerCode::try_not_found},
     /* cancel     */ {LegAction::leave_flag, AnswerCode::ok_empty},
     /* apply      */ {LegAction::apply,      AnswerCode::ok},
     /* compensate */ {LegAction::leave_flag, AnswerCode::ok_empty} }},
  // tried
  {{ /* try        */ {LegAction::compare,    AnswerCode::ok},
     /* confirm    */ {LegAction::post,       AnswerCode::ok},
     /* cancel     */ {LegAction::release,    AnswerCode::ok},
     /* apply      */ {LegAction::alarm,      AnswerCode::leg_mismatch},
     /* compensate */ {LegAction::alarm,      AnswerCode::leg_mismatch} }},
  // confirmed
  {{ /* try        */ {LegAction::compare,    AnswerCode::ok},
     /* confirm    */ {LegAction::answer,     AnswerCode::ok},
     /* cancel     */ {LegAction::alarm,      AnswerCode::already_confirmed},
     /* apply      */ {LegAction::compare,    AnswerCode::ok},
     /* compensate */ {LegAction::give_back,  AnswerCode::ok} }},
  // cancelled
  {{ /* try        */ {LegAction::answer,     AnswerCode::cancelled},
     /* confirm    */ {LegAction::alarm,      AnswerCode::already_cancelled},
     /* cancel     */ {LegAction::answer,     AnswerCode::ok},
     /* apply      */ {LegAction::answer,     AnswerCode::cancelled},
     /* compensate */ {LegAction::answer,     AnswerCode::ok} }},
  // cancelled_early = the cancel flag
  {{ /* try        */ {LegAction::answer,     AnswerCode::cancelled_before_try},
     /* confirm    */ {LegAction::alarm,      AnswerCode::already_cancelled},
     /* cancel     */ {LegAction::answer,     AnswerCode::ok_empty},
     /* apply      */ {LegAction::answer,     AnswerCode::cancelled_before_try},
     /* compensate */ {LegAction::answer,     AnswerCode::ok_empty} }},
  // refused
  {{ /* try        */ {LegAction::compare,    AnswerCode::refused},
     /* confirm    */ {LegAction::alarm,      AnswerCode::refused},
     /* cancel     */ {LegAction::answer,     AnswerCode::ok},
     /* apply      */ {LegAction::compare,    AnswerCode::refused},
     /* compensate */ {LegAction::answer,     AnswerCode::ok} }},
}};
// clang-format on

constexpr LegCell participant_cell(LegState state, LegMessage message) {
  return participant_table[static_cast<std::size_t>(state)][static_cast<std::size_t>(message)];
}

}  // namespace florin
