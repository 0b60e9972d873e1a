// LMDB's and the system's error numbers as ours.
#include <cerrno>

#include "persistence/lmdb/lmdb_handles.hpp"

namespace florin::lmdb {
namespace {

Errc code_of(int code) {
  switch (code) {
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_PANIC:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
    case MDB_TXN_FULL:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_RSLOT:
    case MDB_BAD_TXN:
    case MDB_BAD_DBI: return Errc::corrupt;
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT: return Errc::disk_full;
    case MDB_BAD_VALSIZE: return Errc::invalid;
    case MDB_NOTFOUND:
    case ENOENT: return Errc::missing;
    default: return Errc::io;
  }
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

}  // namespace florin::lmdb
