// The commands that act: clients, network, time, crashes. Those that look are in scenario_views.cpp.
#include "sim/scenarios/scenario_commands.hpp"

#include <algorithm>
#include <charconv>

#include "domain/transfer/transfer_evolve.hpp"

namespace florin::sim {
namespace {

Err<std::string> no(std::string what) { return Err<std::string>{std::move(what)}; }

std::optional<std::uint32_t> number(const std::string& word) {
  std::uint32_t value = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || read.ec != std::errc{} || read.ptr != word.data() + word.size()) return std::nullopt;
  return value;
}

// "5s", "200ms", "2h".
std::optional<std::int64_t> span(const std::string& word) {
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  const auto value = number(word.substr(0, digits));
  const std::string unit = word.substr(digits);
  if (!value) return std::nullopt;
  if (unit == "ms") return *value * std::int64_t{1'000};
  if (unit == "s") return *value * std::int64_t{1'000'000};
  if (unit == "h") return *value * std::int64_t{3'600'000'000};
  return std::nullopt;
}

// Minor units; what the edge would answer instead is the error.
Result<Minor, std::string> amount(const std::string& word, Currency currency) {
  const bool negative = word.starts_with('-');  // the grammar of API.md knows no sign
  const auto parsed = parse_amount(negative ? word.substr(1) : word, decimals_of(currency));
  if (!parsed)
    return no(parsed.error() == AmountError::too_many_decimals ? "too_many_decimals" : "malformed amount");
  return negative ? -*parsed : *parsed;
}

AccountId outside(Currency currency) {
  return AccountId::from_trusted("@outside:" + std::string(currency.view()));
}

}  // namespace

const std::map<std::string, ScenarioCommands::Form>& ScenarioCommands::forms() {
  using C = ScenarioCommands;
  static const std::map<std::string, Form> all{
      {"partitions", {"partitions NUMBER (first of all; 2 without)", 2, 2, &C::partitions}},
      {"open", {"open NAME@PARTITION CURRENCY AMOUNT [daily-limit AMOUNT]", 4, 6, &C::open}},
      {"transfer", {"transfer ID FROM -> TO AMOUNT [tcc|saga] [deadline 5s|-5s] [currency CODE]", 6, 11, &C::transfer}},
      {"deposit", {"deposit ID TO AMOUNT [deadline 5s|-5s] [currency CODE]", 4, 8, &C::transfer}},
      {"withdraw", {"withdraw ID FROM AMOUNT [deadline 5s|-5s] [currency CODE]", 4, 8, &C::transfer}},
      {"repeat", {"repeat ID", 2, 2, &C::repeat}},
      {"client-gone", {"client-gone ID", 2, 2, &C::client_gone}},
      {"freeze", {"freeze NAME", 2, 2, &C::change}},
      {"unfreeze", {"unfreeze NAME", 2, 2, &C::change}},
      {"close", {"close NAME", 2, 2, &C::change}},
      {"ask", {"ask NAME", 2, 2, &C::ask}},
      {"deliver", {"deliver all [except PACKET] | deliver PACKET, which is [newest] [answer] [try|confirm|...] [LEG] [of ID]", 2, 9, &C::deliver}},
      {"drop", {"drop PACKET | drop all", 2, 7, &C::drop}},
      {"duplicate", {"duplicate PACKET", 2, 7, &C::duplicate}},
      {"double", {"double on|off", 2, 2, &C::double_all}},
      {"reorder", {"reorder", 1, 1, &C::reorder}},
      {"forge", {"forge try|confirm|cancel|apply|compensate NAME of ID [amount AMOUNT]", 5, 7, &C::forge}},
      {"advance", {"advance TIME [asleep], as 5s, 200ms, 2h", 2, 3, &C::advance}},
      {"finish", {"finish", 1, 1, &C::finish}},
      {"hold-sync", {"hold-sync PARTITION", 2, 2, &C::hold_sync}},
      {"sync", {"sync PARTITION", 2, 2, &C::sync}},
      {"crash", {"crash PARTITION [before-sync|after-sync]", 2, 3, &C::crash}},
      {"restart", {"restart [PARTITION] [empty-store]", 1, 3, &C::restart}},
      {"checkpoint", {"checkpoint PARTITION", 2, 2, &C::checkpoint}},
      {"expect-balance", {"expect-balance NAME AMOUNT [held AMOUNT]", 3, 5, &C::expect_balance}},
      {"expect-outcome", {"expect-outcome ID completed | cancelled CODE | refused CODE | rejected CODE | none", 3, 4, &C::expect_outcome}},
      {"expect-leg", {"expect-leg NAME of ID tried|confirmed|cancelled|flag|refused|none", 5, 5, &C::expect_legs}},
      {"show", {"show balances | money | legs | network | phase ID | log [PARTITION]", 2, 3, &C::show}},
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
  if (known != nullptr && known->home != home) return no("'" + name + "' lives in another partition");
  if (known != nullptr) return *known;
  return world_->names().add_account(name, home, *parse_currency("USD"));
}

Result<PartitionId, std::string> ScenarioCommands::partition(const std::string& word, bool must_be_up) {
  const auto value = number(word);
  if (!value || *value >= world_->partitions()) return no("no partition '" + word + "'");
  const auto id = static_cast<PartitionId>(*value);
  if (must_be_up && !world_->is_up(id)) return no("partition " + word + " is down");
  return id;
}

// --- clients --------------------------------------------------------------------------------------------------

ScenarioCommands::Done ScenarioCommands::partitions(const Words& words) {
  const auto count = number(words[1]);
  if (!count || *count == 0 || *count > 16) return no("a scenario has 1 to 16 partitions");
  if (!world_->names().accounts().empty()) return no("accounts are there already");
  world_ = std::make_unique<ScenarioWorld>(*count);
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::open(const Words& words) {
  const std::size_t at = words[1].find('@');
  const auto currency = parse_currency(words[2]);
  if (at == std::string::npos) return no("where does it live? write " + words[1] + "@0");
  if (!currency) return no("no currency '" + words[2] + "'");
  FLORIN_TRY(home, partition(words[1].substr(at + 1), true));
  FLORIN_TRY(posted, amount(words[3], *currency));
  OpenAccount message;
  if (words.size() > 4) {
    if (words.size() != 6 || words[4] != "daily-limit") return no("'" + words[4] + "' is not understood");
    FLORIN_TRY(limit, amount(words[5], *currency));
    message.daily_debit_limit = limit;
  }
  const std::string name = words[1].substr(0, at);
  const NamedAccount account = world_->names().add_account(name, home, *currency);
  message.account = account.id;
  message.currency = *currency;
  world_->set_muted(true);
  world_->ask(name, home, [&](RequestId request) -> Message {
    message.request = request;
    return message;
  });
  if (posted != 0) {
    StartTransfer deposit{0, outside(*currency), account.id, world_->names().transaction_id("open " + name),
                          posted, *currency, Protocol::tcc, {}};
    world_->ask("open " + name, home, [&](RequestId request) -> Message {
      deposit.request = request;
      return deposit;
    });
  }
  world_->set_muted(false);
  world_->take_said();
  world_->say(name + " has " + balance(*currency, posted, 0) + ", in p" + std::to_string(home));
  return Unit{};
}

Result<ScenarioCommands::Request, std::string> ScenarioCommands::request_of(const Words& words) {
  const std::string& kind = words[0];
  const bool both = kind == "transfer";
  if (both && words[3] != "->") return no("'" + words[3] + "' is not '->'");
  FLORIN_TRY(first, account(words[2]));
  NamedAccount other = first;
  if (both) {
    FLORIN_TRY(payee, account(words[4]));
    other = payee;
  }
  Request request{{}, first.home};
  StartTransfer& message = request.message;
  message.currency = first.currency;
  std::size_t next = both ? 5 : 3;
  const std::string amount_word = words[next++];
  for (; next < words.size(); ++next) {
    const std::string& word = words[next];
    const bool has_value = next + 1 < words.size();
    if (both && (word == "tcc" || word == "saga")) {
      message.protocol = word == "saga" ? Protocol::saga : Protocol::tcc;
    } else if (word == "deadline" && has_value) {
      const bool over = words[++next].starts_with('-');  // the request was slow
      const auto in = span(words[next].substr(over ? 1 : 0));
      if (!in) return no("'" + words[next] + "' is no time");
      message.deadline = world_->now() + (over ? -*in : *in);
    } else if (word == "currency" && has_value) {
      const auto currency = parse_currency(words[++next]);
      if (!currency) return no("edge: currency '" + words[next] + "' is unknown");
      message.currency = *currency;
    } else {
      return no("'" + word + "' is not understood");
    }
  }
  auto minor = amount(amount_word, message.currency);
  if (!minor) return no("edge: " + minor.error());
  message.amount = *minor;
  message.from = kind == "deposit" ? outside(message.currency) : first.id;
  message.to = kind == "deposit" ? first.id : kind == "withdraw" ? outside(message.currency) : other.id;
  message.transaction_id = world_->names().transaction_id(words[1]);
  return request;
}

ScenarioCommands::Done ScenarioCommands::transfer(const Words& words) {
  const auto request = request_of(words);
  if (!request && request.error().starts_with("edge: ")) {  // what parsing refuses never reaches a partition
    world_->say("the edge rejects " + words[1] + request.error().substr(4));
    return Unit{};
  }
  if (!request) return no(request.error());
  requests_.try_emplace(words[1], *request);
  send(words[1], *request);
  return Unit{};
}

void ScenarioCommands::send(const std::string& transfer, const Request& request) {
  world_->ask(transfer, request.home, [&](RequestId id) -> Message {
    StartTransfer message = request.message;
    message.request = id;
    return message;
  });
}

ScenarioCommands::Done ScenarioCommands::repeat(const Words& words) {
  const auto known = requests_.find(words[1]);
  if (known == requests_.end()) return no("no transfer '" + words[1] + "'");
  send(words[1], known->second);
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::client_gone(const Words& words) {
  if (!requests_.contains(words[1])) return no("no transfer '" + words[1] + "'");
  world_->client_gone(words[1]);
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::change(const Words& words) {
  FLORIN_TRY(named, account(words[1]));
  const auto what = words[0] == "freeze"     ? AccountChange::freeze
                    : words[0] == "unfreeze" ? AccountChange::unfreeze
                                             : AccountChange::close;
  world_->ask(words[1], named.home, [&](RequestId request) -> Message {
    return ChangeAccount{request, named.id, what, "scenario"};
  });
  return Unit{};
}

ScenarioCommands::Done ScenarioCommands::ask(const Words& words) {
  FLORIN_TRY(named, account(words[1]));
  world_->ask(words[1], named.home,
              [&](RequestId request) -> Message { return GetAccount{request, named.id}; });
  return Unit{};
}

// --- network ----------------------------------------------------------------------------------------------------

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
  if (const auto* m = std::get_if<TryLeg>(&message)) about(LegMessage::try_, m->leg);
  if (const auto* m = std::get_if<ApplyStep>(&message)) about(LegMessage::apply, m->leg);
  if (const auto* m = std::get_if<ConfirmLeg>(&message)) about(LegMessage::confirm, m->leg);
  if (const auto* m = std::get_if<CancelLeg>(&message)) about(LegMessage::cancel, m->leg);
  if (const auto* m = std::get_if<CompensateStep>(&message)) about(LegMessage::compensate, m->leg);
  if (const auto* m = std::get_if<LegAnswered>(&message)) {
    about(m->answered, m->leg);
    words.answer = true;
  }
  if (ScenarioWorld::is_fence(packet)) {
    words.kind = "fence";
    words.answer = !std::holds_alternative<AdvanceFence>(message);
  }
  return words;
}

bool is_kind(const std::string& word) {
  return word == "try" || word == "confirm" || word == "cancel" || word == "apply" || word == "compensate" ||
         word == "fence";
}

std::optional<LegMessage> kind_of(const std::string& word) {
  for (const LegMessage kind : {LegMessage::try_, LegMessage::confirm, LegMessage::cancel, LegMessage::apply,
                                LegMessage::compensate})
    if (word_of(kind) == word) return kind;
  return std::nullopt;
}

}  // namespace

// [newest] [answer] [KIND] [LEG] [of ID]: the oldest packet that fits, or the newest.
Result<std::size_t, std::string> ScenarioCommands::find_packet(const Words& words, std::size_t from) {
  bool newest = false, answer = false;
  PacketWords wanted;
  for (std::size_t i = from; i < words.size(); ++i) {
    if (words[i] == "newest") newest = true;
    else if (words[i] == "answer") answer = true;
    else if (words[i] == "of" && i + 1 < words.size()) wanted.transfer = words[++i];
    else if (is_kind(words[i])) wanted.kind = words[i];
    else if (wanted.leg.empty()) wanted.leg = words[i];
    else return no("'" + words[i] + "' is not understood");
  }
  std::optional<std::size_t> found;
  const std::vector<Packet>& network = world_->network();
  for (std::size_t i = 0; i < network.size() && (newest || !found); ++i) {
    const PacketWords is = words_of(network[i], world_->names());
    const bool leg_fits = wanted.leg.empty() || wanted.leg == is.leg || wanted.leg == is.number;
    const bool kind_fits = wanted.kind.empty() ? is.kind != "fence" : wanted.kind == is.kind;
    if (is.answer == answer && leg_fits && kind_fits && (wanted.transfer.empty() || wanted.transfer == is.transfer))
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
  LegContent content{spec.account, started.legs[1U - key.leg].account, started.transaction_id, spec.amount,
                     started.currency, spec.role};
  if (words.size() > 5) {
    if (words[5] != "amount" || words.size() != 7) return no("'" + words[5] + "' is not understood");
    FLORIN_TRY(other, amount(words[6], started.currency));
    content.amount = other;
  }
  Message message;
  switch (*kind) {
    case LegMessage::try_: message = TryLeg{key, content, started.deadline}; break;
    case LegMessage::confirm: message = ConfirmLeg{key, spec.account}; break;
    case LegMessage::cancel: message = CancelLeg{key, spec.account}; break;
    case LegMessage::apply: message = ApplyStep{key, content, started.deadline}; break;
    case LegMessage::compensate: message = CompensateStep{key, spec.account}; break;
  }
  world_->network().push_back({id->partition, named.home, std::move(message)});
  return Unit{};
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
  world_->say("all is finished: nothing open, held or between partitions; each state is the replay of its log");
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
