// Brings partitions back to life, and names the states that they are in.
#include <algorithm>

#include "base/assert.hpp"
#include "sim/explore/explore_words.hpp"
#include "sim/explore/local_state.hpp"
#include "sim/explore/local_text.hpp"

namespace florin::sim {

std::unique_ptr<LocalMachine::Live> LocalMachine::rebuild(const State& state,
                                                          LocalStep& step) const {
  auto live = std::make_unique<Live>(id_, setup_.map);
  FLORIN_ASSERT(static_cast<bool>(live->partition.load()), "an empty store can be loaded");
  for (std::size_t i = 0; i < state.recovered_at; ++i) {
    const auto replayed = live->partition.replay(*state.log[i]);
    if (!replayed) complain(step, "the log cannot be replayed: " + replayed.error().context);
    if (!replayed) return live;
  }
  live->partition.begin_deciding();
  std::size_t next = state.recovered_at;
  for (const ExploreTurn& turn : state.turns) {
    const SealedTurn sealed = live->turn(turn, book_);
    if (sealed.entry.empty()) continue;
    if (next >= state.log.size() || sealed.entry != *state.log[next])
      complain(step, "the same turns gave other bytes");
    ++next;
  }
  return live;
}

// What a node finds after a crash with `length` entries of the log: from the log alone, and from a checkpoint.
std::uint32_t LocalMachine::recovered_text(const std::vector<LogBytes>& log, std::size_t length,
                                           LocalStep& step) {
  State state;
  state.log.assign(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(length));
  state.recovered_at = length;
  const auto live = rebuild(state, step);
  const std::string text = rows_text(live->partition.state(), setup_);

  Checkpoint checkpoint = live->partition.state().collect_checkpoint();
  MemoryStateStore store;
  FLORIN_ASSERT(static_cast<bool>(store.write(std::move(checkpoint.writes))),
                "memory can be written");
  Partition loaded(id_, setup_.map, store, explore_options);
  const auto status = loaded.load();
  if (!status)
    complain(step, "a checkpoint cannot be loaded: " + status.error().context);
  else if (const std::string other = rows_text(loaded.state(), setup_); other != text)
    complain(step, "a checkpoint is not its log: " + other + " / " + text);

  const std::string full = text + " | " + read_history(state.log, setup_.transfer).text();
  const auto found = std::ranges::find(recovered_, full);
  if (found != recovered_.end()) return static_cast<std::uint32_t>(found - recovered_.begin());
  recovered_.push_back(full);
  return static_cast<std::uint32_t>(recovered_.size() - 1);
}

namespace {

// What it has heard of fences since it recovered: behind the next tick, this too decides.
LogIndex heard(const std::vector<ExploreTurn>& turns, const MessageBook& book, bool answers) {
  LogIndex highest = 0;
  for (const ExploreTurn& turn : turns) {
    if (turn.message == no_message || book.at(turn.message).is_answer != answers) continue;
    visit(
        [&](const auto& m) {
          if constexpr (requires {
                          m.coordinator;
                          m.index;
                        })
            highest = std::max(highest, m.index);
        },
        book.at(turn.message).message);
  }
  return highest;
}

constexpr std::uint8_t other_ways_max = 3;

bool same_way(const auto& a, const auto& b) {
  const auto same_turn = [](const ExploreTurn& x, const ExploreTurn& y) {
    return x.message == y.message && x.now == y.now;
  };
  return std::ranges::equal(a.turns, b.turns, same_turn) && a.log.size() == b.log.size() &&
         (a.log.empty() || *a.log.back() == *b.log.back());
}

void add_books(LocalFacts& facts, PartitionState& state, const ExploreSetup& setup) {
  facts.balances.assign(setup.accounts.size(), 0);
  facts.reserved = 0;
  facts.clearing = 0;
  state.for_each_account(
      [&](const AccountState& account) { facts.reserved += account.held + account.incoming; });
  for (std::size_t i = 0; i < setup.accounts.size(); ++i)
    if (setup.what.legs[i].partition == state.id())
      if (const AccountState* account = state.account(setup.accounts[i]))
        facts.balances[i] = account->posted();
  for (const CurrencySums& sums : state.sums()) facts.clearing += sums.clearing;
}

}  // namespace

// How often something was resent is not part of a state: what is owed must be sent in the same way for ever. A fence may
// be news the first time and heard already.
void LocalMachine::check_resends(const State& state, Live& live, std::vector<MessageId> sends,
                                 LocalStep& step) {
  constexpr int often = 12;
  for (int i = 2; i <= often; ++i) {
    SealedTurn tick = live.turn({state.clock + i * explore_tick_us, no_message}, book_);
    const auto again = number_all(std::move(tick.effects.outgoing));
    if (i == 2) {
      const auto news = [&](MessageId id) {
        return holds_alternative<AdvanceFence>(book_.at(id).message) &&
               std::ranges::find(again, id) == again.end();
      };
      std::erase_if(sends, news);
    }
    if (tick.entry.empty() && again == sends) continue;
    std::string what = "what is owed is not sent in the same way for ever: first";
    for (const MessageId id : sends) what += ", " + book_.at(id).text;
    what += "; time " + std::to_string(i) + (tick.entry.empty() ? "" : " logs something");
    for (const MessageId id : again) what += ", " + book_.at(id).text;
    return complain(step, what);
  }
}

// `live` null: as before, only durability has moved. It is used up.
LocalId LocalMachine::add(State state, Live* live, LocalStep& step) {
  LocalFacts& facts = state.facts;
  std::vector<MessageId> sends;  // by a tick that comes now
  bool idle_tick = false;        // it logs nothing
  if (live != nullptr) {
    PartitionState& here = live->partition.state();
    const std::string rows = rows_text(here, setup_);
    facts.history = read_history(state.log, setup_.transfer);
    if (rows + " | " + facts.history.text() != recovered_[state.recovered.back()])
      complain(step, "replay is not the live state: " + rows + " / " +
                         recovered_[state.recovered.back()]);
    if (const auto wrong = books_violation(here)) complain(step, *wrong);
    if (const auto wrong = contradiction_in(facts.history, setup_.what.protocol))
      complain(step, *wrong);
    add_books(facts, here, setup_);
    const TransferRow* row = here.transfer(setup_.transfer);
    facts.open = row != nullptr;
    facts.undecided = row != nullptr && row->state.decision == Decision::none;
    facts.outcome.clear();
    for (const TransferRecord& record : here.ended_records(setup_.request.transaction_id))
      facts.outcome = explore_text(record.status) +
                      (record.code ? " " + std::string(to_string(*record.code)) : "");
    const std::string waiters = waiters_text(here, setup_);
    facts.answer_waits = waiters.size() > std::string(" waiters").size();
    if (facts.answer_waits && row->state.decision == Decision::cancel)
      complain(step, "a client waits for what is decided to cancel");
    state.live = rows + waiters + " | " + facts.history.text() + (facts.late ? " late" : "") +
                 " heard " + std::to_string(heard(state.turns, book_, false)) + " " +
                 std::to_string(heard(state.turns, book_, true));
    for (const LogIndex told : state.told) state.live += " " + std::to_string(told);
    // Last, because it changes the partition: what time would make it do.
    SealedTurn tick = live->turn({state.clock + explore_tick_us, no_message}, book_);
    sends = number_all(std::move(tick.effects.outgoing));
    idle_tick = tick.entry.empty();
    facts.tick_does_something = !tick.entry.empty() || !sends.empty();
    state.live += idle_tick ? " tick" : " tick logs";
    for (const MessageId id : sends) state.live += " " + std::to_string(id);
  }
  facts.unsynced = static_cast<std::uint8_t>(state.log.size() - state.durable);
  facts.effects_wait = !state.waiting.empty();
  facts.unreleased.clear();
  bool reply_waits = false;
  state.text = state.live;
  for (const std::uint32_t left : state.recovered) state.text += " ~" + std::to_string(left);
  for (const ExploreWaiting& waiting : state.waiting) {
    state.text += " after " + std::to_string(waiting.log_size) + ":";
    for (const MessageId id : waiting.messages) state.text += " " + std::to_string(id);
    for (const ExploreReply& reply : waiting.replies)
      state.text += " " + reply.text + (reply.replayed ? "*" : "");
    std::ranges::copy(waiting.messages, std::back_inserter(facts.unreleased));
    reply_waits = reply_waits || !waiting.replies.empty();
  }
  if (live == nullptr) facts.answer_waits = state.live.find(" waiters ") != std::string::npos;
  facts.answer_waits = facts.answer_waits || reply_waits;

  const std::uint64_t hash = hash64(state.text);
  const auto known =
      by_text_.find(hash, [&](std::uint32_t at) { return states_[at]->text == state.text; });
  if (known != SlotIndex::no_slot) {
    State& first = *states_[known];
    if (first.other_ways < other_ways_max && !same_way(first, state)) {
      ++first.other_ways;
      other_ways_.emplace_back(known, std::make_unique<State>(std::move(state)));
    }
    return known;
  }
  if (live != nullptr && idle_tick) check_resends(state, *live, sends, step);
  by_text_.insert(hash, static_cast<std::uint32_t>(states_.size()));
  states_.push_back(std::make_unique<State>(std::move(state)));
  return static_cast<LocalId>(states_.size() - 1);
}

}  // namespace florin::sim
