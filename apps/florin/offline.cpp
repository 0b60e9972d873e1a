// See offline.hpp.
#include "apps/florin/offline.hpp"

#include <initializer_list>
#include <utility>

#include "apps/client/json_text.hpp"
#include "apps/client/text_table.hpp"

namespace florin::cli {

using client::add_raw;
using client::add_string;
using client::Align;
using client::append_json_string;
using client::printable;
using client::TextTable;

namespace {

std::string amount(WideMinor minor, Currency currency) {
  return format_amount(minor, decimals_of(currency));
}

std::string time_text(Timestamp time) { return time.is_none() ? "" : time.to_rfc3339(); }

// Posted is wide: available + held of an account fit, their sum is checked by the audit, not here.
std::string posted_of(const AccountView& account) {
  return amount(WideMinor{account.available} + account.held, account.currency);
}

std::string rows(std::initializer_list<std::pair<std::string, std::string>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    out +=
        name + std::string(name.size() < 18 ? 18 - name.size() : 1, ' ') + printable(value) + "\n";
  }
  return out;
}

std::string totals_json(const std::vector<CurrencySums>& totals) {
  std::string out = "[";
  for (const CurrencySums& sums : totals) {
    if (out.size() > 1) out += ',';
    std::string one = "{";
    add_string(one, "currency", sums.currency.view());
    add_string(one, "accounts", amount(sums.accounts_posted, sums.currency));
    add_string(one, "clearing", amount(sums.clearing, sums.currency));
    add_string(one, "total", amount(sums.accounts_posted + sums.clearing, sums.currency));
    out += one + "}";
  }
  return out + "]";
}

}  // namespace

Result<ReplayUntil, Error> parse_until(std::string_view text) {
  ReplayUntil until;
  if (text.empty()) return until;
  if (const auto position = Position::parse(text)) {
    until.position = *position;
    return until;
  }
  if (const auto time = Timestamp::parse_rfc3339(text)) {
    until.time = *time;
    return until;
  }
  return Err{Error{Errc::invalid, "--until '" + printable(text) +
                                      "' is neither a position (p3:17:0) nor an RFC 3339 time "
                                      "(2026-11-22T04:05:06Z)"}};
}

Result<AccountId, Error> parse_replay_account(std::string_view text, const ReplayUntil& until) {
  const auto account = AccountId::parse(text);
  if (!account)
    return Err{Error{Errc::invalid, "--account '" + printable(text) + "' is no account id"}};
  if (account->is_system() && !until.position)
    return Err{Error{Errc::invalid, account->str() + " is kept in every partition: name one with "
                                                     "--until p<partition>:<index>:<ordinal>"}};
  return *account;
}

Exit exit_for(Errc code) noexcept {
  switch (code) {
    case Errc::locked:
    case Errc::unavailable: return exit_unreachable;
    case Errc::invalid: return exit_usage;
    case Errc::io:
    case Errc::disk_full:
    case Errc::corrupt:
    case Errc::missing:
    case Errc::disk_lost:
    case Errc::mismatch: return exit_unreadable;
  }
  return exit_unreadable;
}

Exit exit_for(const AuditReport& report) noexcept {
  return report.divergence ? exit_divergence : exit_ok;
}

std::string render_audit(const AuditReport& report) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  std::string out = rows({{"partitions", number(report.partitions)},
                          {"segments", number(report.segments)},
                          {"entries", number(report.entries)},
                          {"events", number(report.events)},
                          {"accounts", number(report.accounts)},
                          {"transfers ended", number(report.transfers_ended)},
                          {"transfers open", number(report.transfers_open)},
                          {"rows compared", number(report.rows_compared)},
                          {"wallets compared", number(report.wallets_compared)}});
  if (report.torn_bytes != 0)
    out += rows(
        {{"torn bytes", number(report.torn_bytes) +
                            " of a last write that was never acknowledged (a restart cuts them)"}});
  if (report.replicas_gone != 0)
    out += rows(
        {{"replicas gone", number(report.replicas_gone) +
                               " moved to other nodes: their logs are verified, not counted"}});
  if (!report.totals.empty() && !report.divergence) {
    TextTable table({{"currency"},
                     {"accounts", Align::right},
                     {"clearing", Align::right},
                     {"total", Align::right}});
    for (const CurrencySums& sums : report.totals)
      table.add_row({std::string(sums.currency.view()), amount(sums.accounts_posted, sums.currency),
                     amount(sums.clearing, sums.currency),
                     amount(sums.accounts_posted + sums.clearing, sums.currency)});
    out += "\n" + table.to_string();
  }
  if (!report.divergence) return out + "\nclean: log, balances, state store and books agree\n";
  return out + "\nDIVERGENCE in partition " + number(report.divergence->partition) + " at entry " +
         number(report.divergence->index) + ": " + printable(report.divergence->what) + "\n";
}

std::string audit_json(const AuditReport& report) {
  std::string out = "{";
  add_raw(out, "clean", report.divergence ? "false" : "true");
  for (const auto& [key, value] : std::initializer_list<std::pair<const char*, std::uint64_t>>{
           {"partitions", report.partitions},
           {"segments", report.segments},
           {"entries", report.entries},
           {"events", report.events},
           {"accounts", report.accounts},
           {"transfers_ended", report.transfers_ended},
           {"transfers_open", report.transfers_open},
           {"rows_compared", report.rows_compared},
           {"wallets_compared", report.wallets_compared},
           {"torn_bytes", report.torn_bytes},
           {"replicas_gone", report.replicas_gone}})
    add_raw(out, key, std::to_string(value));
  add_raw(out, "totals", totals_json(report.totals));
  if (!report.divergence) return out + ",\"divergence\":null}";
  std::string divergence = "{";
  add_raw(divergence, "partition", std::to_string(report.divergence->partition));
  add_raw(divergence, "index", std::to_string(report.divergence->index));
  add_string(divergence, "what", report.divergence->what);
  add_raw(out, "divergence", divergence + "}");
  return out + "}";
}

std::string render_balance(const HistoricalBalance& balance) {
  const AccountView& account = balance.account;
  std::string state = account.closed ? "closed" : account.frozen ? "frozen" : "open";
  return rows({{"account", account.account.str()},
               {"currency", std::string(account.currency.view())},
               {"posted", posted_of(account)},
               {"held", amount(account.held, account.currency)},
               {"available", amount(account.available, account.currency)},
               {"state", std::move(state)},
               {"position", balance.position.to_string()},
               {"time", time_text(balance.time)},
               {"entries replayed", std::to_string(balance.entries)}});
}

std::string balance_json(const HistoricalBalance& balance) {
  const AccountView& account = balance.account;
  std::string out = "{";
  add_string(out, "account_id", account.account.view());
  add_string(out, "currency", account.currency.view());
  add_string(out, "posted", posted_of(account));
  add_string(out, "held", amount(account.held, account.currency));
  add_string(out, "available", amount(account.available, account.currency));
  add_raw(out, "frozen", account.frozen ? "true" : "false");
  add_raw(out, "closed", account.closed ? "true" : "false");
  add_string(out, "position", balance.position.to_string());
  add_string(out, "time", time_text(balance.time));
  add_raw(out, "entries", std::to_string(balance.entries));
  return out + "}";
}

std::string render_mended(const std::vector<MendedTerm>& mended) {
  TextTable table({{"group", Align::right}, {"term was", Align::right}, {"term is", Align::right}});
  for (const MendedTerm& one : mended)
    table.add_row(
        {std::to_string(one.group), std::to_string(one.before), std::to_string(one.after)});
  return table.to_string() +
         "\nmended: run it on every other node, too, before any of them is started\n";
}

std::string mended_json(const std::vector<MendedTerm>& mended) {
  std::string out = "{\"mended\":[";
  for (const MendedTerm& one : mended) {
    if (out.back() != '[') out += ',';
    std::string row = "{";
    add_raw(row, "group", std::to_string(one.group));
    // Strings: a JSON reader that keeps numbers as floating point would round them.
    add_string(row, "term_was", std::to_string(one.before));
    add_string(row, "term_is", std::to_string(one.after));
    out += row + "}";
  }
  return out + "]}";
}

std::string render_accepted(const AcceptedLog& accepted) {
  const std::string moved = accepted.state_moved_to.empty()
                                ? ""
                                : "\nthe state knew more than the log and is now in " +
                                      accepted.state_moved_to + ": the next start rebuilds it\n";
  return rows({{"blocks in the log", std::to_string(accepted.blocks)},
               {"blocks lost (min)", std::to_string(accepted.blocks_lost)}}) +
         moved + "\naccepted: the node starts with what the log says\n";
}

std::string accepted_json(const AcceptedLog& accepted) {
  std::string out = "{";
  add_raw(out, "blocks", std::to_string(accepted.blocks));
  add_raw(out, "blocks_lost", std::to_string(accepted.blocks_lost));
  add_string(out, "state_moved_to", accepted.state_moved_to);
  return out + "}";
}

std::string error_json(const Error& error) {
  std::string inner = "{";
  add_string(inner, "code", to_string(error.code));
  add_string(inner, "detail", error.context);
  return "{\"error\":" + inner + "}}";
}

}  // namespace florin::cli
