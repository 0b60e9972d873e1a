// The commands of the network: which packet arrives, which does not, and which nobody has sent.
#include <algorithm>

#include "sim/scenarios/scenario_arguments.hpp"
#include "sim/scenarios/scenario_commands.hpp"

namespace florin::sim {
namespace {

// What a packet is, in the words of the commands.
struct PacketWords {
  bool answer = false;
  std::string kind;
  std::string leg;
  std::string number;
  std::string transfer;
};

PacketWords words_of(const Packet& packet, const ScenarioNames& names) {
  PacketWords words;
  const auto about = [&](LegMessage kind, const LegKey& key) {
    words.kind = word_of(kind);
    words.leg = names.account_of(key);
    words.number = std::to_string(key.leg);
    words.transfer = names.name_of(key.transfer);
  };
  const Message& message = packet.message;
  if (const auto* m = get_if<TryLeg>(&message)) about(LegMessage::try_, m->leg);
  if (const auto* m = get_if<TryNotedLeg>(&message)) about(LegMessage::try_, m->leg);
  if (const auto* m = get_if<ApplyNotedStep>(&message)) about(LegMessage::apply, m->leg);
  if (const auto* m = get_if<ApplyStep>(&message)) about(LegMessage::apply, m->leg);
  if (const auto* m = get_if<ConfirmLeg>(&message)) about(LegMessage::confirm, m->leg);
  if (const auto* m = get_if<CancelLeg>(&message)) about(LegMessage::cancel, m->leg);
  if (const auto* m = get_if<CompensateStep>(&message)) about(LegMessage::compensate, m->leg);
  if (const auto* m = get_if<LegAnswered>(&message)) {
    about(m->answered, m->leg);
    words.answer = true;
  }
  if (ScenarioWorld::is_fence(packet)) {
    words.kind = "fence";
    words.answer = !holds_alternative<AdvanceFence>(message);
  }
  return words;
}

bool is_kind(const std::string& word) {
  return word == "try" || word == "confirm" || word == "cancel" || word == "apply" ||
         word == "compensate" || word == "fence";
}

std::optional<LegMessage> kind_of(const std::string& word) {
  for (const LegMessage kind : {LegMessage::try_, LegMessage::confirm, LegMessage::cancel,
                                LegMessage::apply, LegMessage::compensate})
    if (word_of(kind) == word) return kind;
  return std::nullopt;
}

}  // namespace

// [newest] [answer] [KIND] [LEG] [of ID]: the oldest packet that fits, or the newest.
Result<std::size_t, std::string> ScenarioCommands::find_packet(const Words& words,
                                                               std::size_t from) {
  bool newest = false, answer = false;
  PacketWords wanted;
  for (std::size_t i = from; i < words.size(); ++i) {
    if (words[i] == "newest")
      newest = true;
    else if (words[i] == "answer")
      answer = true;
    else if (words[i] == "of" && i + 1 < words.size())
      wanted.transfer = words[++i];
    else if (is_kind(words[i]))
      wanted.kind = words[i];
    else if (wanted.leg.empty())
      wanted.leg = words[i];
    else
      return no("'" + words[i] + "' is not understood");
  }
  std::optional<std::size_t> found;
  const std::vector<Packet>& network = world_->network();
  for (std::size_t i = 0; i < network.size() && (newest || !found); ++i) {
    const PacketWords is = words_of(network[i], world_->names());
    const bool leg_fits = wanted.leg.empty() || wanted.leg == is.leg || wanted.leg == is.number;
    const bool kind_fits = wanted.kind.empty() ? is.kind != "fence" : wanted.kind == is.kind;
    if (is.answer == answer && leg_fits && kind_fits &&
        (wanted.transfer.empty() || wanted.transfer == is.transfer))
      found = i;
  }
  if (found) return *found;
  std::string what = "no such packet is under way:";
  for (std::size_t i = from; i < words.size(); ++i) what += " " + words[i];
  return no(what);
}

ScenarioCommands::Done ScenarioCommands::deliver(const Words& words) {
  if (words[1] != "all") {
    FLORIN_TRY(which, find_packet(words, 1));
    world_->deliver(which);
    return Unit{};
  }
  std::vector<Packet>& network = world_->network();
  std::vector<Packet> kept;
  if (words.size() > 2) {
    if (words[2] != "except") return no("'" + words[2] + "' is not 'except'");
    FLORIN_TRY(which, find_packet(words, 3));
    kept.push_back(network[which]);
    network.erase(network.begin() + static_cast<std::ptrdiff_t>(which));
  }
  while (!network.empty()) world_->deliver(0);
  network = std::move(kept);
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::drop(const Words& words) {
  std::vector<Packet>& network = world_->network();
  if (words[1] == "all") {
    network.clear();
    return Unit{};
  }
  FLORIN_TRY(which, find_packet(words, 1));
  world_->say("lost: " + world_->names().message(network[which].message));
  network.erase(network.begin() + static_cast<std::ptrdiff_t>(which));
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::duplicate(const Words& words) {
  FLORIN_TRY(which, find_packet(words, 1));
  std::vector<Packet>& network = world_->network();
  world_->say("twice under way: " + world_->names().message(network[which].message));
  network.push_back(Packet(network[which]));
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::double_all(const Words& words) {
  if (words[1] != "on" && words[1] != "off") return no("'" + words[1] + "' is neither on nor off");
  world_->set_doubling(words[1] == "on");
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::reorder(const Words&) {
  std::ranges::reverse(world_->network());
  return show_network();
}

// A message that no sender would send now: what a participant does with it is in its table.
ScenarioCommands::Done ScenarioCommands::forge(const Words& words) {
  const auto kind = kind_of(words[1]);
  FLORIN_TRY(named, account(words[2]));
  const auto id = world_->names().transfer_id(words[4]);
  if (!kind) return no("no message '" + words[1] + "'");
  if (words[3] != "of" || !id) return no("no transfer '" + words[4] + "' was started");
  const TransferStarted& started = *world_->names().started(*id);
  LegKey key{*id, 0};
  while (key.leg < started.legs.size() && started.legs[key.leg].account != named.id) ++key.leg;
  if (key.leg == started.legs.size()) return no(words[2] + " has no leg of " + words[4]);
  const LegSpec& spec = started.legs[key.leg];
  LegContent content{spec.account,           started.legs[1U - key.leg].account,
                     started.transaction_id, spec.amount,
                     started.currency,       spec.role};
  if (words.size() > 5) {
    if (words[5] != "amount" || words.size() != 7)
      return no("'" + words[5] + "' is not understood");
    FLORIN_TRY(other, amount(words[6], started.currency));
    content.amount = other;
  }
  Message message;
  switch (*kind) {
    case LegMessage::try_: message = TryLeg{key, content}; break;
    case LegMessage::confirm: message = ConfirmLeg{key, spec.account}; break;
    case LegMessage::cancel: message = CancelLeg{key, spec.account}; break;
    case LegMessage::apply: message = ApplyStep{key, content}; break;
    case LegMessage::compensate: message = CompensateStep{key, spec.account}; break;
  }
  world_->network().push_back({id->partition, named.home, std::move(message)});
  return Unit{};
}

}  // namespace florin::sim
