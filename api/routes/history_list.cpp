// What is said when the log gives no page.
#include "api/routes/history_list.hpp"

#include "runtime/logging/log.hpp"

namespace florin {

void answer_unread(Call& call, const HistoryList& list, bool from_cursor, const Error& error) {
  if (from_cursor && error.code == Errc::missing) return call.answer(Problem(bad_cursor(list)));
  if (error.code == Errc::unavailable) return call.answer(Problem(EdgeCode::no_leader));
  log_error(list.unreadable, {{"account", list.of}, {"error", error.context}});
  call.answer(Problem(EdgeCode::internal_error));
}

}  // namespace florin
