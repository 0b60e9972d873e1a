// A line for each instruction: whoever adds one must say here what a repeat of it does. What only asks may always be asked again.
#include "actors/asks/repeats.hpp"

#include "actors/messages/message_kinds.hpp"
#include "base/overloaded.hpp"

namespace florin {

WhenUnsure when_unsure(const Message& message) {
  using enum WhenUnsure;
  return visit(
      Overloaded{
          // The record (owner, transaction id) is in the entry of the effect, and answers for ever.
          [](const StartTransfer&) { return deduplicated; },
          [](const StartTransaction&) { return deduplicated; },
          // An account is opened once, for ever: a repeat is shown the account, or refused for its terms as the first was.
          // Only "it was opened by this very request" is not told twice.
          [](const OpenAccount&) { return deduplicated; },
          // Others freeze, unfreeze and close, too: whatever they were told must hold.
          [](const ChangeAccount& m) {
            switch (m.change) {
              case AccountChange::freeze:
              case AccountChange::unfreeze:
              case AccountChange::close: return never_again;
            }
            return never_again;
          },
          // A repeat finds what the first one did only while nobody has changed it again: later it would undo that.
          [](const ChangeMetadata&) { return never_again; },
          // The checkout knows the request that began it, and its content: what was decided answers.
          [](const StartCheckout&) { return deduplicated; },
          // That a close was asked is never taken back, and an order that is over says so again.
          [](const CancelPayment&) { return deduplicated; },
          // The order knows its newest hints; one that it has forgotten costs a read, and changes nothing.
          [](const TakeHint&) { return deduplicated; },
          [](const ClientQuestion auto&) { return ask_again; },
          [](const BetweenPartitions auto&) { return not_for_desks; },
          [](const InsideNode auto&) { return not_for_desks; },
      },
      message);
}

WhenUnsure when_unsure(const ClusterCommand& command) {
  using enum WhenUnsure;
  return visit(Overloaded{
                   // A cluster is formed once; each founder proposes it, and no desk.
                   [](const FormCluster&) { return deduplicated; },
                   [](const AddNode&) { return never_again; },
                   [](const DrainNode&) { return never_again; },
                   [](const ResumeNode&) { return never_again; },
                   [](const RemoveNode&) { return never_again; },
                   [](const Rebalance&) { return never_again; },
                   [](const RejoinNode&) { return never_again; },
               },
               command);
}

bool may_be_sent_again(WhenUnsure what) {
  switch (what) {
    case WhenUnsure::ask_again:
    case WhenUnsure::deduplicated: return true;
    case WhenUnsure::never_again:
    case WhenUnsure::not_for_desks: return false;
  }
  return false;
}

}  // namespace florin
