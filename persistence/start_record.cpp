// The file in words, so that a person can read it; the last line is the checksum of those above.
#include "persistence/start_record.hpp"

#include <sstream>

#include "persistence/journal/text_record.hpp"

namespace florin {
namespace {

constexpr std::string_view first_line_of_starts = "florin starts 1";

std::string file_line(const char* name, const FileIdentity& file) {
  return std::string(name) + " inode " + std::to_string(file.inode) + " born " +
         std::to_string(file.born_ns) + "\n";
}

std::string text_of(const StartRecord& record) {
  return with_checksum(
      std::string(first_line_of_starts) + "\nid " + std::to_string(record.data_id) + "\nlife " +
      std::to_string(record.life) + "\nstarts " + std::to_string(record.starts) + "\n" +
      file_line("log", record.log) + file_line("first_segment", record.first_segment));
}

bool differs(const FileIdentity& before, const FileIdentity& now) noexcept {
  return before.inode != 0 && now.inode != 0 && before != now;
}

}  // namespace

bool was_copied(const StartRecord& before, const StartRecord& now) noexcept {
  return differs(before.log, now.log) || differs(before.first_segment, now.first_segment);
}

Result<std::optional<StartRecord>, Error> read_start_record(FileSystem& files,
                                                            const std::string& path) {
  FLORIN_TRY(text, read_text(files, path, 1024));
  if (!text) return std::optional<StartRecord>();
  StartRecord record;
  std::istringstream in(*text);
  std::string word;
  std::getline(in, word);
  in >> word >> record.data_id >> word >> record.life >> word >> record.starts;
  for (FileIdentity* one : {&record.log, &record.first_segment})
    in >> word >> word >> one->inode >> word >> one->born_ns;
  // What was read is right when it is written the same way again.
  if (!in || *text != text_of(record))
    return Err{Error{Errc::corrupt,
                     path + ": is not what this program writes there; restore it from a backup; if "
                            "this is one node without a cluster, it may be removed"}};
  return std::optional<StartRecord>(record);
}

Status<Error> write_start_record(FileSystem& files, const std::string& path,
                                 const StartRecord& record) {
  return replace_file(files, path, text_of(record));
}

}  // namespace florin
