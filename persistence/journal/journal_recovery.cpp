// Journal::open: checks that the segments form one unbroken log, finds its end, and cuts the torn tail of the
// write that was under way at a crash. Sealed segments are not read again: their header and sidecar say
// all that is needed (scan() reads and checks everything).
#include <algorithm>

#include "base/limits.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/journal/log_end.hpp"
#include "persistence/journal/posix_file_system.hpp"
#include "persistence/journal/segment/segment_scan.hpp"

namespace florin {

using journal::corrupt_error;
using journal::ScanEnd;
using journal::Segment;

// One opening of a directory; fills the journal's catalogue and report.
class JournalRecovery {
 public:
  explicit JournalRecovery(Journal& journal)
      : journal_(journal),
        options_(journal.options_),
        files_(journal.files_),
        report_(journal.report_) {}

  Status<Error> run();

 private:
  Result<std::uint64_t, Error> count_segments();
  Status<Error> remove_unfinished();
  [[nodiscard]] Err<Error> too_short(journal::BlockSequence last_block) const;
  Result<Segment, Error> load_header(std::uint64_t number);
  Status<Error> check_identity(const Segment& segment);
  Status<Error> check_follows(const Segment& segment) const;
  Status<Error> load_sealed(Segment& segment);
  Status<Error> rebuild_sidecar(Segment& segment, File& file);
  Status<Error> load_last(Segment& segment);
  Status<Error> settle_tail(Segment& segment, const ScanEnd& end);
  Status<Error> write_last_block_again(const Segment& segment, const ScanEnd& end);
  Result<ScanEnd, Error> index_blocks(Segment& segment, File& file);

  Journal& journal_;
  JournalOptions& options_;
  FileSystem& files_;
  RecoveryReport& report_;
};

Status<Error> JournalRecovery::run() {
  FLORIN_TRY(segments, count_segments());
  report_.segments = segments;
  report_.closed_cleanly = segments == 0;
  for (std::uint64_t number = 1; number <= segments; ++number) {
    FLORIN_TRY(segment, load_header(number));
    FLORIN_TRY_VOID(check_identity(segment));
    FLORIN_TRY_VOID(check_follows(segment));
    if (number < segments)
      FLORIN_TRY_VOID(load_sealed(segment));
    else
      FLORIN_TRY_VOID(load_last(segment));
    journal_.catalogue_.add(std::move(segment));
  }
  if (segments == 0 && journal_.noted_end_ > 0) return too_short(0);
  return options_.read_only ? Status<Error>(Unit{}) : remove_unfinished();
}

// A log that ends before a block that was durable is not the log of this directory, or not all of it. To go on from
// there would give the numbers of what was acknowledged to something else. Nothing has been written yet.
Err<Error> JournalRecovery::too_short(journal::BlockSequence last_block) const {
  return Err{
      Error{Errc::missing,
            "the log in " + options_.directory + " " +
                (last_block == 0 ? "is empty" : "ends with block " + std::to_string(last_block)) +
                ", but block " + std::to_string(journal_.noted_end_) + " was durable (" +
                options_.end_file +
                "): log files are missing. Is a disk not mounted, or is this an older copy? Bring "
                "the newest "
                "log back. If it is lost for good: a node that stands alone goes on without it "
                "after florin "
                "accept-log, a cluster's is replaced by one with a new number"}};
}

Status<Error> JournalRecovery::remove_unfinished() {
  FLORIN_TRY(names, files_.list(options_.directory));
  for (const std::string& name : names)
    if (name.ends_with(".tmp")) FLORIN_TRY_VOID(files_.remove(options_.directory + "/" + name));
  return Unit{};
}

Result<std::uint64_t, Error> JournalRecovery::count_segments() {
  auto names = files_.list(options_.directory);
  if (!names && names.error().code == Errc::missing && journal_.noted_end_ > 0) return too_short(0);
  if (!names) return Err{std::move(names).error()};
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : *names)
    if (const auto number = journal::parse_segment_file_name(name)) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == i + 1) continue;
    return Err{Error{Errc::missing,
                     "log file " + options_.directory + "/" + journal::segment_file_name(i + 1) +
                         " is missing but later ones exist; restore it from a copy"}};
  }
  return static_cast<std::uint64_t>(numbers.size());
}

Result<Segment, Error> JournalRecovery::load_header(std::uint64_t number) {
  Segment segment;
  segment.path = options_.directory + "/" + journal::segment_file_name(number);
  FLORIN_TRY(file, files_.open(segment.path, OpenMode::read));
  std::string bytes(journal::data_begin(journal::streams_max), '\0');
  FLORIN_TRY(got, file->read_at(0, bytes));
  FLORIN_TRY(header,
             journal::decode_segment_header(std::string_view(bytes).substr(0, got), segment.path));
  FLORIN_TRY(bytes_in_file, file->size());
  if (bytes_in_file < header.file_bytes)
    return Err{corrupt_error(
        segment.path, bytes_in_file,
        "the file was cut short, it had " + std::to_string(header.file_bytes) + " bytes")};
  if (header.number != number)
    return Err{corrupt_error(segment.path, 0,
                             "this is the file of segment " + std::to_string(header.number))};
  segment.header = std::move(header);
  return segment;
}

Status<Error> JournalRecovery::check_identity(const Segment& segment) {
  const auto& header = segment.header;
  if (options_.data_id == 0) options_.data_id = header.data_id;
  if (options_.partitions == 0) options_.partitions = header.next_index.size();
  if (options_.read_only && segment.header.number == 1) options_.replaceable = header.replaceable;
  if (header.data_id != options_.data_id)
    return Err{Error{Errc::mismatch, segment.path + " belongs to another data directory"}};
  if (header.next_index.size() != options_.partitions)
    return Err{Error{Errc::mismatch, segment.path + " was written with " +
                                         std::to_string(header.next_index.size()) +
                                         " partitions, the configuration says " +
                                         std::to_string(options_.partitions) +
                                         "; the number is fixed when a cluster is created"}};
  if (header.replaceable != options_.replaceable)
    return Err{Error{Errc::mismatch, segment.path +
                                         (header.replaceable ? " is the log of a cluster's node"
                                                             : " is the log of a single node") +
                                         ", the configuration says otherwise"}};
  return Unit{};
}

// The header says what the log looked like when the segment was begun: it must be the end of the one before.
Status<Error> JournalRecovery::check_follows(const Segment& segment) const {
  journal::BlockSequence sequence = 1;
  std::vector<LogIndex> next(options_.partitions, 1);
  std::string_view path = segment.path;
  std::uint64_t end_offset = 0;
  Segment before;
  if (journal_.catalogue_.size() != 0) {
    before = journal_.catalogue_.newest();
    sequence = before.extent.next_sequence;
    next = journal_.catalogue_.next_index();
    path = before.path;
    end_offset = before.extent.end_offset;
  }
  if (segment.header.first_sequence == sequence && segment.header.next_index == next) return Unit{};
  return Err{corrupt_error(path, end_offset,
                           "the log does not continue: " + segment.path + " begins with block " +
                               std::to_string(segment.header.first_sequence) + ", expected block " +
                               std::to_string(sequence) + " and its partitions' indexes")};
}

namespace {

// What a sidecar says of each partition must continue what was there, or replace some of it.
bool runs_fit(const journal::SegmentHeader& header, const journal::SegmentExtent& extent) {
  for (std::size_t p = 0; p < extent.count.size(); ++p) {
    if (extent.count[p] == 0) continue;
    const LogIndex first = extent.first[p];
    if (first == 0 || first > header.next_index[p]) return false;
    if (!header.replaceable && first != header.next_index[p]) return false;
  }
  return true;
}

}  // namespace

Status<Error> JournalRecovery::load_sealed(Segment& segment) {
  if (auto extent = journal::read_sidecar_extent(files_, options_.directory, segment.header)) {
    if (runs_fit(segment.header, *extent)) {
      segment.extent = std::move(*extent);
      return Unit{};
    }
  }
  FLORIN_TRY(file, files_.open(segment.path, OpenMode::read));
  return rebuild_sidecar(segment, *file);
}

Result<ScanEnd, Error> JournalRecovery::index_blocks(Segment& segment, File& file) {
  segment.index = std::make_shared<journal::SegmentIndex>();
  segment.index->offsets.resize(options_.partitions);
  journal::FileWindow window(file, segment.path);
  std::vector<LogIndex> next = segment.header.next_index;
  segment.extent.clear_entries(options_.partitions);
  const auto remember = [&](const journal::ScannedFrame& frame) -> Status<Error> {
    journal::index_frame(segment.extent, *segment.index, frame.header.partition, frame.header.index,
                         static_cast<std::uint32_t>(frame.offset));
    return Unit{};
  };
  FLORIN_TRY(
      end, journal::scan_blocks(window, segment.header, segment.header.file_bytes, next, remember));
  segment.extent.next_sequence = end.next_sequence;
  segment.extent.end_offset = end.end_offset;
  return end;
}

Status<Error> JournalRecovery::rebuild_sidecar(Segment& segment, File& file) {
  FLORIN_TRY(end, index_blocks(segment, file));
  journal::FileWindow window(file, segment.path);
  FLORIN_TRY(tail,
             journal::inspect_tail(window, options_.data_id, end.end_offset, end.next_sequence));
  if (tail.data_end > end.end_offset)
    return Err{corrupt_error(segment.path, end.end_offset,
                             "block " + std::to_string(end.next_sequence) + " is damaged")};
  ++report_.rebuilt_indexes;
  if (options_.read_only) return Unit{};
  // Without its sidecar on the disk the segment is served from memory; the next start tries again.
  if (journal::write_sidecar(files_, options_.directory, segment.header, segment.extent,
                             *segment.index))
    segment.index.reset();
  return Unit{};
}

Status<Error> JournalRecovery::load_last(Segment& segment) {
  FLORIN_TRY(file, files_.open(segment.path, OpenMode::read));
  FLORIN_TRY(end, index_blocks(segment, *file));
  report_.closed_cleanly = end.closed_cleanly;
  FLORIN_TRY_VOID(settle_tail(segment, end));
  if (!options_.read_only) FLORIN_TRY_VOID(write_last_block_again(segment, end));
  journal_.last_block_is_closing_mark_ = end.closed_cleanly;
  return Unit{};
}

// Behind the last valid block: zeros, or a torn write that nobody was told about, or damage to what was told.
Status<Error> JournalRecovery::settle_tail(Segment& segment, const ScanEnd& end) {
  const auto mode = options_.read_only ? OpenMode::read : OpenMode::write;
  FLORIN_TRY(file, files_.open(segment.path, mode));
  journal::FileWindow window(*file, segment.path);
  FLORIN_TRY(tail,
             journal::inspect_tail(window, options_.data_id, end.end_offset, end.next_sequence));
  if (end.next_sequence <= journal_.noted_end_) {
    if (tail.data_end <= end.end_offset) return too_short(end.next_sequence - 1);
    return Err{corrupt_error(segment.path, end.end_offset,
                             "block " + std::to_string(end.next_sequence) +
                                 " is damaged, and it was durable: " + options_.end_file +
                                 " names block " + std::to_string(journal_.noted_end_))};
  }
  if (tail.has_later_block)
    return Err{
        corrupt_error(segment.path, end.end_offset,
                      "block " + std::to_string(end.next_sequence) +
                          " is damaged, and it was durable: a later block stands at offset " +
                          std::to_string(tail.later_block))};
  if (tail.data_end <= end.end_offset) return Unit{};
  report_.closed_cleanly = false;
  report_.cut_bytes = tail.data_end - end.end_offset;
  report_.cut_file = segment.path;
  report_.cut_offset = end.end_offset;
  if (options_.read_only) return Unit{};
  const std::string zeros(static_cast<std::size_t>(report_.cut_bytes), '\0');
  FLORIN_TRY_VOID(write_fully(*file, end.end_offset, zeros));
  return file->sync_data();
}

// After a kill, or after an fsync that failed, the last block may be in the page cache only. What we are
// about to rely on is written once more and synced; earlier blocks were durable before it was begun.
Status<Error> JournalRecovery::write_last_block_again(const Segment& segment, const ScanEnd& end) {
  if (end.last_block == 0) return Unit{};
  FLORIN_TRY(file, files_.open(segment.path, OpenMode::write));
  std::string block(static_cast<std::size_t>(end.end_offset - end.last_block), '\0');
  FLORIN_TRY(got, file->read_at(end.last_block, block));
  FLORIN_TRY_VOID(write_fully(*file, end.last_block, std::string_view(block).substr(0, got)));
  return file->sync_data();
}

namespace {

Status<Error> check_options(const JournalOptions& options) {
  const auto invalid = [](std::string text) { return Err{Error{Errc::invalid, std::move(text)}}; };
  if (options.directory.empty()) return invalid("journal directory: must not be empty");
  const std::size_t most =
      options.replaceable || options.read_only ? journal::streams_max : limits::partitions_max;
  if (options.partitions > most) return invalid("partitions: at most " + std::to_string(most));
  if (options.read_only) return Unit{};
  if (options.partitions == 0) return invalid("partitions: must be at least 1");
  if (options.data_id == 0) return invalid("journal data id: must not be 0");
  const auto least = journal::data_begin(options.partitions) + 4096;
  if (options.segment_bytes < least || options.segment_bytes > Journal::segment_bytes_max)
    return invalid("journal segment size: must be " + std::to_string(least) + " to " +
                   std::to_string(Journal::segment_bytes_max) + " bytes");
  return Unit{};
}

}  // namespace

journal::BlockSequence Journal::last_block() const {
  return catalogue_.size() == 0 ? 0 : catalogue_.newest().extent.next_sequence - 1;
}

Status<Error> Journal::read_noted_end() {
  if (options_.end_file.empty()) return Unit{};
  FLORIN_TRY(end, journal::read_log_end(files_, options_.end_file));
  if (!end) return Unit{};
  if (options_.data_id != 0 && end->data_id != options_.data_id)
    return Err{Error{Errc::mismatch, options_.end_file + " belongs to another data directory"}};
  noted_end_ = end->last_block;
  return Unit{};
}

Journal::Journal(JournalOptions options)
    : options_(std::move(options)),
      files_(options_.files != nullptr ? *options_.files : posix_file_system()),
      read_files_(files_) {}

Journal::~Journal() = default;

Result<std::unique_ptr<Journal>, Error> Journal::open(JournalOptions options) {
  FLORIN_TRY_VOID(check_options(options));
  std::unique_ptr<Journal> journal(new Journal(std::move(options)));
  FLORIN_TRY_VOID(journal->read_noted_end());
  if (!journal->options_.read_only && journal->noted_end_ == 0)
    FLORIN_TRY_VOID(journal->files_.create_directories(journal->options_.directory));
  FLORIN_TRY_VOID(JournalRecovery(*journal).run());
  if (!journal->options_.read_only) FLORIN_TRY_VOID(journal->begin_writing());
  return journal;
}

}  // namespace florin
