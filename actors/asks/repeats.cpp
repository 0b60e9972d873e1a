// A line for each: whoever adds a message or a command must say here what a repeat of it does.
#include "actors/asks/repeats.hpp"

#include "base/overloaded.hpp"

namespace florin {

WhenUnsure when_unsure(const Message& message) {
  using enum WhenUnsure;
  return std::visit(
      Overloaded{
          // The record (owner, transaction id) is in the entry of the effect, and answers for ever.
          [](const StartTransfer&) { return deduplicated; },
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
          [](const GetAccount&) { return ask_again; },
          [](const CheckLeg&) { return ask_again; },
          [](const GetTransfer&) { return ask_again; },
          [](const GetTrialBalance&) { return ask_again; },
          [](const ListAccounts&) { return ask_again; },
          [](const FollowerRead<GetAccount>&) { return ask_again; },
          [](const FollowerRead<GetTransfer>&) { return ask_again; },
          [](const FollowerRead<GetTrialBalance>&) { return ask_again; },
          [](const FollowerRead<ListAccounts>&) { return ask_again; },
          [](const TryLeg&) { return not_for_desks; },
          [](const ConfirmLeg&) { return not_for_desks; },
          [](const CancelLeg&) { return not_for_desks; },
          [](const LegAnswered&) { return not_for_desks; },
          [](const ApplyStep&) { return not_for_desks; },
          [](const CompensateStep&) { return not_for_desks; },
          [](const AdvanceFence&) { return not_for_desks; },
          [](const FenceHeard&) { return not_for_desks; },
      },
      message);
}

WhenUnsure when_unsure(const ClusterCommand& command) {
  using enum WhenUnsure;
  return std::visit(Overloaded{
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
