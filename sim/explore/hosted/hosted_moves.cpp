// Which moves there are, and their words.
#include <algorithm>

#include "sim/explore/hosted/hosted_world.hpp"

namespace florin::sim {
namespace {

using How = HostedMove::How;
using MoveKind = HostedMove::Kind;

constexpr std::array how_names{"",          " (and again)",  " (dies before)", " (dies behind)",
                               " not sent", " 500 not done", " 500 done",      " 503",
                               " 409",      " 429",          " unreadable",    " denied",
                               " lies"};

bool is_outside(HostedWhat what) { return what == HostedWhat::call || what == HostedWhat::read; }
bool is_answer(HostedWhat what) {
  return what == HostedWhat::call_answer || what == HostedWhat::read_answer;
}
// Its receiver decides, and so may die of it.
bool is_to_entity(HostedWhat what) {
  return !is_outside(what) && what != HostedWhat::credit && what != HostedWhat::post;
}

// Of another amount it speaks again; of another page, or another end, once.
std::uint8_t lies_max(HostedLie lie) {
  if (lie == HostedLie::none) return 0;
  return lie == HostedLie::amount || lie == HostedLie::received ? 2 : 1;
}

bool can_act(const HostedProvider& provider, PayerAct act) {
  switch (act) {
    case PayerAct::pay:
    case PayerAct::decline:
    case PayerAct::ask_action:
    case PayerAct::process: return provider.page == HostedProvider::Page::open;
    case PayerAct::process_paid:
    case PayerAct::process_failed: return provider.intent == PspStatus::processing;
  }
  return false;
}

}  // namespace

std::vector<HostedMove> HostedRules::moves(const HostedWorld& world) const {
  std::vector<HostedMove> all;
  const HostedBudget& left = world.left;
  bool is_busy = false;
  bool has_calls = false;
  for (std::size_t i = 0; i < world.packets.size(); ++i) {
    const HostedPacket& packet = world.packets[i];
    const auto at = static_cast<std::uint16_t>(i);
    is_busy = is_busy || !packet.is_late;
    has_calls =
        has_calls || (is_outside(packet.what) && !packet.is_orphan) || is_answer(packet.what);
    if (i > 0 && packet == world.packets[i - 1]) continue;
    const auto add = [&](How how) { all.push_back({MoveKind::deliver, how, at}); };
    add(How::well);
    if (left.duplications > 0) add(How::stays);
    if (left.losses > 0 && !packet.is_late) all.push_back({MoveKind::late, How::well, at});
    if (left.crashes > 0 && is_to_entity(packet.what)) {
      add(How::dies_before);
      add(How::dies_behind);
    }
    if (packet.operation == OrderOperation::risk && packet.what == HostedWhat::call)
      add(How::denied);
    if (left.losses > 0 && is_outside(packet.what) && !packet.is_orphan) {
      if (!packet.is_twice) add(How::not_sent);
      add(How::throttled);
      add(How::failed_once);
      if (packet.what == HostedWhat::call && packet.operation != OrderOperation::risk) {
        add(How::failed_before);
        add(How::failed_behind);
        add(How::busy);
        add(How::unreadable);
      }
    }
    if (world.provider.lies < lies_max(case_.lie) && is_outside(packet.what) &&
        world.provider.pages > 0)
      add(How::lies);
  }
  for (std::size_t i = 0; i < case_.acts.size(); ++i)
    if (world.acts_left[i] > 0 && can_act(world.provider, case_.acts[i]))
      all.push_back({MoveKind::act, How::well, static_cast<std::uint16_t>(i)});
  if (world.may_cancel) all.push_back({MoveKind::cancel, How::well, 0});
  if (world.is_frozen && world.order.phase >= OrderPhase::crediting)
    all.push_back({MoveKind::thaw, How::well, 0});
  if (left.crashes > 0 && has_calls) all.push_back({MoveKind::die, How::well, 0});
  if (left.duplications > 0 && world.order.phase > OrderPhase::reserved)
    all.push_back({MoveKind::stray, How::well, 0});
  if (!is_busy && next_time(world)) all.push_back({MoveKind::time, How::well, 0});
  return all;
}

std::string HostedRules::words_of(const HostedWorld& world, const HostedMove& move) const {
  switch (move.kind) {
    case MoveKind::deliver:
    case MoveKind::late: {
      const HostedPacket& packet = world.packets.at(move.at);
      std::string text = move.kind == MoveKind::late ? "late: " : "";
      text += hosted_what_names.at(static_cast<std::size_t>(packet.what));
      if (packet.operation != OrderOperation::none)
        text += std::string(" ") + to_string(packet.operation);
      if (packet.number != 0) text += " " + std::to_string(packet.number);
      if (is_answer(packet.what))
        text += " " + std::string(rule_of(packet.outcome).name) + "/" +
                std::to_string(static_cast<int>(packet.status)) + (packet.is_lie ? " (a lie)" : "");
      if (packet.what == HostedWhat::order_reply)
        text += " " + std::to_string(static_cast<int>(packet.reply));
      return text + how_names.at(static_cast<std::size_t>(move.how)) + "   [" +
             std::string(to_string(world.order.phase)) + "]";
    }
    case MoveKind::act: return "payer: " + std::string(to_string(case_.acts.at(move.at)));
    case MoveKind::cancel: return "client: cancel";
    case MoveKind::thaw: return "the seller is thawed";
    case MoveKind::die: return "the order's process dies";
    case MoveKind::stray: return "what is over comes late";
    case MoveKind::time: return "time passes";
  }
  return {};
}

}  // namespace florin::sim
