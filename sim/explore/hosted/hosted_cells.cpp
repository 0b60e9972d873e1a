// Cells of the state table that no exploration reaches, by name and with the reason why none can.
#include <algorithm>

#include "domain/payment/order/order_table.hpp"
#include "sim/explore/hosted/hosted_explorer.hpp"

namespace florin::sim {
namespace {

using Phase = OrderPhase;
using In = OrderInput;

constexpr std::string_view not_built = "its phase comes with another method of payment";
constexpr std::string_view one_order =
    "a checkout of one order releases it only when another has it, and so has begun it";
constexpr std::string_view made_open =
    "a hosted page is made open, and what is kept under its key says so for ever";
constexpr std::string_view made_at_once = "its bytes are made in the turn that owes them";
constexpr std::string_view hinted_behind_an_act =
    "while it is registered only a hint makes it read, and whoever hints has begun to pay";
constexpr std::string_view closes_leave =
    "who is asked to close it there leaves the phase at once, and a close is never taken back";
constexpr std::string_view needs_two_lies = "it takes two lies of different kinds";

std::vector<UnreachableCell> made_unreachable() {
  std::vector<UnreachableCell> all;
  for (const Phase phase :
       {Phase::risk_review, Phase::debiting, Phase::wallet_crediting, Phase::returning})
    for (std::size_t i = 0; i < order_input_count; ++i)
      all.push_back({phase, static_cast<In>(i), not_built});
  const auto add = [&](Phase phase, std::initializer_list<In> inputs, std::string_view why) {
    for (const In input : inputs) all.push_back({phase, input, why});
  };
  add(Phase::none, {In::reserve_released, In::release_other}, one_order);
  add(Phase::reserved, {In::release, In::reserve_released, In::release_other}, one_order);
  add(Phase::registering,
      {In::registered_action, In::registered_processing, In::registered_succeeded}, made_open);
  add(Phase::cancelling,
      {In::registered_action, In::registered_processing, In::registered_succeeded}, made_open);
  add(Phase::unresolved, {In::registered_action, In::registered_processing}, made_open);
  add(Phase::registering, {In::expire_untried}, made_at_once);
  add(Phase::registering, {In::seen_open}, hinted_behind_an_act);
  add(Phase::awaiting_payer, {In::seen_unpaid_to_close}, closes_leave);
  add(Phase::action, {In::seen_unpaid_to_close}, closes_leave);
  add(Phase::failed, {In::seen_unequal}, needs_two_lies);
  add(Phase::mismatch, {In::seen_other_object}, needs_two_lies);
  return all;
}

}  // namespace

const std::vector<UnreachableCell>& unreachable_cells() {
  static const std::vector<UnreachableCell> all = made_unreachable();
  return all;
}

std::vector<std::string> cells_against_table(const HostedCells& met) {
  std::vector<std::string> wrong;
  for (std::size_t p = 0; p < order_phase_count; ++p)
    for (std::size_t i = 0; i < order_input_count; ++i) {
      const auto phase = static_cast<Phase>(p);
      const auto input = static_cast<In>(i);
      const OrderCell& cell = order_cell(phase, input);
      const bool is_wanted = cell.is_listed && !cell.is_later;
      const bool is_unreachable = std::ranges::any_of(
          unreachable_cells(),
          [&](const UnreachableCell& one) { return one.phase == phase && one.input == input; });
      const std::string name = std::string(to_string(phase)) + ": " + std::string(to_string(input));
      if (is_wanted && !is_unreachable && met[p][i] == 0) wrong.push_back(name + " is not met");
      if (is_unreachable && met[p][i] != 0) wrong.push_back(name + " is met after all");
    }
  return wrong;
}

}  // namespace florin::sim
