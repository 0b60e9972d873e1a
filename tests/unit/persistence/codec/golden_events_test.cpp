// The storage format, byte for byte: tests/golden/events/<number>_<name>.hex, and entries of
// them. A file that exists is never rewritten. FLORIN_REWRITE_GOLDEN=1 creates those that are missing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>

#include "persistence/codec/event_codec.hpp"
#include "tests/unit/persistence/codec/codec_examples.hpp"

namespace florin {
namespace {

namespace fs = std::filesystem;
const fs::path golden_folder = fs::path(FLORIN_SOURCE_DIR) / "tests/golden/events";
constexpr std::size_t bytes_per_line = 32;

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text += digits[byte >> 4];
    text += digits[byte & 15];
    if ((i + 1) % bytes_per_line == 0 || i + 1 == bytes.size()) text += '\n';
  }
  return text;
}

std::string from_hex(std::string_view text) {
  std::string bytes;
  std::string pair;
  for (const char c : text) {
    if (c == '\n') continue;
    pair += c;
    if (pair.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(pair, nullptr, 16));
    pair.clear();
  }
  return bytes;
}

// The golden bytes; creates the file from `now` only when it is missing and creating was asked for.
std::string golden(const std::string& name, std::string_view now) {
  const fs::path path = golden_folder / name;
  const char* create = std::getenv("FLORIN_REWRITE_GOLDEN");
  if (!fs::exists(path) && create != nullptr && std::string_view(create) == "1")
    std::ofstream(path) << to_hex(now);
  std::ifstream file(path);
  EXPECT_TRUE(file) << path << " is missing: run with FLORIN_REWRITE_GOLDEN=1 and commit it";
  return from_hex(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::string file_name(const Event& event) {
  const std::string number = std::to_string(wire::number_of_value(event));
  return std::string(number.size() < 2 ? "0" : "") + number + "_" + std::string(event_name(event)) +
         ".hex";
}

TEST(GoldenEvents, EveryAlternativeHasAnExampleAndItsOwnName) {
  const auto events = codec_examples::all_events();
  ASSERT_EQ(events.size(), std::variant_size_v<Event>);
  std::set<std::string_view> names;
  std::set<std::size_t> alternatives;
  int last = 0;
  for (const Event& event : events) {
    names.insert(event_name(event));
    alternatives.insert(event.index());
    const int number = wire::number_of_value(event);
    EXPECT_LT(last, number);
    last = number;
  }
  EXPECT_EQ(names.size(), events.size());
  EXPECT_EQ(alternatives.size(), events.size());
}

TEST(GoldenEvents, EncodingGivesTheGoldenBytes) {
  for (const Event& event : codec_examples::all_events()) {
    std::string bytes;
    append_event(bytes, event);
    EXPECT_EQ(to_hex(golden(file_name(event), bytes)), to_hex(bytes)) << file_name(event);
  }
}

TEST(GoldenEvents, DecodingTheGoldenBytesGivesTheExample) {
  for (const Event& event : codec_examples::all_events()) {
    std::string bytes;
    append_event(bytes, event);
    const auto decoded = decode_event(golden(file_name(event), bytes));
    ASSERT_TRUE(decoded) << file_name(event) << ": " << decoded.error().context;
    EXPECT_TRUE(*decoded == event) << file_name(event);
  }
}

TEST(GoldenEvents, NoFileIsWithoutItsEvent) {
  std::set<std::string> expected{
      "entry.hex",           "entry_membership.hex",   "entry_commands.hex",
      "entry_deadlines.hex", "entry_disks.hex",        "entry_levels.hex",
      "entry_refusals.hex",  "entry_metadata.hex",     "entry_money_steps.hex",
      "entry_payments.hex",  "entry_payment_keys.hex", "entry_notes.hex"};
  for (const Event& event : codec_examples::all_events()) expected.insert(file_name(event));
  for (const auto& file : fs::directory_iterator(golden_folder))
    EXPECT_TRUE(expected.contains(file.path().filename().string())) << file.path();
}

// The golden entry of these events: bytes, hash, and what is read back.
void expect_golden_entry(const std::string& name, std::span<const Event> events,
                         std::string_view hash) {
  EntryBuilder builder;
  builder.begin();
  for (const Event& event : events) builder.add(event);
  const std::string entry = builder.finish(codec_examples::header());
  const std::string stored = golden(name, entry);
  EXPECT_EQ(to_hex(stored), to_hex(entry));
  EXPECT_EQ(hash_hex(chain_hash(stored)), hash);
  const auto decoded = decode_entry(stored);
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_EQ(decoded->header, codec_examples::header());
  EXPECT_TRUE(std::ranges::equal(decoded->events, events));
}

TEST(GoldenEvents, EntriesOfAllEventsGiveTheGoldenBytesAndHashes) {
  constexpr std::size_t before_membership = 20;  // what there was when entry.hex was made
  constexpr std::size_t before_commands = 31;    // and when entry_membership.hex was
  const auto events = codec_examples::all_events();
  const std::span all(events);
  expect_golden_entry("entry.hex", all.first(before_membership),
                      "33db3a75d348b5de6fe20879f80f1701f458a7aa1a569c25400c76a5d68c4d8a");
  constexpr std::size_t before_deadlines = 40;  // and entry_commands.hex
  expect_golden_entry("entry_membership.hex",
                      all.subspan(before_membership, before_commands - before_membership),
                      "d9ac77181f0c4ddbcbac9634f341dc7961869fbe1d8e617cb0506555ce3b65b3");
  expect_golden_entry("entry_commands.hex",
                      all.subspan(before_commands, before_deadlines - before_commands),
                      "4e92431a6d39a46ab592d84345296b648b27e910f4cc8f2f8d4025de68fb5618");
  constexpr std::size_t before_disks = 42;  // and entry_deadlines.hex
  expect_golden_entry("entry_deadlines.hex",
                      all.subspan(before_deadlines, before_disks - before_deadlines),
                      "324e09177ba5656920f0c32eb608c41335bae3937229848de8ecfd139f7c85b4");
  constexpr std::size_t before_levels = 44;  // and entry_disks.hex
  expect_golden_entry("entry_disks.hex", all.subspan(before_disks, before_levels - before_disks),
                      "0c459bf413d1dc3779cc792e7d82529755184ab11324300b38876a708b43400b");
  constexpr std::size_t before_refusals = 45;  // and entry_levels.hex
  expect_golden_entry("entry_levels.hex",
                      all.subspan(before_levels, before_refusals - before_levels),
                      "e208a72f687f1c0e8c7a30cf7de638d885e3114da916a1084fa93f8378a0ea40");
  // By its number; it came behind those of payments.
  constexpr std::size_t before_metadata = 46;
  expect_golden_entry("entry_refusals.hex",
                      all.subspan(before_refusals, before_metadata - before_refusals),
                      "019fe5e5f7a4e2ced30f00c0fde305a2279a06b4662acb0732fc9af947affc78");
  constexpr std::size_t before_money_steps = 49;  // and entry_metadata.hex: sides of refusals, too
  expect_golden_entry("entry_metadata.hex",
                      all.subspan(before_metadata, before_money_steps - before_metadata),
                      "bcc2950ac63e6eead94baebd5671fd2871f66b3a8f6587680c103cc2872544e2");
  constexpr std::size_t before_notes = 51;     // and entry_money_steps.hex
  constexpr std::size_t before_payments = 53;  // and entry_notes.hex
  expect_golden_entry("entry_notes.hex", all.subspan(before_notes, before_payments - before_notes),
                      "e4367cfc47252b273fab552d14cf13c8ae6a99a13c8b8ffd0eb229fcd3153037");
  // Keys came behind all others, with one more of checkouts.
  std::vector<Event> payments, keys;
  for (const Event& event : all.subspan(before_payments))
    (wire::number_of_value(event) == 89 || wire::number_of_value(event) > 91 ? keys : payments)
        .push_back(event);
  expect_golden_entry("entry_payments.hex", payments,
                      "2f4b77f9941e5629669b638d65914f75e0eaf38cb3fdcb399af483ad89139a73");
  expect_golden_entry("entry_payment_keys.hex", keys,
                      "13ca49f6a0a2cbd38ab5e6dceecd536edf433d2e2349dd945c3e07ea3724d6fe");
  expect_golden_entry("entry_money_steps.hex",
                      all.subspan(before_money_steps, before_notes - before_money_steps),
                      "59345be52cf0cc18105b62a50e32eb2bebb27264b381c3682f873314faefaf22");
}

}  // namespace
}  // namespace florin
