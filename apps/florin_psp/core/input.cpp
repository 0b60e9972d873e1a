// See input.hpp.
#include "apps/florin_psp/core/input.hpp"

#include <array>
#include <charconv>

#include "apps/florin_psp/wire/form.hpp"

namespace florin::sandbox {
namespace {

constexpr std::array<std::string_view, 6> kinds{"call", "page",      "fault",
                                                "tick", "delivered", "refused"};

void set_text(Form& form, std::string_view name, const std::string& value) {
  if (!value.empty()) form.set(name, value);
}

std::string text_of(const Form& form, std::string_view name) {
  const std::string* value = form.find(name);
  return value == nullptr ? std::string() : *value;
}

template <class Number>
bool number_of(const Form& form, std::string_view name, Number& number) {
  const std::string text = text_of(form, name);
  if (text.empty()) return true;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

}  // namespace

std::string encode_input(const Input& input) {
  Form form;
  form.set("kind", kinds[static_cast<std::size_t>(input.kind)]);
  form.set("at", std::to_string(input.at_ms));
  set_text(form, "method", input.call.method);
  set_text(form, "path", input.call.path);
  set_text(form, "query", input.call.query);
  set_text(form, "body", input.call.body);
  set_text(form, "key", input.call.idempotency_key);
  set_text(form, "base", input.call.base_url);
  set_text(form, "request", input.call.request_id);
  if (input.fault.kind != FaultKind::none) form.set("fault", to_string(input.fault.kind));
  set_text(form, "order", input.order);
  set_text(form, "operation", input.operation);
  if (input.delivery != 0) form.set("delivery", std::to_string(input.delivery));
  return form.canonical();
}

std::optional<Input> decode_input(std::string_view line) {
  const auto form = Form::parse(line);
  if (!form) return std::nullopt;
  Input input;
  const std::string kind = text_of(*form, "kind");
  std::size_t at = 0;
  while (at < kinds.size() && kinds[at] != kind) ++at;
  if (at == kinds.size()) return std::nullopt;
  input.kind = static_cast<InputKind>(at);
  if (!number_of(*form, "at", input.at_ms) || !number_of(*form, "delivery", input.delivery))
    return std::nullopt;
  input.call = {text_of(*form, "method"),
                text_of(*form, "path"),
                text_of(*form, "query"),
                text_of(*form, "body"),
                {},
                text_of(*form, "key"),
                text_of(*form, "base"),
                text_of(*form, "request")};
  input.order = text_of(*form, "order");
  input.operation = text_of(*form, "operation");
  const std::string fault = text_of(*form, "fault");
  if (fault.empty()) return input;
  const auto fault_kind = fault_kind_of(fault);
  if (!fault_kind) return std::nullopt;
  input.fault.kind = *fault_kind;
  return input;
}

}  // namespace florin::sandbox
