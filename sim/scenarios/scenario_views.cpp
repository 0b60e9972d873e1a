// The commands that look: demands that no rewriting can change, and views.
#include "persistence/codec/entry_codec.hpp"
#include "sim/scenarios/scenario_arguments.hpp"
#include "sim/scenarios/scenario_commands.hpp"

namespace florin::sim {

// --- demands --------------------------------------------------------------------------------------------------

ScenarioCommands::Done ScenarioCommands::expect_balance(const Words& words) {
  FLORIN_TRY(named, account(words[1]));
  const AccountState* is = world_->account(named);
  if (is == nullptr)
    return no("partition " + std::to_string(named.home) + " is down, or there is no such account");
  const int decimals = decimals_of(named.currency);
  const auto available = parse_amount(words[2], decimals);
  const auto held = parse_amount(words.size() == 5 ? words[4] : "0", decimals);
  if (!available || !held || (words.size() > 3 && (words.size() != 5 || words[3] != "held")))
    return no("an amount is not understood");
  if (is->available != *available || is->held != *held)
    return no(words[1] + " has " + balance(named.currency, is->available, is->held) + ", not " +
              balance(named.currency, *available, *held));
  world_->say(words[1] + " has " + balance(named.currency, is->available, is->held));
  return Unit{};
}

// The last answer is this one, and no other answer about its content was ever given.
ScenarioCommands::Done ScenarioCommands::expect_outcome(const Words& words) {
  if (!requests_.contains(words[1])) return no("no transfer '" + words[1] + "'");
  const std::vector<Heard>& heard = world_->heard(words[1]);
  if (words[2] == "none") {
    if (!heard.empty()) return no(words[1] + " was answered: " + heard.back().outcome);
    world_->say("nobody has heard of " + words[1] + " yet");
    return Unit{};
  }
  const std::string wanted = words[2] + (words.size() == 4 ? ": " + words[3] : "");
  if (heard.empty()) return no(words[1] + " was never answered");
  if (heard.back().outcome != wanted) return no(words[1] + " is " + heard.back().outcome);
  std::size_t told = 0, unmarked = 0;
  for (const Heard& each : heard) {
    if (each.outcome.starts_with("rejected") != wanted.starts_with("rejected"))
      continue;  // another content
    ++told;
    if (each.outcome != wanted) return no(words[1] + " was also told to be " + each.outcome);
    unmarked += each.recorded ? 0 : 1;
  }
  if (unmarked > 1 && !wanted.starts_with("rejected"))
    return no(words[1] + " was told twice as if for the first time");
  world_->say(words[1] + " is " + wanted + ", told " + std::to_string(told) +
              (told == 1 ? " time" : " times"));
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::expect_legs(const Words& words) {
  FLORIN_TRY(named, account(words[1]));
  PartitionState* state = world_->state(named.home);
  if (state == nullptr) return no("partition " + std::to_string(named.home) + " is down");
  const auto id = world_->names().transfer_id(words[3]);
  if (words[2] != "of" || !id) return no("no transfer '" + words[3] + "' was started");
  const TransferStarted& started = *world_->names().started(*id);
  LegState is = LegState::none;
  for (std::uint8_t i = 0; i < started.legs.size(); ++i)
    if (const Leg* leg = state->leg({*id, i});
        leg != nullptr && started.legs[i].account == named.id)
      is = leg->state;
  const std::string word(is == LegState::none              ? "none"
                         : is == LegState::cancelled_early ? "flag"
                                                           : word_of(is));
  if (word != words[4]) return no("it is " + word);
  world_->say(words[1] + "'s leg of " + words[3] + ": " + std::string(word_of(is)));
  return Unit{};
}

// --- views ----------------------------------------------------------------------------------------------------

ScenarioCommands::Done ScenarioCommands::show(const Words& words) {
  const std::string& what = words[1];
  if (what == "log") return show_log(words);
  if (what == "phase" && words.size() == 3) return show_phase(words[2]);
  if (words.size() != 2) return no("'" + words[2] + "' is not understood");
  if (what == "balances") return show_balances();
  if (what == "money") return show_money();
  if (what == "legs") return show_legs();
  if (what == "network") return show_network();
  return no("'" + what + "' cannot be shown");
}

ScenarioCommands::Done ScenarioCommands::show_fences(const Words& words) {
  if (words[1] != "on" && words[1] != "off") return no("'" + words[1] + "' is neither on nor off");
  world_->set_fences_shown(words[1] == "on");
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::show_balances() {
  for (const auto& [name, named] : world_->names().accounts()) {
    const AccountState* account = world_->account(named);
    if (account == nullptr) continue;
    std::string line = name + " has " + balance(named.currency, account->available, account->held);
    if (account->frozen) line += ", frozen";
    if (account->closed) line += ", closed";
    world_->say(line);
  }
  return Unit{};
}

// What clients have, held or not, and what is between partitions is constant.
ScenarioCommands::Done ScenarioCommands::show_money() {
  std::map<Currency, WideMinor> available, held, clearing;
  for (const auto& [name, named] : world_->names().accounts()) {
    const AccountState* account = world_->account(named);
    if (account == nullptr) continue;
    available[named.currency] += account->available;
    held[named.currency] += account->held;
  }
  for (std::uint32_t p = 0; p < world_->partitions(); ++p) {
    PartitionState* state = world_->state(static_cast<PartitionId>(p));
    if (state == nullptr)
      return no("p" + std::to_string(p) + " is down: the money cannot be counted");
    for (const CurrencySums& sums : state->sums()) clearing[sums.currency] += sums.clearing;
  }
  for (const auto& [currency, free] : available) {
    const int decimals = decimals_of(currency);
    world_->say(money(currency, free + held[currency] + clearing[currency]) +
                " in all: " + format_amount(free, decimals) + " available, " +
                format_amount(held[currency], decimals) + " held, " +
                format_amount(clearing[currency], decimals) + " between partitions");
  }
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::show_legs() {
  for (std::uint32_t p = 0; p < world_->partitions(); ++p) {
    PartitionState* state = world_->state(static_cast<PartitionId>(p));
    if (state == nullptr) continue;
    std::map<LegKey, std::string> lines;  // in order of start
    state->for_each_leg([&](const Leg& leg) {
      lines[leg.key] = "p" + std::to_string(p) + " " + world_->names().name_of(leg.key.transfer) +
                       " " + world_->names().name_of(leg.content.account) + ": " +
                       std::string(word_of(leg.state)) + code_of(leg.rejection);
    });
    for (const auto& [key, line] : lines) world_->say(line);
  }
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::show_network() {
  bool any = false;
  for (const Packet& packet : world_->network()) {
    if (!world_->fences_shown() && ScenarioWorld::is_fence(packet)) continue;
    world_->say("under way to p" + std::to_string(packet.to) + ": " +
                world_->names().message(packet.message));
    any = true;
  }
  if (!any) world_->say("nothing is under way");
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::show_log(const Words& words) {
  std::optional<PartitionId> only;
  if (words.size() == 3) {
    FLORIN_TRY(at, partition(words[2], false));
    only = at;
  }
  for (std::uint32_t p = 0; p < world_->partitions(); ++p) {
    const auto at = static_cast<PartitionId>(p);
    if (only && at != *only) continue;
    for (std::size_t i = 0; i < world_->synced(at); ++i) {
      const auto entry = decode_entry(world_->log(at)[i]);
      if (!entry) return no(entry.error().context);
      std::string line;
      for (const Event& event : entry->events) {
        if (!world_->fences_shown() && holds_alternative<FenceAdvanced>(event)) continue;
        line += (line.empty() ? "" : "; ") + world_->names().event(event, entry->header.time);
      }
      if (!line.empty()) world_->say("p" + std::to_string(p) + ": " + line);
    }
  }
  return Unit{};
}

// As a client sees it: asked of the partition of its owner. What legs of a cancelled transfer answered is
// in the log.
ScenarioCommands::Done ScenarioCommands::show_phase(const std::string& transfer) {
  const auto known = requests_.find(transfer);
  if (known == requests_.end()) return no("no transfer '" + transfer + "'");
  const PartitionId home = known->second.home;
  world_->ask(transfer, home, [&](RequestId request) -> Message {
    return GetTransfer{request, home, known->second.message.transaction_id, {}};
  });
  for (std::size_t i = 0; i < world_->synced(home); ++i) {
    const auto entry = decode_entry(world_->log(home)[i]);
    if (!entry) return no(entry.error().context);
    for (const Event& event : entry->events) {
      const auto* cancelled = get_if<TransferCancelled>(&event);
      if (cancelled == nullptr || world_->names().name_of(cancelled->transfer) != transfer)
        continue;
      for (std::uint8_t leg = 0; leg < cancelled->answered.size(); ++leg)
        world_->say("  " + world_->names().account_of({cancelled->transfer, leg}) + ": " +
                    (cancelled->answered[leg] ? "answered: " + words_of(cancelled->try_answers[leg])
                                              : "did not answer in time") +
                    (cancelled->out_of_order[leg] ? " (cancel came before try)" : ""));
    }
  }
  return Unit{};
}

}  // namespace florin::sim
