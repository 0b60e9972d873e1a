// The ledger: GET /v1/ledger/balances (its trial balance, and what the wallets say of the same), /v1/ledger/balances/{ledger_account},
// /v1/ledger/entries.
#include <array>

#include "api/answers/ledger_entries.hpp"
#include "api/json/json_reader.hpp"
#include "api/json/json_writer.hpp"
#include "api/requests/consistency.hpp"
#include "api/requests/query.hpp"
#include "api/routes/ask_everywhere.hpp"
#include "api/routes/history_list.hpp"
#include "domain/ledger/trial_balance.hpp"

namespace florin {
namespace {

constexpr const char* account_grammar =
    "must be an account of the ledger, as in assets:psp:sandbox or liabilities:wallet:shop.";

// --- sums ---------------------------------------------------------------------------------------------

// Without its name where all of a kind are one sum.
std::string shown_account(const LedgerAccount& account) {
  return account.name.empty() ? std::string(to_string(account.kind)) : to_string(account);
}

struct LedgerOfAll {
  LedgerTrialBalance balances;
  std::map<Currency, WalletSum> wallets;
};

void add_partition(LedgerOfAll& all, const LedgerSumsView& view) {
  for (const LedgerSum& row : view.rows)
    all.balances.add({row.account, row.currency, row.balance, 0, 0});
  for (const WalletSum& wallet : view.wallets) {
    WalletSum& sum = all.wallets[wallet.currency];
    sum.currency = wallet.currency;
    sum.payments_net += wallet.payments_net;
    sum.ledger_credit += wallet.ledger_credit;
    sum.owed += wallet.owed;
  }
}

void write_sums(JsonWriter& json, const LedgerOfAll& all) {
  json.key("accounts").begin_array();
  for (const TrialRow& row : all.balances.rows()) {
    json.begin_object().key("account").plain(shown_account(row.account));
    json.key("currency").plain(row.currency.view());
    json.key("balance").amount(row.balance, row.currency).end_object();
  }
  json.end_array().key("totals").begin_array();
  for (const TrialSum& sum : all.balances.sums()) {
    json.begin_object().key("currency").plain(sum.currency.view());
    json.key("debits").amount(sum.debits, sum.currency);
    json.key("credits").amount(sum.credits, sum.currency).end_object();
  }
  json.end_array().key("wallets").begin_array();
  for (const auto& [currency, sum] : all.wallets) {
    json.begin_object().key("currency").plain(currency.view());
    json.key("payments_net").amount(sum.payments_net, currency);
    json.key("ledger_credit").amount(sum.ledger_credit, currency);
    json.key("owed").amount(sum.owed, currency);
    json.key("difference").amount(sum.difference(), currency).end_object();
  }
  json.end_array();
}

void answer_sums(Call& call, const AskReplies& replies) {
  LedgerOfAll all;
  for (const auto& reply : replies) {
    const auto* view = view_as<LedgerSumsView>(reply);
    if (view == nullptr) return call.answer(no_answer(reply, AskedFor::read));
    add_partition(all, *view);
  }
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  write_sums(json, all);
  json.key("partitions").begin_array();
  for (const auto& reply : replies) json.position(reply->position);
  const Position position = replies.front()->position;
  json.end_array().key("position").position(position).end_object();
  answer_json(call, 200, position, std::move(body));
}

// --- one account ----------------------------------------------------------------------------------------

// Where its entries are: with the wallet's account that it names, or anywhere.
std::optional<PartitionId> home_of(const LedgerAccount& account, const PartitionMap& map) {
  if (naming_of(account.kind) != LedgerNaming::account) return std::nullopt;
  const auto id = AccountId::parse(account.name);
  return id ? std::optional(map.partition_of(*id)) : std::nullopt;
}

Result<LedgerAccount, InputFault> read_ledger_account(std::string_view name,
                                                      std::string_view text) {
  const auto account = parse_ledger_account(text);
  if (!account) return Err{bad_field(name, account_grammar)};
  return *account;
}

Result<Currency, InputFault> read_currency_parameter(const std::optional<std::string>& text) {
  if (!text) return Err{missing_field("currency")};
  const auto currency = parse_currency(*text);
  if (!currency) return Err{bad_field("currency", "must be an ISO 4217 code of real money.")};
  return *currency;
}

struct LedgerRead {
  LedgerKey of;
  std::optional<PartitionId> home;
  ReadConsistency from;
};

std::vector<Addressed> ask_for(const LedgerRead& read, const PartitionMap& map) {
  const auto question = [&](PartitionId p) {
    return read.from.ask(p, GetLedgerBalance{0, p, read.of.account, read.of.currency});
  };
  if (!read.home) return to_all_partitions(map, question);
  std::vector<Addressed> messages;
  messages.push_back({*read.home, question(*read.home)});
  return messages;
}

void answer_balance(Call& call, const LedgerKey& of, const AskReplies& replies) {
  LedgerBalanceView sum;
  for (const auto& reply : replies) {
    const auto* view = view_as<LedgerBalanceView>(reply);
    if (view == nullptr) return call.answer(no_answer(reply, AskedFor::read));
    sum.balance += view->balance;
    sum.is_wallet |= view->is_wallet;
    sum.payments_net += view->payments_net;
    sum.owed += view->owed;
  }
  const Position position = replies.front()->position;
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("account").plain(to_string(of.account));
  json.key("currency").plain(of.currency.view());
  json.key("balance").amount(sum.balance, of.currency);
  if (sum.is_wallet) {
    json.key("payments_net").amount(sum.payments_net, of.currency);
    json.key("owed").amount(sum.owed, of.currency);
    json.key("difference").amount(sum.payments_net + sum.balance - sum.owed, of.currency);
  }
  json.key("position").position(position).end_object();
  answer_json(call, 200, position, std::move(body));
}

// --- entries ----------------------------------------------------------------------------------------------

struct EntriesAsked {
  LedgerRead read;
  std::uint32_t limit = 0;
  std::vector<Position> heads;  // from the cursor; empty = the newest
};

HistoryList entries_of(const LedgerKey& of) {
  return {"is not one that this list gave.", "entries of the ledger cannot be read",
          to_string(of.account), 512};
}

Result<EntriesAsked, InputFault> read_entries_request(const Call& call) {
  static constexpr std::array<std::string_view, 6> parameters{
      "account", "currency", "limit", "cursor", "consistency", "min_position"};
  const PartitionMap& map = call.context->services.map;
  FLORIN_TRY(values, read_query(call.request.query(), parameters));
  if (!values[0]) return Err{missing_field("account")};
  FLORIN_TRY(account, read_ledger_account("account", *values[0]));
  FLORIN_TRY(currency, read_currency_parameter(values[1]));
  FLORIN_TRY(limit, read_limit(values[2]));
  EntriesAsked asked{{{currency, account}, home_of(account, map), {}}, limit, {}};
  FLORIN_TRY(from, read_consistency(values[4], values[5], map, asked.read.home));
  asked.read.from = from;
  if (values[3]) {
    auto heads = decode_statement_cursor(*values[3]);
    if (!heads) return Err{bad_cursor(entries_of(asked.read.of))};
    asked.heads = std::move(*heads);
  }
  return asked;
}

void read_entries(const CallPtr& call, const EntriesAsked& asked, const AskReplies& replies) {
  const auto read = [of = asked.read.of, limit = asked.limit](EventLogReader& log,
                                                              const std::vector<Position>& heads) {
    return read_ledger_entries(log, of, heads, limit);
  };
  answer_history(call, entries_of(asked.read.of), {asked.heads, 0}, replies,
                 &LedgerBalanceView::last_entry, read, &LedgerEntriesPage::entries,
                 write_ledger_entry);
}

}  // namespace

void get_ledger_balances(const ApiContext& context, const CallPtr& call) {
  ask_everywhere<GetLedgerSums>(context, call, answer_sums);
}

void get_ledger_balance(const ApiContext& context, const CallPtr& call) {
  static constexpr std::array<std::string_view, 3> parameters{"currency", "consistency",
                                                              "min_position"};
  const PartitionMap& map = context.services.map;
  const auto read = [&]() -> Result<LedgerRead, InputFault> {
    FLORIN_TRY(account, read_ledger_account("ledger_account", call->argument));
    FLORIN_TRY(values, read_query(call->request.query(), parameters));
    FLORIN_TRY(currency, read_currency_parameter(values[0]));
    const auto home = home_of(account, map);
    FLORIN_TRY(from, read_consistency(values[1], values[2], map, home));
    return LedgerRead{{currency, account}, home, from};
  }();
  if (!read) return call->answer(Problem(read.error()));
  call->home = read->home;
  context.services.gateway.ask(
      ask_for(*read, map), context.options.patience,
      [call, of = read->of](const AskReplies& replies) { answer_balance(*call, of, replies); });
}

void get_ledger_entries(const ApiContext& context, const CallPtr& call) {
  auto asked = read_entries_request(*call);
  if (!asked) return call->answer(Problem(asked.error()));
  call->home = asked->read.home;
  auto messages = ask_for(asked->read, context.services.map);  // before `asked` moves
  context.services.gateway.ask(std::move(messages), context.options.patience,
                               [call, asked = std::move(*asked)](const AskReplies& replies) {
                                 read_entries(call, asked, replies);
                               });
}

}  // namespace florin
