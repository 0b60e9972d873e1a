// Walks the chains of lines; each must add up to what the next one found.
#include "api/answers/ledger_entries.hpp"

#include <algorithm>

#include "domain/events.hpp"
#include "persistence/codec/entry_codec.hpp"

namespace florin {
namespace {

struct LedgerChain {
  LedgerEntryShown newest;
  LineTrail trail;  // of the account's line in it
  Minor amount = 0;

  [[nodiscard]] Position previous() const {
    return {trail.previous_index, trail.previous_ordinal, newest.position.partition};
  }
  [[nodiscard]] WideMinor balance_before() const { return trail.balance_after - amount; }
};

bool is_newer_entry(const LedgerChain& a, const LedgerChain& b) {
  if (a.newest.posted_at != b.newest.posted_at) return a.newest.posted_at > b.newest.posted_at;
  return a.newest.position > b.newest.position;
}

Result<LedgerChain, Error> read_entry(EventLogReader& log, const LedgerKey& of, Position at) {
  const auto no_entry = [&] {
    return Err{Error{Errc::missing, at.to_string() + " is no entry of " + to_string(of.account)}};
  };
  FLORIN_TRY(bytes, log.read(at.partition, at.index));
  FLORIN_TRY(events, EntryEvents::open(std::move(bytes)));
  FLORIN_TRY_VOID(expect_entry(events.header(), at.partition, at.index));
  FLORIN_TRY(event, events.event(at.ordinal));
  auto* posted = get_if<LedgerEntryPosted>(&event);
  if (posted == nullptr || posted->step->currency != of.currency) return no_entry();
  const auto line = std::ranges::find(posted->lines, of.account, &EntryLine::account);
  if (line == posted->lines.end()) return no_entry();
  LedgerChain chain;
  chain.trail = line->trail;
  chain.amount = line->amount;
  chain.newest = {at, events.header().time, std::move(*posted)};
  return chain;
}

Err<Error> broken_ledger_chain(const LedgerChain& chain, const LedgerKey& of) {
  return Err{Error{Errc::corrupt, chain.newest.position.to_string() + ": the entries of " +
                                      to_string(of.account) +
                                      " before it do not add up to what it says was there"}};
}

// "2026-11-29", of a UTC day number.
std::string date_of(std::int32_t day) {
  return Timestamp{std::int64_t{day} * 86'400 * 1'000'000}.to_rfc3339().substr(0, 10);
}

}  // namespace

Result<LedgerEntriesPage, Error> read_ledger_entries(EventLogReader& log, const LedgerKey& of,
                                                     const std::vector<Position>& heads,
                                                     std::size_t limit) {
  std::vector<LedgerChain> chains;
  for (const Position& head : heads) {
    FLORIN_TRY(chain, read_entry(log, of, head));
    chains.push_back(std::move(chain));
  }
  LedgerEntriesPage page;
  while (!chains.empty() && page.entries.size() < limit) {
    const auto newest = std::ranges::min_element(chains, is_newer_entry);
    const LedgerChain shown = std::move(*newest);
    page.entries.push_back(shown.newest);
    const Position previous = shown.previous();
    if (previous.is_none()) {
      if (shown.balance_before() != 0) return broken_ledger_chain(shown, of);
      chains.erase(newest);
      continue;
    }
    FLORIN_TRY(older, read_entry(log, of, previous));
    const bool follows =
        previous < shown.newest.position && older.trail.balance_after == shown.balance_before();
    if (!follows) return broken_ledger_chain(shown, of);
    *newest = std::move(older);
  }
  for (const LedgerChain& chain : chains) page.next.push_back(chain.newest.position);
  return page;
}

void write_ledger_entry(JsonWriter& json, const LedgerEntryShown& shown) {
  const LedgerEntryPosted& entry = shown.entry;
  const StepContent& step = *entry.step;
  json.begin_object();
  json.key("entry_id").plain(to_string(step.name));
  json.key("position").position(shown.position);
  json.key("posted_at").plain(shown.posted_at.to_rfc3339());
  json.key("value_date").plain(date_of(entry.value_date));
  json.key("origin").begin_object();
  json.key("kind").plain(to_string(step.name.origin));
  json.key("id").plain(step.name.id);
  json.end_object();
  json.key("rule").plain(to_string(step.name.rule));
  json.key("actor").string(entry.actor);
  if (!entry.reverses.empty()) json.key("reverses").string(entry.reverses);
  json.key("currency").plain(step.currency.view());
  json.key("lines").begin_array();
  for (const EntryLine& line : entry.lines) {
    json.begin_object().key("account").plain(to_string(line.account));
    json.key("amount").amount(line.amount, step.currency);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace florin
