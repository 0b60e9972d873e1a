// What a message says of itself where it is declared, and what a kind of actors says of those that it hears. Everything else that
// follows from it is made of this at compile time: the variant (messages.hpp), who gets it (dispatch.hpp), its address
// (address.hpp), who may tell it (peer_rights.hpp), whether it is sent again (asks/repeats.hpp).
//
//   struct GetAccount {                                   // a message
//     static constexpr WireNumber wire{9};
//     static constexpr MessageUse use = MessageUse::question;
//
//   struct AccountMessages {                              // of a kind, in actors/<kind>/<kind>_messages.hpp
//     static constexpr ActorKind actor{"account"};
//     using Any = std::variant<TryLeg, GetAccount, ...>;
//     static const AccountId& key_of(const GetAccount&);          // for which one it is
//     static ActorId address_of(const AccountId&, const PartitionMap&);
//     // Of what partitions tell each other only: in which partition the key is (none: in every one), and who speaks.
//     static std::optional<PartitionId> place_of(const AccountId&, const PartitionMap&);
//     static ToldBy told_by(const TryLeg&);
//     // Only of a kind whose actors wait for others, or call the outside: the message, of this list, by which that one hears the
//     // answer; none: it is not for one of this kind.
//     static std::optional<OrderHeard> answer_message(const ActorId& waiter, const Reply&);
//     static std::optional<CallAnswered> answer_message(const CallAnswer&);
//   };
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <variant>

#include "actors/messages/actor_id.hpp"
#include "base/ids.hpp"
#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"

namespace florin {

struct Reply;
struct CallAnswer;

enum class MessageUse : std::uint8_t {
  question,            // a client's: whoever answers it, nothing is decided
  instruction,         // a client's: it may change something
  between_partitions,  // a coordinator's or a saga's to a leg, or what such a message leads to
  inside,  // from this node to one of its own partitions: what came of a call outside; no client and no peer says it
};

template <class M>
concept ClientQuestion = M::use == MessageUse::question;
template <class M>
concept ClientCommand = M::use == MessageUse::instruction;
template <class M>
concept FromClient = ClientQuestion<M> || ClientCommand<M>;
template <class M>
concept BetweenPartitions = M::use == MessageUse::between_partitions;
template <class M>
concept InsideNode = M::use == MessageUse::inside;

// Where it is taken it leaves a leg, which a fence forgets. A cancel flag is one, too: what was late at its start is cancelled
// and never tried.
template <class M>
concept LeavesALeg = BetweenPartitions<M> && requires {
  requires M::leaves_a_leg;
};
// The same of the record of a money step, which is kept beside who asked for it, too, until a fence forgets it.
template <class M>
concept LeavesAStep = LeavesALeg<M> && requires {
  requires M::leaves_a_step;
};

// A read that any replica may answer, leader or not: from what is committed, as soon as entry `min_index` is.
template <class Question>
struct FollowerRead {
  static_assert(ClientQuestion<Question>);
  static constexpr WireNumber wire = Question::wire_follower_read;
  static constexpr MessageUse use = MessageUse::question;
  static constexpr bool any_replica_answers = true;

  RequestId request = 0;
  LogIndex min_index = 0;  // 0 = whatever is there
  Question question;       // its own request number means nothing
};
template <class M>
concept AnyReplicaAnswers = requires {
  requires M::any_replica_answers;
};

// In whose name a message between partitions is told, and about which of that one's entries.
struct ToldBy {
  std::optional<PartitionId> partition;  // none: whoever may have the leg
  LogIndex index = 0;                    // of the transfer, or the fence
};

template <class M, class... Lists>
struct ListWith;  // undefined: nobody hears it
template <class M, class List, class... Lists>
struct ListWith<M, List, Lists...>
    : std::conditional_t<AlternativeOf<M, typename List::Any>, std::type_identity<List>,
                         ListWith<M, Lists...>> {};

// The lists of all who hear messages, joined.
template <class... Lists>
struct MessageLists {
  using Any = JoinedVariant<typename Lists::Any...>;
  // That which the message is in.
  template <class M>
  using Of = typename ListWith<M, Lists...>::type;

  // `act(std::type_identity<List>)` for each.
  template <class Act>
  static void for_each(Act&& act) {
    (act(std::type_identity<Lists>{}), ...);
  }
};

}  // namespace florin
