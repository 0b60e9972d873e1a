// DiskBookFile: the file that holds a node's DiskBook, replaced whole on a thread of its own, as a sync must not hold up
// the consensus thread. What is newer replaces what still waits.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/error.hpp"

namespace florin {

class DiskBookFile {
 public:
  using Failed = std::function<void(const Error&)>;  // on its thread: the file is as it was

  DiskBookFile(std::string path, Failed failed);
  ~DiskBookFile() { stop(); }

  void write(std::string text);
  // Writes what waits, then ends the thread.
  void stop();

 private:
  void run();

  std::string path_;
  Failed failed_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::optional<std::string> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace florin
