// What `florin audit`, `replay`, `mend-term` and `accept-log` read and show, without the command line: arguments into
// values, reports into text and JSON. Pure.
#pragma once

#include <string>
#include <string_view>

#include "apps/florin/commands.hpp"
#include "base/error.hpp"
#include "base/result.hpp"
#include "runtime/offline/accept_log.hpp"
#include "runtime/offline/mend_terms.hpp"
#include "runtime/offline/replay.hpp"

namespace florin::cli {

// "p3:17:0" or RFC 3339; empty = the end of the log. The error says what forms there are.
Result<ReplayUntil, Error> parse_until(std::string_view text);

// An account whose balance can be replayed. System accounts are kept per partition: they need a
// position, which names one.
Result<AccountId, Error> parse_replay_account(std::string_view text, const ReplayUntil& until);

Exit exit_for(Errc code) noexcept;
Exit exit_for(const AuditReport& report) noexcept;

std::string render_audit(const AuditReport& report);
std::string audit_json(const AuditReport& report);
std::string render_balance(const HistoricalBalance& balance);
std::string balance_json(const HistoricalBalance& balance);
std::string render_mended(const std::vector<MendedTerm>& mended);
std::string mended_json(const std::vector<MendedTerm>& mended);
std::string render_accepted(const AcceptedLog& accepted);
std::string accepted_json(const AcceptedLog& accepted);
std::string error_json(const Error& error);

}  // namespace florin::cli
