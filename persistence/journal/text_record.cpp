// See text_record.hpp.
#include "persistence/journal/text_record.hpp"

#include <algorithm>
#include <span>

#include "persistence/journal/crc32c.hpp"

namespace florin {

std::string with_checksum(std::string text) {
  const std::uint32_t checksum = crc32c(text);
  return std::move(text) + "checksum " + std::to_string(checksum) + "\n";
}

Result<std::optional<std::string>, Error> read_text(FileSystem& files, const std::string& path,
                                                    std::uint64_t bytes_max) {
  auto file = files.open(path, OpenMode::read);
  if (!file && file.error().code == Errc::missing) return std::optional<std::string>();
  if (!file) return Err{std::move(file).error()};
  FLORIN_TRY(bytes, (*file)->size());
  std::string text(std::min(bytes, bytes_max), '\0');
  FLORIN_TRY(size, (*file)->read_at(0, std::span<char>(text)));
  text.resize(size);
  return std::optional<std::string>(std::move(text));
}

}  // namespace florin
