// POST /v1/wallet/balance_transfers: up to 10,000 transfers in one request, and transactions among them, with as many postings in all. Each stands alone: a bad one
// fails by itself, the others go through. One ask for all; the path of a transfer allocates nothing of its own.
#include <algorithm>

#include "api/answers/notes_json.hpp"
#include "api/answers/transfer_plan.hpp"
#include "api/json/json_writer.hpp"
#include "api/requests/query.hpp"
#include "api/requests/transaction_request.hpp"
#include "api/routes/routes.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

constexpr std::size_t result_bytes_typical = 112;

struct Item {
  Uuid id;
  bool has_id = false;
  std::optional<TransferPlan> plan;   // none: malformed
  std::unique_ptr<WrongParts> wrong;  // of a malformed one
};

struct Batch {
  std::vector<Item> items;
  std::vector<Addressed> messages;
  std::size_t postings = 0;  // a transfer is one
};

JsonArray read_array(const JsonObject& object, WrongParts& wrong) {
  static constexpr std::array<std::string_view, 1> names{"transfers"};
  JsonFields<1> fields;
  wrong.read_fields(object, names, fields);
  JsonArray array;
  if (!fields.has(0))
    wrong.add(missing_field(names[0]));
  else if (fields[0].get(array))
    wrong.add(bad_field(names[0], "must be an array."));
  // simdjson saturates its own count at 2^24 - 1: far above the limit.
  else if (array.size() == 0 || array.size() > limits::batch_transfers_max)
    wrong.add(bad_field(names[0], "must have 1 to 10,000 elements."));
  return array;
}

std::string item_pointer(std::size_t place) { return "/transfers/" + std::to_string(place); }

// What it asks of partitions, and says of what is wrong with it, goes by its postings, which are counted for that.
void read_item(const JsonValue& value, const PartitionMap& map, TransferRequest& request,
               Item& item, Batch& batch) {
  JsonObject object;
  if (value.get(object)) {
    request = TransferRequest{};
    request.wrong.add({EdgeCode::invalid_request, "", "A transfer must be a JSON object."});
  } else {
    read_transfer(object, request);
    // No right transfer has postings, so that right ones are not searched for them.
    if (request.wrong.is_malformed() && has_postings(object)) read_transaction(object, request);
  }
  batch.postings += std::max<std::size_t>(request.postings.size(), 1);
  item.has_id = request.has_id;
  item.id = request.transfer.transaction_id;
  if (request.wrong.is_malformed()) {
    item.wrong = std::make_unique<WrongParts>(std::move(request.wrong));
  } else {
    item.plan.emplace(request, map, batch.messages);
  }
}

// With too many postings it is read no further.
Batch read_batch(const JsonArray& array, const PartitionMap& map) {
  Batch batch;
  batch.items.resize(array.size());
  batch.messages.reserve(array.size());
  TransferRequest request;
  std::size_t place = 0;
  for (const JsonValue& value : array) {
    read_item(value, map, request, batch.items[place], batch);
    if (batch.postings > limits::batch_transfers_max) break;
    ++place;
  }
  return batch;
}

void write_id(JsonWriter& json, const Item& item) {
  if (item.has_id) json.key("Transaction_id").uuid(item.id);
}

void write_malformed(JsonWriter& json, const Item& item, std::size_t place) {
  const ProblemPart& first = item.wrong->first();
  json.begin_object().key("Status").plain("failed");
  write_id(json, item);
  json.key("code").plain(first.kind->code);
  json.key("param").string(item_pointer(place) + first.param);
  json.key("detail").string(first.detail);
  write_errors(json, item.wrong->all(), item_pointer(place));
  json.end_object();
}

void write_answer(JsonWriter& json, const Item& item, std::size_t place,
                  const TransferAnswer& answer) {
  constexpr std::array<std::string_view, 3> statuses{"success", "failed", "pending"};  // by Kind
  json.begin_object().key("Status").plain(statuses[static_cast<std::size_t>(answer.kind)]);
  write_id(json, item);
  if (answer.position) json.key("Position").position(*answer.position);
  if (answer.notes) write_leg_notes(json, answer.notes->reference, answer.notes->description);
  if (answer.problem != nullptr) {
    json.key("code").plain(answer.problem->code);
    if (!answer.param.empty()) json.key("param").string(item_pointer(place) + answer.param);
    json.key("detail").string(answer.problem->detail);
    if (!answer.errors.empty()) write_errors(json, answer.errors, item_pointer(place));
  }
  json.end_object();
}

void answer_batch(Call& call, const std::vector<Item>& items, const AskReplies& replies) {
  HttpResponse response;
  response.body.reserve(32 + items.size() * result_bytes_typical);
  JsonWriter json(response.body);
  json.begin_object().key("results").begin_array();
  std::optional<Position> first_position;
  bool all_replayed = true;
  for (std::size_t place = 0; place < items.size(); ++place) {
    const Item& item = items[place];
    if (!item.plan) {
      write_malformed(json, item, place);
      all_replayed = false;
      continue;
    }
    const TransferAnswer answer = item.plan->answer(replies);
    write_answer(json, item, place, answer);
    if (!first_position) first_position = answer.position;
    all_replayed = all_replayed && answer.replayed;
  }
  json.end_array().end_object();
  add_position_header(response, first_position);
  if (all_replayed) add_replayed_header(response);
  call.answer(std::move(response));
}

}  // namespace

void post_balance_transfers(const ApiContext& context, const CallPtr& call) {
  const auto object = parse_json_object(call->request.body);
  if (!object) return call->answer(Problem(object.error()));
  WrongParts wrong;
  const JsonArray array = read_array(*object, wrong);
  if (!wrong.empty()) return call->answer(problem_of(wrong));
  Batch batch = read_batch(array, context.services.map);
  if (batch.postings > limits::batch_transfers_max) {
    wrong.add(bad_field("transfers", "must have at most 10,000 postings in all."));
    return call->answer(problem_of(wrong));
  }
  call->request.body = {};  // up to 8 MiB that nobody looks at again
  call->request.body_room.reset();
  const auto items = std::make_shared<const std::vector<Item>>(std::move(batch.items));
  if (batch.messages.empty()) return answer_batch(*call, *items, {});
  const auto patience = preferred_wait(call->request.prefer());
  context.services.gateway.ask(
      std::move(batch.messages), patience ? *patience : context.options.patience,
      [call, items](const AskReplies& replies) { answer_batch(*call, *items, replies); });
}

}  // namespace florin
