// What encoding, decoding and hashing cost: ~10 events per transfer pass through them.
// Aims: < 80 ns per event encoded, > 1 M events/s on replay, < 150 ns per account row.
#include <benchmark/benchmark.h>

#include <memory>

#include "persistence/codec/entry_codec.hpp"
#include "persistence/codec/event_codec.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {
namespace {

const AccountId payer = AccountId::from_trusted("customer-000000000000004711");
const AccountId payee = AccountId::from_trusted("merchant-000000000000000815");
const Currency euro{{'E', 'U', 'R'}};

Uuid some_uuid() {
  Uuid uuid;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i)
    uuid.bytes[i] = static_cast<std::uint8_t>(17 * i + 3);
  return uuid;
}

Event posted_event() {
  return TransferPosted{some_uuid(),           payer, payee, 123'456, euro, {4'711, 17, 99'000'000},
                        {4'712, 18, 1'000'000}};
}
LegKey some_leg() { return {{123'456, 77, 3}, 1}; }
LegContent some_content() { return {payer, payee, some_uuid(), 123'456, euro, LegRole::debit}; }

// The events that one TC/C transfer leaves in all logs.
std::vector<Event> transfer_events() {
  return {
      TransferStarted{some_uuid(),
                      payer,
                      Protocol::tcc,
                      euro,
                      {1'790'000'000'000'000},
                      {{payer, 3, LegRole::debit, 123'456}, {payee, 9, LegRole::credit, 123'456}}},
      LegTried{some_leg(), some_content()},
      LegTried{some_leg(), some_content()},
      TransferDecided{some_leg().transfer, Decision::confirm, std::nullopt, 1, {}},
      LegConfirmed{some_leg(), some_content(), {4'711, 17, 99'000'000}},
      LegConfirmed{some_leg(), some_content(), {4'711, 17, 99'000'000}},
      TransferCompleted{some_leg().transfer}};
}

std::string entry_of(const std::vector<Event>& events, int times) {
  EntryBuilder builder;
  builder.begin();
  for (int i = 0; i < times; ++i)
    for (const Event& event : events) builder.add(event);
  return builder.finish({3, 1, 4'711, {1'790'000'000'000'000}, {}});
}

void build_entry(benchmark::State& state, const std::vector<Event>& events) {
  EntryBuilder builder;
  for (auto _ : state) {
    builder.begin();
    for (int i = 0; i < 100; ++i)
      for (const Event& event : events) builder.add(event);
    benchmark::DoNotOptimize(builder.finish({3, 1, 4'711, {1'790'000'000'000'000}, {}}));
  }
  state.SetItemsProcessed(state.iterations() * 100 * static_cast<std::int64_t>(events.size()));
}
void read_entry(benchmark::State& state, const std::vector<Event>& events) {
  const std::string entry = entry_of(events, 100);
  for (auto _ : state) benchmark::DoNotOptimize(decode_entry(entry));
  state.SetItemsProcessed(state.iterations() * 100 * static_cast<std::int64_t>(events.size()));
  state.counters["bytes/event"] =
      static_cast<double>(entry.size()) / 100. / static_cast<double>(events.size());
}
BENCHMARK_CAPTURE(build_entry, transfer_posted, {posted_event()});
BENCHMARK_CAPTURE(build_entry, tcc_transfer, transfer_events());
BENCHMARK_CAPTURE(read_entry, transfer_posted, {posted_event()});
BENCHMARK_CAPTURE(read_entry, tcc_transfer, transfer_events());

void append_one_event(benchmark::State& state) {
  const Event event = posted_event();
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_event(out, event);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(append_one_event);

void decode_one_event(benchmark::State& state) {
  std::string bytes;
  append_event(bytes, posted_event());
  for (auto _ : state) benchmark::DoNotOptimize(decode_event(bytes));
}
BENCHMARK(decode_one_event);

// Skips `range` events: what a statement pays to reach a posting in the middle of a big entry.
void event_at(benchmark::State& state) {
  const std::string entry = entry_of({posted_event()}, 8'192);
  for (auto _ : state)
    benchmark::DoNotOptimize(decode_event_at(entry, static_cast<Ordinal>(state.range(0))));
}
BENCHMARK(event_at)->Arg(0)->Arg(100)->Arg(8'000);

// `range` events one after the other, backwards from the end of a big entry: a page of a statement.
void events_of_one_entry(benchmark::State& state) {
  constexpr Ordinal size = 8'192;
  const std::string entry = entry_of({posted_event()}, size);
  for (auto _ : state) {
    auto events = EntryEvents::open(entry);
    for (Ordinal i = 1; i <= static_cast<Ordinal>(state.range(0)); ++i)
      benchmark::DoNotOptimize(events->event(size - i));
  }
}
BENCHMARK(events_of_one_entry)->Arg(1)->Arg(20)->Arg(100);

AccountState some_account() {
  AccountState account;
  account.id = payer;
  account.currency = euro;
  account.available = 99'000'000;
  account.held = 1'200;
  account.debited_today = 55'000;
  account.debit_day = 20'650;
  account.last_posting_index = 4'711;
  account.last_posting_ordinal = 17;
  return account;
}
void encode_account_row(benchmark::State& state) {
  const AccountState account = some_account();
  for (auto _ : state) benchmark::DoNotOptimize(encode_account(account));
}
BENCHMARK(encode_account_row);
void decode_account_row(benchmark::State& state) {
  const std::string value = encode_account(some_account());
  for (auto _ : state) benchmark::DoNotOptimize(decode_account(payer.view(), value));
}
BENCHMARK(decode_account_row);

void hash_entry(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(chain_hash(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(hash_entry)->Arg(200)->Arg(100'000);

}  // namespace
}  // namespace florin

BENCHMARK_MAIN();
