// A small cluster under control: partitions, a network that the test delivers by hand, memory stores.
#include "tests/support/partition_kit.hpp"

#include <gtest/gtest.h>

#include <set>

#include "domain/account/account_evolve.hpp"
#include "domain/transfer/transfer_evolve.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {
namespace {

std::string dump(MemoryStateStore& store) {
  std::string text;
  for (std::size_t table = 0; table < table_count; ++table) {
    const auto status = store.scan(static_cast<Table>(table), "", [&](auto key, auto value) {
      text += std::to_string(table) + " ";
      for (const std::string_view part : {key, value}) {
        for (const char byte : part) {
          const auto code = static_cast<unsigned char>(byte);
          if (code > 32 && code < 127)
            text += byte;
          else
            text += "\\" + std::to_string(code);
        }
        text += ' ';
      }
      text += '\n';
      return true;
    });
    EXPECT_TRUE(status);
  }
  return text;
}

void write_checkpoint(PartitionState& state, MemoryStateStore& store) {
  Checkpoint checkpoint = state.collect_checkpoint();
  ASSERT_TRUE(store.write(std::move(checkpoint.writes)));
  state.checkpoint_written(checkpoint.index);
}

}  // namespace

PartitionKit::PartitionKit(std::uint32_t partitions, PartitionOptions options)
    : map_(partitions), options_(options), nodes_(partitions) {
  for (std::uint32_t p = 0; p < partitions; ++p) recover(nodes_[p], static_cast<PartitionId>(p));
}

// --- clients -------------------------------------------------------------------------------------------

AccountId PartitionKit::account(PartitionId home, const std::string& stem) const {
  return words::account_in(home, map_.partitions(), stem);
}

void PartitionKit::open(const AccountId& id, Minor posted) {
  const PartitionId home = map_.partition_of(id);
  send(home, OpenAccount{.account = id, .currency = words::usd, .metadata = {}});
  if (posted != 0) send(transfer(words::outside_usd, id, posted));
  sync(home);
}

StartTransfer PartitionKit::transfer(const AccountId& from, const AccountId& to, Minor amount,
                                     Protocol protocol) {
  StartTransfer message;
  message.request = ++last_request_;
  message.from = from;
  message.to = to;
  message.transaction_id = words::uuid(message.request);
  message.amount = amount;
  message.currency = words::usd;
  message.protocol = protocol;
  return message;
}

void PartitionKit::send(const StartTransfer& message) {
  send(map_.partition_of(owner_of(message.from, message.to)), message);
}

std::vector<std::string> PartitionKit::replies(RequestId request) const {
  const auto found = replies_.find(request);
  return found == replies_.end() ? std::vector<std::string>{} : found->second;
}

// --- time, turns, durability ---------------------------------------------------------------------------

void PartitionKit::turn(PartitionId at, std::vector<Message> messages) {
  Node& here = node(at);
  here.partition->begin(now_, clock_is_confirmed_ ? std::optional(now_) : std::nullopt,
                        clock_is_confirmed_);
  for (const Message& message : messages) {
    here.partition->handle(message);
    if (doubled_) here.partition->handle(message);
  }
  const auto due = here.partition->next_due();
  if (due && *due <= now_) here.partition->tick();
  SealedTurn turn = here.partition->seal();
  if (!turn.entry.empty()) here.log.push_back(std::move(turn.entry));
  ASSERT_EQ(turn.index, here.log.size()) << "a turn waits for the newest entry";
  here.effects.push(turn.index, 0, std::move(turn.effects));
  here.partition->state().passivate();
  audit(at);
  if (auto_sync_) sync(at);
}

bool PartitionKit::has_unsynced(PartitionId at) const {
  return node(at).synced < node(at).log.size() || node(at).effects.size() != 0;
}

void PartitionKit::sync(PartitionId at) {
  Node& here = node(at);
  here.synced = here.log.size();
  here.effects.release_up_to(here.synced, 0, [&](Effects effects) { release(std::move(effects)); });
}

void PartitionKit::release(Effects effects) {
  for (const Reply& reply : effects.replies) {
    std::string text = words::text(reply);
    replies_[reply.request].push_back(text.substr(text.find(' ', 6) + 1));  // without "reply <n> "
  }
  for (Outgoing& out : effects.outgoing)
    for (Message& message : out.messages) network_.push_back({out.to, std::move(message)});
  EXPECT_TRUE(effects.calls.empty() || has_outside_) << "nobody is outside of these partitions";
  for (OutsideCall& call : effects.calls) calls_.push_back(std::move(call));
  alarms_ += effects.alarms.size();
}

// --- the network -----------------------------------------------------------------------------------------

void PartitionKit::deliver(std::size_t which) {
  InFlight next = std::move(network_.at(which));
  drop(which);
  turn(next.to, {std::move(next.message)});
}

void PartitionKit::deliver_copy(std::size_t which) {
  const InFlight copy = network_.at(which);
  turn(copy.to, {copy.message});
}

void PartitionKit::drop(std::size_t which) {
  network_.erase(network_.begin() + static_cast<std::ptrdiff_t>(which));
}

bool PartitionKit::step() {
  for (std::uint32_t p = 0; p < partitions(); ++p) {
    if (!has_unsynced(static_cast<PartitionId>(p))) continue;
    sync(static_cast<PartitionId>(p));
    return true;
  }
  if (network_.empty()) return false;
  deliver(0);
  return true;
}

void PartitionKit::deliver_all() {
  for (int steps = 0; step(); ++steps) ASSERT_LT(steps, 100'000) << "messages never end";
}

void PartitionKit::run_until_quiet() {
  for (int rounds = 0;; ++rounds) {
    ASSERT_LT(rounds, 1'000) << "something is always due";
    deliver_all();
    std::optional<Timestamp> first;
    for (const Node& each : nodes_)
      if (const auto due = each.partition->next_due(); due && (!first || *due < *first))
        first = due;
    if (!first) return;
    now_ = std::max(now_, *first);
    for (std::uint32_t p = 0; p < partitions(); ++p) turn(static_cast<PartitionId>(p), {});
  }
}

// --- crashes and checkpoints ------------------------------------------------------------------------------

void PartitionKit::crash(PartitionId at) {
  Node& here = node(at);
  here.log.resize(here.synced);
  here.effects = {};
  recover(here, at);
  advance(words::second);
  turn(at, {});
}

void PartitionKit::recover(Node& here, PartitionId at) {
  here.partition = std::make_unique<Partition>(at, map_, *here.store, options_);
  const auto loaded = here.partition->load();
  ASSERT_TRUE(loaded) << loaded.error().context;
  for (LogIndex next = here.partition->state().last_index(); next < here.log.size(); ++next) {
    const auto replayed = here.partition->replay(here.log[next]);
    ASSERT_TRUE(replayed) << replayed.error().context;
  }
  here.partition->begin_deciding();
}

void PartitionKit::checkpoint(PartitionId at) {
  sync(at);
  write_checkpoint(state(at), *node(at).store);
}

std::string PartitionKit::state_text(PartitionId at) {
  checkpoint(at);
  return dump(*node(at).store);
}

std::string PartitionKit::replayed_text(PartitionId at) {
  Node fresh;
  fresh.log = node(at).log;
  fresh.synced = fresh.log.size();
  recover(fresh, at);
  write_checkpoint(fresh.partition->state(), *fresh.store);
  return dump(*fresh.store);
}

AccountState& PartitionKit::account_state(const AccountId& id) {
  AccountState* account = state(map_.partition_of(id)).account(id);
  if (account == nullptr) throw std::runtime_error("no account " + id.str());
  return *account;
}

// --- audits -------------------------------------------------------------------------------------------------

namespace {

struct Reserved {
  Minor held = 0;
  Minor incoming = 0;
};

// What open legs have reserved, by account. A saga's applied debit reserves its own return.
std::map<AccountId, Reserved> reserved_by_legs(PartitionState& state) {
  std::map<AccountId, Reserved> reserved;
  state.for_each_leg([&](const Leg& leg) {
    Reserved& of = reserved[leg.content.account];
    const bool debit = leg.content.role == LegRole::debit;
    if (leg.state == LegState::tried) (debit ? of.held : of.incoming) += leg.content.amount;
    const TransferRow* transfer = state.transfer(leg.key.transfer);
    if (leg.state == LegState::confirmed && debit && transfer != nullptr &&
        transfer->state.protocol == Protocol::saga)
      of.incoming += leg.content.amount;
  });
  return reserved;
}

}  // namespace

void PartitionKit::audit(PartitionId at) {
  PartitionState& here = state(at);
  std::map<Currency, WideMinor> posted;
  auto reserved = reserved_by_legs(here);
  std::set<AccountId> resident;
  const auto count = [&](const AccountState& account) {
    EXPECT_TRUE(invariants_hold(account)) << account.id.view();
    EXPECT_EQ(account.held, reserved[account.id].held) << "held of " << account.id.view();
    EXPECT_EQ(account.incoming, reserved[account.id].incoming)
        << "incoming of " << account.id.view();
    posted[account.currency] += account.posted();
  };
  here.for_each_account([&](const AccountState& account) {
    resident.insert(account.id);
    count(account);
  });
  const auto scanned = node(at).store->scan(Table::accounts, "", [&](auto key, auto value) {
    auto account = decode_account(key, value);
    EXPECT_TRUE(account);
    if (account && !resident.contains(account->id)) count(*account);
    return true;
  });
  EXPECT_TRUE(scanned);
  for (const CurrencySums& sums : here.sums()) {
    EXPECT_TRUE(sums.accounts_posted + sums.clearing == 0) << "books of p" << at;
    EXPECT_TRUE(sums.accounts_posted == posted[sums.currency]) << "counted again, p" << at;
  }
}

void PartitionKit::expect_quiet_books() {
  std::map<Currency, WideMinor> clearing;
  for (std::uint32_t p = 0; p < partitions(); ++p) {
    const auto at = static_cast<PartitionId>(p);
    audit(at);
    EXPECT_EQ(state(at).open_transfer_count(), 0U) << "p" << p;
    state(at).for_each_leg([&](const Leg& leg) {
      EXPECT_NE(leg.state, LegState::tried) << leg.content.account.view();
    });
    for (const CurrencySums& sums : state(at).sums()) clearing[sums.currency] += sums.clearing;
  }
  for (const auto& [currency, sum] : clearing)
    EXPECT_TRUE(sum == 0) << "clearing of " << currency.view() << " over all partitions";
  EXPECT_EQ(alarms_, 0U);
}

}  // namespace florin
