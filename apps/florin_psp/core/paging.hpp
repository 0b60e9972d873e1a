// Lists: newest first, limit, starting_after, ending_before and created[gte|gt|lte|lt], as Stripe's.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "apps/florin_psp/core/calls.hpp"
#include "apps/florin_psp/wire/json_object.hpp"

namespace florin::sandbox {

inline constexpr std::int64_t page_default = 10, page_max = 100;

struct Page {
  std::int64_t limit = page_default;
  std::string after, before;              // ids
  std::int64_t from = 0, to = INT64_MAX;  // seconds, both included
};

inline Page read_page(Params& params) {
  Page page;
  page.limit = params.integer("limit").value_or(page_default);
  if (page.limit < 1 || page.limit > page_max)
    params.fault(bad_parameter("limit", "limit is 1 to 100.", "parameter_invalid_integer"));
  page.after = params.text("starting_after");
  page.before = params.text("ending_before");
  page.from = params.integer("created[gte]").value_or(0);
  page.to = params.integer("created[lte]").value_or(INT64_MAX);
  if (const auto above = params.integer("created[gt]")) page.from = *above + 1;
  if (const auto below = params.integer("created[lt]")) page.to = *below - 1;
  return page;
}

// The objects that `matches`, as `json` writes them.
template <class Object>
CallResult list_of(const Table<Object>& table, const Page& page, std::string_view url,
                   const std::function<bool(const Object&)>& matches,
                   const std::function<std::string(const Object&)>& json) {
  std::vector<const Object*> found;
  bool has_begun = page.after.empty();
  if (!has_begun && table.find(page.after) == nullptr)
    return Err{no_such("object", page.after, "starting_after")};
  for (auto id = table.ids().rbegin(); id != table.ids().rend(); ++id) {
    if (!page.before.empty() && *id == page.before) break;
    const Object& object = *table.find(*id);
    if (has_begun && object.created >= page.from && object.created <= page.to && matches(object))
      found.push_back(&object);
    if (*id == page.after) has_begun = true;
  }
  const auto limit = static_cast<std::size_t>(page.limit);
  const bool has_more = found.size() > limit;
  // backwards: the page next to ending_before
  if (has_more && !page.before.empty()) found.erase(found.begin(), found.end() - page.limit);
  std::vector<std::string> data;
  for (std::size_t i = 0; i < std::min(found.size(), limit); ++i) data.push_back(json(*found[i]));
  return JsonObject()
      .text("object", "list")
      .list("data", data)
      .boolean("has_more", has_more)
      .text("url", url)
      .done();
}

}  // namespace florin::sandbox
