// LMDB's and the system's error numbers as ours. What LMDB itself complains of is what it found in its pages, unless it is
// named here.
#include <cerrno>

#include "persistence/lmdb/lmdb_handles.hpp"

namespace florin::lmdb {
namespace {

Errc code_of(int code) {
  switch (code) {
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT: return Errc::disk_full;
    case MDB_BAD_VALSIZE: return Errc::invalid;
    case MDB_NOTFOUND:
    case ENOENT: return Errc::missing;
    case MDB_READERS_FULL:
    case MDB_TLS_FULL:
    case MDB_DBS_FULL:
    case MDB_MAP_RESIZED: return Errc::io;
    default: return code < 0 ? Errc::corrupt : Errc::io;
  }
}

// LMDB writes where the numbers of its pages say: what no disk answers to a place that there is.
bool is_of_a_place_that_is_none(int code) {
  return code == EINVAL || code == EFBIG || code == EOVERFLOW || code == EFAULT || code == ESPIPE;
}

std::string_view advice_of(int code) {
  if (code_of(code) == Errc::corrupt)
    return "; a node that starts sets this directory aside and makes the state again from the log";
  if (code == MDB_MAP_FULL) return "; the map could not be made larger in time";
  if (code == ENOSPC || code == EDQUOT) return "; free or add space";
  if (code == EACCES || code == EROFS || code == EPERM)
    return "; give the user that runs this process write permission on the data directory";
  return "";
}

}  // namespace

Error lmdb_error(std::string_view what, const std::string& directory, int code) {
  std::string text(what);
  text.append(" state store ").append(directory).append(": ").append(mdb_strerror(code));
  text.append(advice_of(code));
  return Error{code_of(code), std::move(text)};
}

Error lmdb_write_error(std::string_view what, const std::string& directory, int code) {
  Error error = lmdb_error(what, directory, code);
  if (code != MDB_NOTFOUND && !is_of_a_place_that_is_none(code)) return error;
  error.code = Errc::corrupt;
  error.context += advice_of(MDB_CORRUPTED);
  return error;
}

}  // namespace florin::lmdb
