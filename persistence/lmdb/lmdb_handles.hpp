// Owners of LMDB's C handles and its error codes as ours. Only for persistence/lmdb.
#pragma once

#include <lmdb.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::lmdb {

// Codes: disk_full (also a full map), corrupt (with advice), missing, invalid (key size), else io.
Error lmdb_error(std::string_view what, const std::string& directory, int code);

// The same for what a write met. Its list of free pages, which nobody reads but who writes, may be damaged as well: a page
// that is missing, or a place in the file that cannot be, is Errc::corrupt then. As an error of the disk it would end the
// process, and every later one.
Error lmdb_write_error(std::string_view what, const std::string& directory, int code);

inline MDB_val to_val(std::string_view bytes) noexcept {
  return {bytes.size(), const_cast<char*>(bytes.data())};  // LMDB does not write through it
}
inline std::string_view to_view(const MDB_val& value) noexcept {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

// Aborts unless committed.
class Transaction {
 public:
  Transaction() = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() { abort(); }

  int begin(MDB_env* env, unsigned flags) { return mdb_txn_begin(env, nullptr, flags, &txn_); }
  int commit() {
    MDB_txn* txn = txn_;
    txn_ = nullptr;
    errno = 0;
    const int code = mdb_txn_commit(txn);
    // To LMDB a write that was cut short is EIO too, without a system call that said so: the disk is full.
    return code == EIO && errno != EIO ? ENOSPC : code;
  }
  void abort() {
    if (txn_ != nullptr) mdb_txn_abort(txn_);
    txn_ = nullptr;
  }
  [[nodiscard]] MDB_txn* get() const noexcept { return txn_; }

 private:
  MDB_txn* txn_ = nullptr;
};

class Cursor {
 public:
  Cursor() = default;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor() {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
  }
  int open(MDB_txn* txn, MDB_dbi table) { return mdb_cursor_open(txn, table, &cursor_); }
  [[nodiscard]] MDB_cursor* get() const noexcept { return cursor_; }

 private:
  MDB_cursor* cursor_ = nullptr;
};

}  // namespace florin::lmdb
