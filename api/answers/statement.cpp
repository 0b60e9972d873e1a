// Walks the chains of postings; see the header for how several are merged.
#include "api/answers/statement.hpp"

#include <algorithm>

#include "domain/postings.hpp"
#include "persistence/codec/entry_codec.hpp"

namespace florin {
namespace {

using Lines = std::vector<StatementLine>;

StatementLine line_of(const Posting& posting, PartitionId partition) {
  StatementLine line;
  if (posting.transaction_id != nullptr) line.transaction_id = *posting.transaction_id;
  if (posting.step != nullptr) line.step = to_string(*posting.step);
  if (posting.is_taken_back) line.kind = LineKind::compensation;
  line.direction = posting.side;
  line.amount = posting.amount;
  line.currency = posting.currency;
  line.counterparty = *posting.counterparty;
  line.posted_after = posting.trail->posted_after;
  line.previous = {posting.trail->previous_index, posting.trail->previous_ordinal, partition};
  return line;
}

void note(Lines& lines, const std::string& reference, const std::string& description) {
  for (StatementLine& line : lines) {
    line.reference = reference;
    line.description = description;
  }
}

bool is_of(const Event& posting, const LegKey& leg) {
  return visit(
      [&](const auto& event) {
        if constexpr (requires { event.leg.transfer; }) return event.leg == leg;
        return false;
      },
      posting);
}

// Reads lines of one account in one partition. A chain only goes back, so it never returns to an entry that it
// left: the one read last is all that is worth keeping. On a hot account it holds hundreds of lines.
class ChainReader {
 public:
  ChainReader(EventLogReader& log, const AccountId& account) : log_(&log), account_(account) {}

  Result<Lines, Error> read(Position at) {
    if (!entry_ || at.index != index_) FLORIN_TRY_VOID(open(at));
    FLORIN_TRY(event, entry_->event(at.ordinal));
    Lines lines = statement_lines(account_, event, at, entry_->header().time);
    if (lines.empty())
      return Err{Error{Errc::missing, at.to_string() + " is no posting of " + account_.str()}};
    if (lines.front().step.empty()) FLORIN_TRY_VOID(read_notes(lines, event, at));
    return lines;
  }

 private:
  // What the transfer is for, of one that says so, is right behind its posting.
  Status<Error> read_notes(Lines& lines, const Event& posting, Position at) {
    const std::uint8_t number = entry_->number(at.ordinal + 1);
    if (number != TransferNoted::wire.number && number != LegNoted::wire.number) return Unit{};
    FLORIN_TRY(behind, entry_->event(at.ordinal + 1));
    if (const auto* of = get_if<TransferNoted>(&behind); of != nullptr && of->transfer == at)
      note(lines, of->notes->reference, of->notes->description);
    if (const auto* of = get_if<LegNoted>(&behind); of != nullptr && is_of(posting, of->leg))
      note(lines, of->notes->reference, of->notes->description);
    return Unit{};
  }

  Status<Error> open(Position at) {
    FLORIN_TRY(bytes, log_->read(at.partition, at.index));
    FLORIN_TRY(entry, EntryEvents::open(std::move(bytes)));
    FLORIN_TRY_VOID(expect_entry(entry.header(), at.partition, at.index));
    entry_ = std::move(entry);
    index_ = at.index;
    return Unit{};
  }

  EventLogReader* log_;
  AccountId account_;
  LogIndex index_ = 0;
  std::optional<EntryEvents> entry_;
};

struct Chain {
  ChainReader reader;
  Lines head;  // of one event, newest first
  [[nodiscard]] const StatementLine& newest() const { return head.front(); }
  [[nodiscard]] const StatementLine& oldest() const { return head.back(); }
};

bool is_newer(const Chain& a, const Chain& b) {
  if (a.newest().time != b.newest().time) return a.newest().time > b.newest().time;
  return a.newest().position > b.newest().position;
}

// Of the account in the line's own partition.
WideMinor posted_before(const StatementLine& line) {
  const WideMinor change = line.direction == LegRole::credit ? line.amount : -line.amount;
  return line.posted_after - change;
}

// The chain goes back in the log and its amounts add up: otherwise one of the two entries is not what was written.
bool follows(const StatementLine& line, const StatementLine& previous) {
  return previous.position < line.position && previous.posted_after == posted_before(line);
}

Err<Error> broken_chain(const StatementLine& line, const AccountId& account) {
  return Err{Error{Errc::corrupt, line.position.to_string() + ": the postings of " + account.str() +
                                      " before it do not add up to what it says was there"}};
}

WideMinor posted_now(const std::vector<Chain>& chains) {
  WideMinor sum = 0;
  for (const Chain& chain : chains) sum += chain.newest().posted_after;
  return sum;
}

}  // namespace

std::vector<StatementLine> statement_lines(const AccountId& account, const Event& event,
                                           Position at, Timestamp time) {
  Lines lines;
  for (const Posting& posting : postings_of(event)) {
    if (posting.is_clearing() || *posting.account != account) continue;
    StatementLine line = line_of(posting, at.partition);
    line.position = at;
    line.time = time;
    lines.insert(lines.begin(), std::move(line));
  }
  return lines;
}

Result<StatementPage, Error> read_statement(EventLogReader& log, const AccountId& account,
                                            const std::vector<Position>& heads, std::size_t limit) {
  std::vector<Chain> chains;
  for (const Position& head : heads) {
    Chain chain{ChainReader(log, account), {}};
    FLORIN_TRY(lines, chain.reader.read(head));
    chain.head = std::move(lines);
    chains.push_back(std::move(chain));
  }
  StatementPage page;
  while (!chains.empty() && page.lines.size() < limit) {
    const auto newest = std::ranges::min_element(chains, is_newer);
    const WideMinor elsewhere = posted_now(chains) - newest->newest().posted_after;
    for (const StatementLine& of_event : newest->head) {
      StatementLine line = of_event;
      line.posted_after += elsewhere;
      page.lines.push_back(std::move(line));
    }
    const StatementLine& oldest = newest->oldest();
    if (oldest.previous.is_none()) {
      if (posted_before(oldest) != 0) return broken_chain(oldest, account);
      chains.erase(newest);
      continue;
    }
    FLORIN_TRY(previous, newest->reader.read(oldest.previous));
    if (!follows(oldest, previous.front())) return broken_chain(oldest, account);
    newest->head = std::move(previous);
  }
  for (const Chain& chain : chains) page.next.push_back(chain.newest().position);
  return page;
}

}  // namespace florin
