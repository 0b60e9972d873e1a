// Turns, packets, crashes: all by hand, and each says what it did.
#include "sim/scenarios/scenario_world.hpp"

#include <algorithm>
#include <type_traits>

#include "domain/transfer/transfer_steps.hpp"
#include "persistence/codec/entry_codec.hpp"

namespace florin::sim {
namespace {

constexpr Timestamp morning{1'763'776'800'000'000};  // 2025-11-22T02:00:00Z
constexpr int rounds_max = 1'000;

std::string partition_name(PartitionId id) { return "p" + std::to_string(id); }

}  // namespace

ScenarioWorld::ScenarioWorld(std::uint32_t partitions)
    : names_(partitions), nodes_(partitions), now_(morning) {
  for (std::uint32_t p = 0; p < partitions; ++p) {
    const auto at = static_cast<PartitionId>(p);
    if (const auto started = recover(node(at), at); !started) wrong(started.error().context);
  }
}

void ScenarioWorld::say(const std::string& line) { said_ += line + "\n"; }
void ScenarioWorld::say_softly(const std::string& line) {
  if (!muted_) say(line);
}

// --- clients ---------------------------------------------------------------------------------------------------

void ScenarioWorld::ask(const std::string& subject, PartitionId at,
                        const std::function<Message(RequestId)>& make) {
  const RequestId request = clients_.size() + 1;
  clients_[request] = {subject, false};
  if (!is_up(at)) return say(partition_name(at) + " is down: the request is lost");
  turn(at, {make(request)}, false);
}

void ScenarioWorld::client_gone(const std::string& transfer) {
  for (auto& [request, client] : clients_)
    if (client.subject == transfer) client.gone = true;
}

void ScenarioWorld::answer(const Reply& reply) {
  const Client& client = clients_.at(reply.request);
  std::string text;
  bool recorded = false;
  if (const auto* outcome = get_if<TransferOutcome>(&reply.body)) {
    text = std::string(word_of(outcome->status)) + code_of(outcome->code);
    recorded = outcome->replayed;
  } else if (const auto* refused = get_if<Refused>(&reply.body)) {
    text = "rejected" + code_of(refused->code);
  } else if (const auto* view = get_if<std::unique_ptr<AccountView>>(&reply.body)) {
    text = names_.view(**view);
  } else if (const auto* views = get_if<std::unique_ptr<TransferViews>>(&reply.body)) {
    for (const TransferState& open : (*views)->open)
      text += std::string(word_of(status_of(open))) + " (" + std::string(word_of(open.protocol)) +
              ")\n" + names_.phase(open);
    for (const TransferRecord& ended : (*views)->ended)
      text += std::string(word_of(ended.status)) + code_of(ended.code) + "\n";
    if (text.empty()) text = "unknown\n";
    text.pop_back();
    return say(client.subject + " is " + text);
  }
  const std::string mark = recorded ? " (recorded)" : "";
  if (client.gone)
    return say("the client of " + client.subject + " has gone; it would have heard: " + text +
               mark);
  heard_[client.subject].push_back({text, recorded});
  say("the client of " + client.subject + " hears: " + text + mark);
}

// --- turns -----------------------------------------------------------------------------------------------------

void ScenarioWorld::turn(PartitionId at, const std::vector<Message>& messages, bool tick) {
  Node& here = node(at);
  here.partition->begin(now_);
  for (const Message& message : messages) here.partition->handle(message);
  if (tick) here.partition->tick();
  SealedTurn turn = here.partition->seal();
  here.effects.push(turn.index, 0, std::move(turn.effects));
  audit(at);
  const bool appended = !turn.entry.empty();
  if (appended) {
    here.log.push_back(std::move(turn.entry));
    tell_entry(at, here.log.back(), !here.sync_held && here.crash_point != CrashPoint::before_sync);
    if (here.crash_point == CrashPoint::before_sync) return crash(at);
    if (here.crash_point == CrashPoint::after_sync) {
      here.synced = here.log.size();
      return crash(at);
    }
  }
  if (!here.sync_held) sync(at);
}

void ScenarioWorld::tell_entry(PartitionId at, const std::string& entry, bool durable) {
  const auto decoded = decode_entry(entry);
  if (!decoded) return wrong(decoded.error().context);
  std::string text;
  Ordinal ordinal = 0;
  for (const Event& event : decoded->events) {
    names_.learn(event, {decoded->header.index, ordinal++, at});
    if (!fences_shown_ && holds_alternative<FenceAdvanced>(event)) continue;
    text += "\n  " + names_.event(event, decoded->header.time);
  }
  if (!text.empty())
    say_softly(partition_name(at) + (durable ? " logs" : " appends, not yet durable") + text);
}

void ScenarioWorld::sync(PartitionId at) {
  Node& here = node(at);
  here.synced = here.log.size();
  here.sync_held = false;
  here.effects.release_up_to(here.synced, 0,
                             [&](Effects effects) { release(at, std::move(effects)); });
}

void ScenarioWorld::release(PartitionId at, Effects effects) {
  for (const Reply& reply : effects.replies) answer(reply);
  for (Outgoing& out : effects.outgoing) {
    for (Message& message : out.messages) {
      Packet packet{at, out.to, std::move(message)};
      if (fences_shown_ || !is_fence(packet))
        say_softly(partition_name(at) + " -> " + partition_name(out.to) + " " +
                   names_.message(packet.message));
      if (doubling_) network_.push_back(packet);
      network_.push_back(std::move(packet));
    }
  }
  if (!effects.calls.empty()) wrong("a call to the outside, which is not in this world");
  for (const Alarm& alarm : effects.alarms)
    say("ALARM of " + partition_name(at) + ": " + alarm.what + " (" + names_.account_of(alarm.leg) +
        " of " + names_.name_of(alarm.leg.transfer) + ")");
}

bool ScenarioWorld::is_fence(const Packet& packet) {
  const auto is = [&]<class M>(std::type_identity<M>) {
    return holds_alternative<M>(packet.message);
  };
  return !(is(std::type_identity<TryLeg>{}) || is(std::type_identity<ConfirmLeg>{}) ||
           is(std::type_identity<CancelLeg>{}) || is(std::type_identity<ApplyStep>{}) ||
           is(std::type_identity<TryNotedLeg>{}) || is(std::type_identity<ApplyNotedStep>{}) ||
           is(std::type_identity<CompensateStep>{}) || is(std::type_identity<LegAnswered>{}));
}

// --- the network, time -------------------------------------------------------------------------------------------

void ScenarioWorld::deliver(std::size_t which) {
  const Packet packet = std::move(network_.at(which));
  network_.erase(network_.begin() + static_cast<std::ptrdiff_t>(which));
  const bool shown = fences_shown_ || !is_fence(packet);
  if (!is_up(packet.to)) {
    if (shown)
      say_softly(partition_name(packet.to) + " is down: lost is " + names_.message(packet.message));
    return;
  }
  turn(packet.to, {packet.message}, false);
}

void ScenarioWorld::advance(std::int64_t us, bool asleep) {
  now_ = now_ + us;
  if (asleep) return;
  for (std::uint32_t p = 0; p < partitions(); ++p) {
    const auto at = static_cast<PartitionId>(p);
    if (!is_up(at)) continue;
    const auto due = node(at).partition->next_due();
    if (due && *due <= now_) turn(at, {}, true);
  }
}

bool ScenarioWorld::finish() {
  for (int round = 0; round < rounds_max; ++round) {
    while (!network_.empty()) deliver(0);
    std::optional<Timestamp> first;
    for (const Node& each : nodes_) {
      if (each.partition == nullptr) continue;
      if (const auto due = each.partition->next_due(); due && (!first || *due < *first))
        first = due;
    }
    if (!first) return true;
    advance(std::max<std::int64_t>(0, first->us - now_.us));
  }
  return false;
}

// --- crashes -----------------------------------------------------------------------------------------------------

void ScenarioWorld::crash(PartitionId at) {
  Node& here = node(at);
  const std::size_t lost = here.log.size() - here.synced;
  const bool effects_lost = here.effects.size() != 0;
  here.log.resize(here.synced);
  here.effects = {};
  here.partition = nullptr;
  here.sync_held = false;
  here.crash_point = CrashPoint::none;
  say(partition_name(at) + " crashes" +
      (lost != 0      ? ": the entry is lost, and nothing has left"
       : effects_lost ? ": the entry is durable, but nothing has left"
                      : ""));
}

void ScenarioWorld::restart(PartitionId at, bool lose_store) {
  Node& here = node(at);
  if (lose_store) here.store = std::make_unique<MemoryStateStore>();
  if (const auto started = recover(here, at); !started) return wrong(started.error().context);
  const std::size_t open = here.partition->state().open_transfer_count();
  say(partition_name(at) + " is back" +
      (open == 0
           ? ""
           : ", " + std::to_string(open) + (open == 1 ? " transfer" : " transfers") + " open"));
  turn(at, {}, true);
}

Status<Error> ScenarioWorld::recover(Node& here, PartitionId at) {
  here.partition = std::make_unique<Partition>(at, names_.map(), *here.store, PartitionOptions{});
  FLORIN_TRY_VOID(here.partition->load());
  for (LogIndex next = here.partition->state().last_index(); next < here.log.size(); ++next)
    FLORIN_TRY_VOID(here.partition->replay(here.log[next]));
  here.partition->begin_deciding();
  return Unit{};
}

void ScenarioWorld::checkpoint(PartitionId at) {
  PartitionState& state = node(at).partition->state();
  Checkpoint checkpoint = state.collect_checkpoint();
  if (const auto written = node(at).store->write(std::move(checkpoint.writes)); !written)
    return wrong(written.error().context);
  state.checkpoint_written(checkpoint.index);
}

// --- audits --------------------------------------------------------------------------------------------------------

AccountState* ScenarioWorld::account(const NamedAccount& named) {
  return is_up(named.home) ? state(named.home)->account(named.id) : nullptr;
}

void ScenarioWorld::wrong(const std::string& what) {
  if (audit_failure_.empty()) audit_failure_ = what;
}

// What is held is what the open tries hold; nobody is overdrawn; accounts and clearing sum to zero. Sums of
// its own over all accounts ever named: none of the product's.
void ScenarioWorld::audit(PartitionId at) {
  PartitionState& here = *state(at);
  std::map<AccountId, WideMinor> held;
  here.for_each_leg([&](const Leg& leg) {
    if (leg.state == LegState::tried && leg.content.role == LegRole::debit)
      held[leg.content.account] += leg.content.amount;
  });
  std::map<Currency, WideMinor> posted;
  const auto count = [&](const AccountState* account, const std::string& name) {
    if (account == nullptr) return;
    posted[account->currency] += WideMinor{account->available} + account->held;
    if (account->held != held[account->id])
      wrong(name + " holds something else than its open tries");
    if (account->available < 0 && !account->allow_negative) wrong(name + " is overdrawn");
  };
  std::map<Currency, AccountId> outside;
  for (const auto& [name, named] : names_.accounts()) {
    outside[named.currency] =
        AccountId::from_trusted("@outside:" + std::string(named.currency.view()));
    if (named.home == at) count(here.account(named.id), name);
  }
  for (const auto& [currency, id] : outside) count(here.account(id), "outside");
  for (const CurrencySums& sums : here.sums())
    if (posted[sums.currency] + sums.clearing != 0)
      wrong("the books of " + partition_name(at) + " do not balance");
}

std::string ScenarioWorld::audit_end() {
  std::map<Currency, WideMinor> clearing;
  for (std::uint32_t p = 0; p < partitions(); ++p) {
    const auto at = static_cast<PartitionId>(p);
    const std::string name = partition_name(at);
    if (!is_up(at)) return name + " is down";
    PartitionState& here = *state(at);
    if (here.open_transfer_count() != 0) return name + " has an open transfer";
    bool tried = false;
    here.for_each_leg([&](const Leg& leg) { tried |= leg.state == LegState::tried; });
    if (tried) return name + " has a leg that is tried and nothing more";
    for (const CurrencySums& sums : here.sums()) clearing[sums.currency] += sums.clearing;
    Node fresh;
    fresh.log = node(at).log;
    if (const auto replayed = recover(fresh, at); !replayed) return replayed.error().context;
    if (dump(fresh) != dump(node(at))) return name + " believes something else than its log";
  }
  for (const auto& [currency, sum] : clearing)
    if (sum != 0) return money(currency, sum) + " is still between partitions";
  return audit_failure_;
}

// Everything that a partition knows, as bytes: its checkpointed store.
std::string ScenarioWorld::dump(Node& of) {
  PartitionState& state = of.partition->state();
  Checkpoint checkpoint = state.collect_checkpoint();
  if (!of.store->write(std::move(checkpoint.writes))) return "";
  state.checkpoint_written(checkpoint.index);
  std::string bytes;
  for (std::size_t table = 0; table < table_count; ++table) {
    const auto scanned = of.store->scan(static_cast<Table>(table), "", [&](auto key, auto value) {
      bytes.append(std::to_string(table))
          .append(" ")
          .append(key)
          .append(" ")
          .append(value)
          .append("\n");
      return true;
    });
    if (!scanned) return "";
  }
  return bytes;
}

}  // namespace florin::sim
