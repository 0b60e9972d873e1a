// Checkpoints and steps of the scrub, each in its time. A process that ends takes what it has not done with it.
#include "sim/store_shell.hpp"

#include "sim/sim_process.hpp"

namespace florin::sim {

void StoreShell::write(Checkpoint checkpoint) {
  marks_.handed_out();
  const SimTime takes = node_.random_.between(1, node_.options_.checkpoint_write_max);
  auto shared = std::make_shared<Checkpoint>(std::move(checkpoint));
  node_.later(takes, [this, shared](SimProcess&) { write_now(*shared); });
}

void StoreShell::write_now(Checkpoint& checkpoint) {
  const auto [outcome, status] = write_checkpoint(*store_, checkpoint);
  switch (outcome) {
    case StoreWrite::written: break;
    case StoreWrite::no_room: return marks_.had_no_room(std::move(checkpoint));
    case StoreWrite::damaged: return marks_.was_not_taken();
    case StoreWrite::failed: return failed_(status.error());
  }
  node_.trace_.step(Step::checkpoint, node_.events_.now(), partition_, checkpoint.index);
  node_.later(node_.random_.between(0, 100),
              [this, index = checkpoint.index](SimProcess&) { marks_.is_in_the_store(index); });
}

void StoreShell::scrub() {
  if (!marks_.begin_scrub()) return;
  node_.later(scrub_takes, [this](SimProcess&) {
    if (const auto step = store_->scrub(scrub_rows))
      marks_.has_scrubbed(*step, node_.clock_.now());
    else
      marks_.scrub_found_damage();
  });
}

}  // namespace florin::sim
