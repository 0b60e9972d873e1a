// Statements: an account's postings, newest first, by a walk back through the log. Needs no index: every
// posting event carries the position of the same account's posting before it.
//
// An account that is kept in every partition (@outside:<CURRENCY>) has one chain in each; they are merged by
// (time, position), and what is posted after a line is the sum over all chains at that moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "domain/events.hpp"
#include "persistence/event_log.hpp"

namespace florin {

// What a client's line is: money of a transfer, or money that a saga gives back because it is cancelled.
enum class LineKind : std::uint8_t { transfer, compensation };

struct StatementLine {
  Position position;
  Timestamp time;
  Uuid transaction_id;  // of a client's transfer
  std::string step;     // name of a payment's step; empty: it is a client's
  LineKind kind = LineKind::transfer;
  std::string reference;  // what its transfer is for, as both sides see it; empty: it does not say
  std::string description;
  LegRole direction = LegRole::debit;
  Minor amount = 0;
  Currency currency;
  AccountId counterparty;
  WideMinor posted_after = 0;
  Position previous;  // none = the account's first posting
};

// What `event` at `at` says in the statement of `account`, newest first; nothing when it is no posting of it.
std::vector<StatementLine> statement_lines(const AccountId& account, const Event& event,
                                           Position at, Timestamp time);

// A page ends behind an event: all lines of it, which may be some more than the limit.
struct StatementPage {
  std::vector<StatementLine> lines;
  std::vector<Position> next;  // heads of the chains that go on; empty = the end
};

// Errc::missing: a head is no posting of the account. Other errors: the log cannot be read.
Result<StatementPage, Error> read_statement(EventLogReader& log, const AccountId& account,
                                            const std::vector<Position>& heads, std::size_t limit);

}  // namespace florin
