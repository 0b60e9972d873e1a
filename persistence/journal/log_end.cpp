// The file in words, so that a person can read it: four lines, the last is the checksum of those above.
#include "persistence/journal/log_end.hpp"

#include <sstream>

#include "persistence/journal/text_record.hpp"

namespace florin::journal {
namespace {

constexpr std::string_view first_line = "florin log end 1";

std::string encode(const LogEnd& end) {
  return with_checksum(std::string(first_line) + "\nid " + std::to_string(end.data_id) +
                       "\nblock " + std::to_string(end.last_block) + "\n");
}

}  // namespace

Result<std::optional<LogEnd>, Error> read_log_end(FileSystem& files, const std::string& path) {
  FLORIN_TRY(text, read_text(files, path, 256));
  if (!text) return std::optional<LogEnd>();
  LogEnd end;
  std::istringstream in(*text);
  std::string line, word;
  std::getline(in, line);
  in >> word >> end.data_id >> word >> end.last_block;
  // What was read is right when it is written the same way again.
  if (!in || *text != encode(end))
    return Err{
        Error{Errc::corrupt, path + ": is not what this program writes there; restore it from a "
                                    "backup; if the log is whole, remove it"}};
  return std::optional<LogEnd>(end);
}

Status<Error> write_log_end(FileSystem& files, const std::string& path, const LogEnd& end) {
  return replace_file(files, path, encode(end));
}

}  // namespace florin::journal
