// Fuzz, in two ways. A log that somebody made to do harm: a last block whose checksums hold, and whose lengths, counts and
// frames are the input's. Never a crash, never more memory than the file is worth; what scan() gives, read() gives, too.
// And damage: opening and scanning a log directory whose only segment was damaged: a good log of three group
// commits (and a fourth that replaces some of their entries, when the log allows it) with one stretch of
// bytes overwritten by the input. Never a crash; never an entry that was not written; and what opens is a
// prefix of what was acknowledged.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "persistence/journal/crc32c.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/memory/memory_file_system.hpp"

namespace {

using namespace florin;

constexpr std::uint64_t segment_bytes = 64 * 1024;

JournalOptions options(MemoryFileSystem& files, bool replaceable) {
  JournalOptions options;
  options.directory = "log";
  options.data_id = 7;
  options.partitions = 2;
  options.replaceable = replaceable;
  options.segment_bytes = segment_bytes;
  options.prepare_ahead = false;
  options.files = &files;
  return options;
}

std::string body(PartitionId partition, LogIndex index, int written = 1) {
  return "entry " + std::to_string(written) + " of " + std::to_string(partition) + ":" +
         std::to_string(index) + std::string(40, 'x');
}

// The segment's bytes of an undamaged log.
std::string make_segment(bool replaceable) {
  MemoryFileSystem files;
  auto journal = Journal::open(options(files, replaceable));
  if (!journal) std::abort();
  for (LogIndex index = 1; index <= 3; ++index) {
    for (PartitionId partition = 0; partition < 2; ++partition)
      if (!(*journal)->append({partition, index, body(partition, index)})) std::abort();
    if (!(*journal)->sync()) std::abort();
  }
  if (replaceable) {
    if (!(*journal)->append({1, 2, body(1, 2, 2)})) std::abort();
    if (!(*journal)->sync()) std::abort();
  }
  journal->reset();
  return files.contents("log/00000001.seg");
}
const std::string& good_segment(bool replaceable) {
  static const std::string strict = make_segment(false);
  static const std::string replaced = make_segment(true);
  return replaceable ? replaced : strict;
}

// Behind the three good blocks, one whose header and checksums are right and say what the input says.
std::string make_crafted(const std::uint8_t* data, std::size_t size) {
  std::string bytes = good_segment(false);
  std::size_t end = 4096;
  for (int block = 0; block < 3; ++block) {
    const auto header = journal::decode_block_header(std::string_view(bytes).substr(end), 7);
    if (!header) std::abort();
    end = journal::align_block(end + journal::block_header_bytes + header->body_bytes);
  }
  std::string body;
  for (std::size_t at = 8; at + 12 < size;) {  // frames, each with a checksum that holds
    const std::size_t length = std::min<std::size_t>(data[at], size - at - 12);
    journal::append_frame(body, static_cast<PartitionId>(data[at + 1] % 3), data[at + 2] % 6U,
                          {reinterpret_cast<const char*>(data + at + 12), length});
    at += 12 + length;
  }
  journal::BlockHeader header;
  header.sequence = 4;
  header.entry_count = data[2];
  header.body_bytes = static_cast<std::uint32_t>(body.size());
  if ((data[3] & 1) != 0) std::memcpy(&header.body_bytes, data + 4, 4);  // a lie
  header.body_crc = crc32c(
      std::string_view(body).substr(0, std::min<std::size_t>(body.size(), header.body_bytes)));
  if (end + journal::block_header_bytes + body.size() > bytes.size()) return bytes;
  journal::encode_block_header(header, 7, bytes.data() + end);
  bytes.replace(end + journal::block_header_bytes, body.size(), body);
  return bytes;
}

void open_crafted(const std::uint8_t* data, std::size_t size) {
  MemoryFileSystem files;
  if (!files.create_directories("log")) std::abort();
  files.set_contents("log/00000001.seg", make_crafted(data, size));
  auto journal = Journal::open(options(files, false));
  if (!journal) return;
  (void)(*journal)->scan(
      {0, 0},
      [&](const LogEntryView& entry) -> Status<Error> {
        if ((*journal)->read(entry.partition, entry.index).value() != entry.bytes) std::abort();
        return Unit{};
      },
      nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  if ((data[1] & 0x40) != 0 && size > 12) return open_crafted(data, size), 0;
  const bool replaceable = (data[1] & 0x80) != 0;
  std::string bytes = good_segment(replaceable);
  const std::size_t at = (std::size_t{data[0]} | std::size_t{data[1]} << 8) % 4096;
  for (std::size_t i = 2; i < size && at + i - 2 < bytes.size(); ++i)
    bytes[at + i - 2] = static_cast<char>(data[i]);
  MemoryFileSystem files;
  if (!files.create_directories("log")) std::abort();
  files.set_contents("log/00000001.seg", std::move(bytes));
  auto journal = Journal::open(options(files, replaceable));
  if (!journal) return 0;  // refused: that is an answer
  std::map<PartitionId, LogIndex> last;
  (void)(*journal)->scan(
      {0, 0},
      [&](const LogEntryView& entry) -> Status<Error> {
        if (entry.index != ++last[entry.partition]) std::abort();
        if (entry.bytes != body(entry.partition, entry.index) &&
            !(replaceable && entry.bytes == body(entry.partition, entry.index, 2)))
          std::abort();
        if ((*journal)->read(entry.partition, entry.index).value() != entry.bytes) std::abort();
        return Unit{};
      },
      nullptr);
  return 0;
}
