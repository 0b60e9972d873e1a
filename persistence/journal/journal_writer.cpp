// Journal, writing side: group commits and the change from one segment to the next.
#include <algorithm>

#include "base/limits.hpp"
#include "persistence/journal/crc32c.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/journal/log_end.hpp"

namespace florin {

using journal::block_header_bytes;
using journal::frame_header_bytes;
using journal::Segment;

namespace {
// Two syncs of a small file for so many of the log, on another thread.
constexpr journal::BlockSequence blocks_between_notes = 512;
}  // namespace

Status<Error> Journal::begin_writing() {
  preparer_ =
      std::make_unique<journal::SegmentPreparer>(files_, options_.directory, options_.segment_bytes,
                                                 options_.prepare_ahead, options_.open_retry_pause);
  reset_block();
  if (catalogue_.size() == 0) {
    FLORIN_TRY_VOID(begin_segment(0));
  } else {
    const Segment active = catalogue_.newest();
    FLORIN_TRY(file, files_.open(active.path, OpenMode::write));
    active_ = std::move(file);
    active_bytes_ = active.header.file_bytes;
    write_offset_ = active.extent.end_offset;
    next_sequence_ = active.extent.next_sequence;
    // Whoever made the last segment may have died before its name was durable.
    FLORIN_TRY_VOID(files_.sync_directory(options_.directory));
    preparer_->prepare();
  }
  next_append_ = catalogue_.next_index();
  note_end();
  note_end_at_ = next_sequence_;
  return Unit{};
}

// Behind the log, so the file never names a block that is not there. A failure is no reason to stop: the file then says
// less than it could.
void Journal::note_end() {
  const journal::LogEnd end{options_.data_id, next_sequence_ - 1};
  if (options_.end_file.empty() || end.last_block <= noted_end_) return;
  noted_end_ = end.last_block;
  note_end_at_ = next_sequence_ - 1 + blocks_between_notes;
  preparer_->run_next([this, end] {
    auto written = journal::write_log_end(files_, options_.end_file, end);
    if (!written) preparer_->warn(std::move(written).error());
  });
}

Status<Error> Journal::append(const LogEntry& entry) {
  if (failed_) return Err{*failed_};
  FLORIN_ASSERT(!options_.read_only, "append to a journal opened for reading");
  FLORIN_ASSERT(entry.partition < next_append_.size());
  LogIndex& next = next_append_[entry.partition];
  FLORIN_ASSERT(
      entry.index == next || (options_.replaceable && entry.index != 0 && entry.index < next),
      "entries of a partition must be contiguous");
  FLORIN_ASSERT(entry.bytes.size() <= limits::entry_bytes_max);
  if (!frames_.empty() &&
      block_.size() + frame_header_bytes + entry.bytes.size() > options_.block_bytes)
    FLORIN_TRY_VOID(write_block(0));
  frames_.push_back({entry.partition, static_cast<std::uint32_t>(block_.size()), entry.index});
  journal::append_frame(block_, entry.partition, entry.index, entry.bytes);
  next = entry.index + 1;
  return Unit{};
}

Status<Error> Journal::sync() {
  if (failed_) return Err{*failed_};
  if (frames_.empty()) return Unit{};
  return write_block(0);
}

Status<Error> Journal::close_cleanly() {
  FLORIN_TRY_VOID(sync());
  if (last_block_is_closing_mark_) return Unit{};
  FLORIN_TRY_VOID(write_block(journal::flag_closed_cleanly));
  last_block_is_closing_mark_ = true;
  note_end();
  return Unit{};
}

std::optional<Error> Journal::warning() const {
  return preparer_ ? preparer_->warning() : std::nullopt;
}

Status<Error> Journal::fail(Error error) {
  failed_ = error;
  return Err{std::move(error)};
}

Status<Error> Journal::write_block(std::uint32_t flags) {
  auto written = write_block_unguarded(flags);
  if (!written) return fail(std::move(written).error());
  return written;
}

// If we crash before fdatasync has returned, the block is there whole, torn or not at all, and nobody was told
// that it is durable: no effect of a turn is released before this has returned.
Status<Error> Journal::write_block_unguarded(std::uint32_t flags) {
  if (write_offset_ + block_.size() > active_bytes_) FLORIN_TRY_VOID(begin_segment(block_.size()));
  const auto body = std::string_view(block_).substr(block_header_bytes);
  journal::BlockHeader header;
  header.flags = flags;
  header.sequence = next_sequence_;
  header.body_bytes = static_cast<std::uint32_t>(body.size());
  header.entry_count = static_cast<std::uint32_t>(frames_.size());
  header.body_crc = crc32c(body);
  journal::encode_block_header(header, options_.data_id, block_.data());
  FLORIN_TRY_VOID(write_fully(*active_, write_offset_, block_));
  FLORIN_TRY_VOID(active_->sync_data());

  for (auto& frame : frames_) frame.offset += static_cast<std::uint32_t>(write_offset_);
  write_offset_ = journal::align_block(write_offset_ + block_.size());
  ++next_sequence_;
  catalogue_.publish(frames_, write_offset_);
  last_block_is_closing_mark_ = false;
  if (next_sequence_ > note_end_at_) note_end();
  reset_block();
  return Unit{};
}

// Only opening can fail so: nothing was written, and nothing is lost by waiting. Whoever holds what we need (clients'
// connections, readers) will let go, or the node ends as it would have at once.
template <class Step>
auto Journal::patiently(Step step) -> decltype(step()) {
  for (std::uint32_t retry = 0;; ++retry) {
    auto done = step();
    if (done || done.error().code != Errc::unavailable || retry == options_.open_retries_max)
      return done;
    preparer_->pause(done.error());
  }
}

// Order matters: the file gets its name only when its header is durable, and its first block only when its
// name is. A crash in between leaves an unnamed file (removed at the next start) or an empty last segment.
Status<Error> Journal::begin_segment(std::uint64_t block_bytes) {
  Segment next;
  next.header.number = catalogue_.size() + 1;
  next.header.data_id = options_.data_id;
  next.header.replaceable = options_.replaceable;
  next.header.first_sequence = 1;
  next.header.next_index.assign(options_.partitions, 1);
  next.extent.end_offset = journal::data_begin(options_.partitions);
  if (catalogue_.size() != 0) {
    next.header.first_sequence = catalogue_.newest().extent.next_sequence;
    next.header.next_index = catalogue_.next_index();
  }
  next.extent.next_sequence = next.header.first_sequence;
  next.extent.clear_entries(options_.partitions);
  next.index = std::make_shared<journal::SegmentIndex>();
  next.index->offsets.resize(options_.partitions);
  // A block larger than a segment gets a segment of its own size.
  next.header.file_bytes = std::max(options_.segment_bytes, next.extent.end_offset + block_bytes);
  next.path = options_.directory + "/" + journal::segment_file_name(next.header.number);

  FLORIN_TRY(prepared, patiently([&] { return preparer_->take(next.header.file_bytes); }));
  {
    FLORIN_TRY(file, patiently([&] { return files_.open(prepared, OpenMode::write); }));
    FLORIN_TRY_VOID(write_fully(*file, 0, journal::encode_segment_header(next.header)));
    FLORIN_TRY_VOID(file->sync_data());
  }
  FLORIN_TRY_VOID(files_.rename(prepared, next.path));
  FLORIN_TRY_VOID(patiently([&] { return files_.sync_directory(options_.directory); }));
  FLORIN_TRY(file, patiently([&] { return files_.open(next.path, OpenMode::write); }));
  active_ = std::move(file);
  active_bytes_ = next.header.file_bytes;
  write_offset_ = next.extent.end_offset;
  next_sequence_ = note_end_at_ = next.extent.next_sequence;
  if (catalogue_.size() != 0) seal(catalogue_.newest());
  catalogue_.add(std::move(next));
  preparer_->prepare();
  return Unit{};
}

// A sidecar that cannot be written costs memory now and time at the next start, nothing else.
void Journal::seal(Segment segment) {
  preparer_->run([this, segment = std::move(segment)] {
    auto written = journal::write_sidecar(files_, options_.directory, segment.header,
                                          segment.extent, *segment.index);
    if (written)
      catalogue_.drop_index(segment.header.number);
    else
      preparer_->warn(std::move(written).error());
  });
}

void Journal::reset_block() {
  constexpr std::size_t kept_capacity_max = std::size_t{16} << 20;
  if (block_.capacity() > kept_capacity_max) block_ = std::string();
  block_.assign(block_header_bytes, '\0');
  frames_.clear();
}

}  // namespace florin
