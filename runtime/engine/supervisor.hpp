// Supervisor: the CAF actor that watches all partition managers. A manager that ends without having been
// asked has lost its speculative state; on one node there is nobody to take over, so the node stops and its
// log brings everything back.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <string>
#include <vector>

namespace florin {

class Supervisor : public caf::event_based_actor {
 public:
  Supervisor(caf::actor_config& config, std::vector<caf::actor> watched,
             std::function<void(std::string)> lost)
      : caf::event_based_actor(config), watched_(std::move(watched)), lost_(std::move(lost)) {}

  caf::behavior make_behavior() override {
    for (const caf::actor& actor : watched_) monitor(actor);
    set_down_handler([this](const caf::down_msg& down) {
      if (down.reason != caf::exit_reason::user_shutdown) lost_(caf::to_string(down.reason));
    });
    // One that was made while the node runs.
    return {[this](const caf::actor& actor) {
      monitor(actor);
      watched_.push_back(actor);
    }};
  }

 private:
  std::vector<caf::actor> watched_;
  std::function<void(std::string)> lost_;
};

}  // namespace florin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<caf::actor>)
