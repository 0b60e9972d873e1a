// The bytes of every key of the StateStore, written in one place: whoever needs a key as a text, or straight in a batch of
// rows, gives a sink for them. Numbers are big-endian, so that keys sort as their numbers do; a released key never changes.
// Private to the codecs.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "domain/ledger/ledger_books.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin::codec {

// What a sink is: `write(data, size)`.
class TextSink {
 public:
  explicit TextSink(std::string& out) : out_(out) {}
  void write(const char* data, std::size_t size) { out_.append(data, size); }

 private:
  std::string& out_;
};

template <class Sink>
void write_text(Sink& sink, std::string_view text) {
  if (!text.empty()) sink.write(text.data(), text.size());
}

template <class Sink, std::unsigned_integral T>
void write_big_endian(Sink& sink, T value) {
  std::array<char, sizeof(T)> bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[i] =
        static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * (sizeof(T) - 1 - i)) & 0xff);
  sink.write(bytes.data(), bytes.size());
}

// --- one for each kind of key ----------------------------------------------------------------------------------

// [account id]
template <class Sink>
void write_key(Sink& sink, const AccountId& id) {
  write_text(sink, id.view());
}
// [partition u16][index u64][ordinal u32]
template <class Sink>
void write_key(Sink& sink, const TransferId& id) {
  write_big_endian(sink, id.partition);
  write_big_endian(sink, id.index);
  write_big_endian(sink, id.ordinal);
}
// [transfer][leg u8]
template <class Sink>
void write_key(Sink& sink, const LegKey& key) {
  write_key(sink, key.transfer);
  write_big_endian(sink, key.leg);
}
// [name of the step]
template <class Sink>
void write_key(Sink& sink, const StepName& name) {
  write_text(sink, to_string(name));
}
// [currency, three letters][account of the ledger]
template <class Sink>
void write_key(Sink& sink, const LedgerKey& key) {
  write_text(sink, key.currency.view());
  write_text(sink, to_string(key.account));
}
// [epoch u32][transaction id][owner text]
struct RecordKeyParts {
  std::uint32_t epoch = 0;
  const Uuid& transaction_id;
  std::string_view owner;
};
template <class Sink>
void write_key(Sink& sink, const RecordKeyParts& key) {
  write_big_endian(sink, key.epoch);
  write_text(sink, {reinterpret_cast<const char*>(key.transaction_id.bytes.data()),
                    key.transaction_id.bytes.size()});
  write_text(sink, key.owner);
}
// [due, microseconds since 1970, u64][kind u16][key of the entity]
struct DueKeyParts {
  std::uint64_t due_us = 0;
  std::uint16_t kind = 0;
  std::string_view entity;
};
template <class Sink>
void write_key(Sink& sink, const DueKeyParts& key) {
  write_big_endian(sink, key.due_us);
  write_big_endian(sink, key.kind);
  write_text(sink, key.entity);
}

// [event that asked, as a transfer][partition of the account u16]
template <class Sink>
void write_key(Sink& sink, const AskedStep& step) {
  write_key(sink, step.asked);
  write_big_endian(sink, step.at);
}

template <class Key>
std::string key_text(const Key& key) {
  std::string text;
  TextSink sink(text);
  write_key(sink, key);
  return text;
}

}  // namespace florin::codec
