// ScenarioCommands: what each command of a scenario does to its world.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sim/scenarios/scenario_world.hpp"

namespace florin::sim {

class ScenarioCommands {
 public:
  using Words = std::vector<std::string>;  // of one command, its name first
  using Done = Status<std::string>;  // error: what is wrong, for the person who wrote the file

  ScenarioCommands() : world_(std::make_unique<ScenarioWorld>(2)) {}

  // What was printed, a line each; "ok" when nothing was.
  Result<std::string, std::string> run(const Words& words);

 private:
  struct Form {
    const char* form;  // as the error message shows it
    std::size_t words_min;
    std::size_t words_max;
    Done (ScenarioCommands::*run)(const Words&);
  };
  static const std::map<std::string, Form>& forms();

  // --- clients ---
  Done partitions(const Words& words);
  Done open(const Words& words);
  Done transfer(const Words& words);
  Done repeat(const Words& words);
  Done client_gone(const Words& words);
  Done change(const Words& words);  // freeze, unfreeze, close
  Done ask(const Words& words);
  // --- network ---
  Done deliver(const Words& words);
  Done drop(const Words& words);
  Done duplicate(const Words& words);
  Done double_all(const Words& words);
  Done reorder(const Words& words);
  Done forge(const Words& words);
  // --- time and crashes ---
  Done advance(const Words& words);
  Done finish(const Words& words);
  Done hold_sync(const Words& words);
  Done sync(const Words& words);
  Done crash(const Words& words);
  Done restart(const Words& words);
  Done checkpoint(const Words& words);
  // --- demands and views ---
  Done expect_balance(const Words& words);
  Done expect_outcome(const Words& words);
  Done expect_legs(const Words& words);
  Done show(const Words& words);
  Done show_fences(const Words& words);
  Done show_balances();
  Done show_money();
  Done show_legs();
  Done show_log(const Words& words);
  Done show_network();
  Done show_phase(const std::string& transfer);

  struct Request {
    StartTransfer message;
    PartitionId home = 0;
  };
  Result<NamedAccount, std::string> account(const std::string& word);
  Result<PartitionId, std::string> partition(const std::string& word, bool must_be_up);
  Result<std::size_t, std::string> find_packet(const Words& words, std::size_t from);
  Result<Request, std::string> request_of(const Words& words);
  void send(const std::string& transfer, const Request& request);

  std::unique_ptr<ScenarioWorld> world_;
  std::map<std::string, Request> requests_;  // the first of each transfer
};

}  // namespace florin::sim
