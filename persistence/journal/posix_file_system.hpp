// PosixFileSystem: the real disk. Stateless; use the one instance.
#pragma once

#include <optional>

#include "persistence/journal/file_system.hpp"
#include "persistence/start_record.hpp"

namespace florin {

FileSystem& posix_file_system();

// Of a file or directory; nullopt: it is not there.
Result<std::optional<FileIdentity>, Error> file_identity(const std::string& path);

// "<what> <path>: <errno text>" with advice for the cases a person can mend. Codes as in file_system.hpp.
Error file_error(std::string_view what, std::string_view path, int error_number);

}  // namespace florin
