// What is asked of every partition, and shown as one: the books.
#pragma once

#include <array>
#include <string_view>

#include "api/requests/consistency.hpp"
#include "api/requests/query.hpp"
#include "api/routes/routes.hpp"

namespace florin {

// `Question{request, partition}` to all of them, as consistent as the query wants it; `answer` hears them in their order.
template <class Question>
void ask_everywhere(const ApiContext& context, const CallPtr& call,
                    void (*answer)(Call&, const AskReplies&)) {
  static constexpr std::array<std::string_view, 2> parameters{"consistency", "min_position"};
  const auto values = read_query(call->request.query(), parameters);
  if (!values) return call->answer(Problem(values.error()));
  const PartitionMap& map = context.services.map;
  const auto from = read_consistency((*values)[0], (*values)[1], map, std::nullopt);
  if (!from) return call->answer(Problem(from.error()));
  context.services.gateway.ask(to_all_partitions(map,
                                                 [&](PartitionId p) {
                                                   return from->ask(p, Question{0, p});
                                                 }),
                               context.options.patience, [call, answer](const AskReplies& replies) {
                                 answer(*call, replies);
                               });
}

}  // namespace florin
