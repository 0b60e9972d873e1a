// Lists of what the log has of one thing, newest first, in pages: an account's statement, the ledger's entries. In each partition it
// is a chain through the log; a cursor says how far each was shown.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/answers/cursor.hpp"
#include "api/json/json_reader.hpp"
#include "api/json/json_writer.hpp"
#include "api/routes/routes.hpp"

namespace florin {

// What such a list is, for those who hear of it.
struct HistoryList {
  std::string_view wrong_cursor;  // of one that it never gave
  std::string_view unreadable;    // for the log
  std::string of;                 // whose it is
  std::size_t row_bytes = 0;      // of one in JSON, more or less
};

inline InputFault bad_cursor(const HistoryList& list) {
  return bad_field("cursor", list.wrong_cursor);
}

// Why the log gave no page.
void answer_unread(Call& call, const HistoryList& list, bool from_cursor, const Error& error);

// Where a page begins: at `heads` of a cursor, or, of none, at the newest that each partition has said. `shown`: whose
// position the page has.
struct HistoryStart {
  std::vector<Position> heads;
  std::size_t shown = 0;
};

// Answers by what `read(log, heads)` gives of the log, on a thread that may wait for it: a page with its rows in `rows`, each
// written by `write`. `newest`: the last place of the chain, in a partition's answer.
template <class View, class Read, class Page, class Row>
void answer_history(const CallPtr& call, HistoryList list, HistoryStart start,
                    const AskReplies& replies, Position View::*newest, Read read,
                    std::vector<Row> Page::*rows, void (*write)(JsonWriter&, const Row&)) {
  std::vector<Position> last;
  for (const auto& reply : replies) {
    const auto* view = view_as<View>(reply);
    if (view == nullptr) return call->answer(no_answer(reply, AskedFor::read));
    if (!(view->*newest).is_none()) last.push_back(view->*newest);
  }
  const bool from_cursor = !start.heads.empty();
  if (!are_at_or_behind(start.heads, last)) return call->answer(Problem(bad_cursor(list)));
  if (!from_cursor) start.heads = std::move(last);
  const Position position = replies.at(start.shown)->position;
  const bool posted =
      call->context->worker.post([call, list = std::move(list), from_cursor,
                                  heads = std::move(start.heads), position, read, rows, write] {
        const auto page = read(call->context->services.log, heads);
        if (!page) return answer_unread(*call, list, from_cursor, page.error());
        std::string body;
        body.reserve(128 + ((*page).*rows).size() * list.row_bytes);
        JsonWriter json(body);
        json.begin_object().key("data").begin_array();
        for (const Row& row : (*page).*rows) write(json, row);
        json.end_array().key("next_cursor");
        if (page->next.empty())
          json.null();
        else
          json.plain(encode_statement_cursor(page->next));
        json.key("position").position(position).end_object();
        answer_json(*call, 200, position, std::move(body));
      });
  if (!posted) call->answer(Problem(EdgeCode::overloaded));
}

}  // namespace florin
