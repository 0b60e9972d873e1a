// The commands of clients: accounts, transfers, repeats.
#include "sim/scenarios/scenario_arguments.hpp"
#include "sim/scenarios/scenario_commands.hpp"

namespace florin::sim {
namespace {

AccountId outside(Currency currency) {
  return AccountId::from_trusted("@outside:" + std::string(currency.view()));
}

}  // namespace

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
    if (words.size() != 6 || words[4] != "daily-limit")
      return no("'" + words[4] + "' is not understood");
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
    StartTransfer deposit{
        0,      outside(*currency), account.id,    world_->names().transaction_id("open " + name),
        posted, *currency,          Protocol::tcc, {}};
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
  message.to = kind == "deposit"    ? first.id
               : kind == "withdraw" ? outside(message.currency)
                                    : other.id;
  message.transaction_id = world_->names().transaction_id(words[1]);
  return request;
}

ScenarioCommands::Done ScenarioCommands::transfer(const Words& words) {
  const auto request = request_of(words);
  if (!request &&
      request.error().starts_with("edge: ")) {  // what parsing refuses never reaches a partition
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
  world_->ask(words[1], named.home, [&](RequestId request) -> Message {
    return GetAccount{request, named.id};
  });
  return Unit{};
}

}  // namespace florin::sim
