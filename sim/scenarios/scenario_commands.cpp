// The list of commands, how their words are read, and the commands of time and crashes. Clients, network and views have
// files of their own.
#include "sim/scenarios/scenario_commands.hpp"
#include "sim/scenarios/scenario_arguments.hpp"

namespace florin::sim {

const std::map<std::string, ScenarioCommands::Form>& ScenarioCommands::forms() {
  using C = ScenarioCommands;
  static const std::map<std::string, Form> all{
      {"partitions", {"partitions NUMBER (first of all; 2 without)", 2, 2, &C::partitions}},
      {"open", {"open NAME@PARTITION CURRENCY AMOUNT [daily-limit AMOUNT]", 4, 6, &C::open}},
      {"transfer",
       {"transfer ID FROM -> TO AMOUNT [tcc|saga] [deadline 5s|-5s] [currency CODE]", 6, 11,
        &C::transfer}},
      {"deposit", {"deposit ID TO AMOUNT [deadline 5s|-5s] [currency CODE]", 4, 8, &C::transfer}},
      {"withdraw",
       {"withdraw ID FROM AMOUNT [deadline 5s|-5s] [currency CODE]", 4, 8, &C::transfer}},
      {"repeat", {"repeat ID", 2, 2, &C::repeat}},
      {"client-gone", {"client-gone ID", 2, 2, &C::client_gone}},
      {"freeze", {"freeze NAME", 2, 2, &C::change}},
      {"unfreeze", {"unfreeze NAME", 2, 2, &C::change}},
      {"close", {"close NAME", 2, 2, &C::change}},
      {"ask", {"ask NAME", 2, 2, &C::ask}},
      {"deliver",
       {"deliver all [except PACKET] | deliver PACKET, which is [newest] [answer] "
        "[try|confirm|...] [LEG] [of ID]",
        2, 9, &C::deliver}},
      {"drop", {"drop PACKET | drop all", 2, 7, &C::drop}},
      {"duplicate", {"duplicate PACKET", 2, 7, &C::duplicate}},
      {"double", {"double on|off", 2, 2, &C::double_all}},
      {"reorder", {"reorder", 1, 1, &C::reorder}},
      {"forge",
       {"forge try|confirm|cancel|apply|compensate NAME of ID [amount AMOUNT]", 5, 7, &C::forge}},
      {"advance", {"advance TIME [asleep], as 5s, 200ms, 2h", 2, 3, &C::advance}},
      {"finish", {"finish", 1, 1, &C::finish}},
      {"hold-sync", {"hold-sync PARTITION", 2, 2, &C::hold_sync}},
      {"sync", {"sync PARTITION", 2, 2, &C::sync}},
      {"crash", {"crash PARTITION [before-sync|after-sync]", 2, 3, &C::crash}},
      {"restart", {"restart [PARTITION] [empty-store]", 1, 3, &C::restart}},
      {"checkpoint", {"checkpoint PARTITION", 2, 2, &C::checkpoint}},
      {"expect-balance", {"expect-balance NAME AMOUNT [held AMOUNT]", 3, 5, &C::expect_balance}},
      {"expect-outcome",
       {"expect-outcome ID completed | cancelled CODE | refused CODE | rejected CODE | none", 3, 4,
        &C::expect_outcome}},
      {"expect-leg",
       {"expect-leg NAME of ID tried|confirmed|cancelled|flag|refused|none", 5, 5,
        &C::expect_legs}},
      {"show",
       {"show balances | money | legs | network | phase ID | log [PARTITION]", 2, 3, &C::show}},
      {"show-fences", {"show-fences on|off", 2, 2, &C::show_fences}},
  };
  return all;
}

Result<std::string, std::string> ScenarioCommands::run(const Words& words) {
  const auto found = forms().find(words.front());
  if (found == forms().end()) {
    std::string known;
    for (const auto& [name, form] : forms()) known += " " + name;
    return no("no command '" + words.front() + "'; there are:" + known);
  }
  const Form& form = found->second;
  const std::string usage = "; the form is: " + std::string(form.form);
  if (words.size() < form.words_min || words.size() > form.words_max)
    return no("'" + words.front() + "' has too few or too many words" + usage);
  const Done done = (this->*form.run)(words);
  if (!done) return no(done.error() + (words.front().starts_with("expect-") ? "" : usage));
  if (!world_->audit_failure().empty()) return no("audit: " + world_->audit_failure());
  return world_->take_said();
}

// --- words ----------------------------------------------------------------------------------------------------

// `name`, or `name@1` for one that has not been named before.
Result<NamedAccount, std::string> ScenarioCommands::account(const std::string& word) {
  const std::size_t at = word.find('@');
  const std::string name = word.substr(0, at);
  const NamedAccount* known = world_->names().account(name);
  if (at == std::string::npos) {
    if (known == nullptr) return no("no account '" + word + "'");
    return *known;
  }
  FLORIN_TRY(home, partition(word.substr(at + 1), false));
  if (known != nullptr && known->home != home)
    return no("'" + name + "' lives in another partition");
  if (known != nullptr) return *known;
  return world_->names().add_account(name, home, *parse_currency("USD"));
}

Result<PartitionId, std::string> ScenarioCommands::partition(const std::string& word,
                                                             bool must_be_up) {
  const auto value = number(word);
  if (!value || *value >= world_->partitions()) return no("no partition '" + word + "'");
  const auto id = static_cast<PartitionId>(*value);
  if (must_be_up && !world_->is_up(id)) return no("partition " + word + " is down");
  return id;
}

// --- time and crashes ----------------------------------------------------------------------------------------------

ScenarioCommands::Done ScenarioCommands::advance(const Words& words) {
  const auto us = span(words[1]);
  if (!us) return no("'" + words[1] + "' is no time");
  if (words.size() == 3 && words[2] != "asleep") return no("'" + words[2] + "' is not understood");
  world_->advance(*us, words.size() == 3);
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::finish(const Words&) {
  world_->set_muted(true);
  const bool ended = world_->finish();
  world_->set_muted(false);
  if (!ended) return no("it never ends");
  if (const std::string wrong = world_->audit_end(); !wrong.empty()) return no("audit: " + wrong);
  world_->say(
      "all is finished: nothing open, held or between partitions; each state is the replay of its "
      "log");
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::hold_sync(const Words& words) {
  FLORIN_TRY(at, partition(words[1], true));
  world_->hold_sync(at);
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::sync(const Words& words) {
  FLORIN_TRY(at, partition(words[1], true));
  world_->sync(at);
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::crash(const Words& words) {
  FLORIN_TRY(at, partition(words[1], true));
  if (words.size() == 2) {
    world_->crash(at);
  } else if (words[2] == "before-sync" || words[2] == "after-sync") {
    const bool before = words[2] == "before-sync";
    world_->crash_at(at, before ? CrashPoint::before_sync : CrashPoint::after_sync);
    world_->say("p" + words[1] + " will crash when its next entry is " +
                (before ? "appended and not yet durable" : "durable and before anything leaves"));
  } else {
    return no("'" + words[2] + "' is not understood");
  }
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::restart(const Words& words) {
  const bool lose_store = words.back() == "empty-store";
  const std::size_t named = words.size() - 1 - (lose_store ? 1 : 0);
  if (named > 1) return no("'" + words[2] + "' is not understood");
  std::optional<PartitionId> only;
  if (named == 1) {
    FLORIN_TRY(at, partition(words[1], false));
    only = at;
  }
  bool any = false;
  for (std::uint32_t p = 0; p < world_->partitions(); ++p) {
    const auto at = static_cast<PartitionId>(p);
    if (world_->is_up(at) || (only && at != *only)) continue;
    world_->restart(at, lose_store);
    any = true;
  }
  if (!any) return no("nothing of it is down");
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::checkpoint(const Words& words) {
  FLORIN_TRY(at, partition(words[1], true));
  if (world_->synced(at) != world_->log(at).size()) return no("its newest entry is not durable");
  world_->checkpoint(at);
  return Unit{};
}

}  // namespace florin::sim
