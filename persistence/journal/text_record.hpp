// Small files in words, which a person can read: replaced whole (replace_file), the last line is the checksum of those
// above. Who reads one takes it for right when it is written the same way again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "persistence/journal/file_system.hpp"

namespace florin {

// The text and the line "checksum <CRC-32C of it>".
std::string with_checksum(std::string text);
// The first `bytes_max` bytes of a file; nullopt: there is none.
Result<std::optional<std::string>, Error> read_text(FileSystem& files, const std::string& path,
                                                    std::uint64_t bytes_max);

}  // namespace florin
